"""Chains of a posterior: what they begin with, and how they go on."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.scoring import Scorer
from protomodels.walker.posterior.config import Schedule, TargetConfig
from protomodels.walker.posterior.ladder import LadderState, adapted_betas, exchange, first_betas
from protomodels.walker.posterior.likelihood import Likelihood, ModelLikelihood, no_likelihood
from protomodels.walker.posterior.moves import MOVES, Move
from protomodels.walker.posterior.point import Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.rung import Kernel, Rung
from protomodels.walker.state import bits_of, first_generator

TRIES: Final = 100
"""Points drawn from the prior for the start of a rung, until one is not behind the wall."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One sample of the posterior: of the rung with beta = 1.

    Attributes
    ----------
    sweep: its number, from 1, that of the warm-up included.
    model: the proto-model; X_Z1 alone is the Standard Model.
    log_prior: ln of its density, docs/reference/posterior.md.
    log_likelihood: ln L(model) - ln L(Standard Model); 0 for the empty model.
    """

    sweep: int
    model: ProtoModel
    log_prior: float
    log_likelihood: float


@dataclass(frozen=True)
class Sweeps:
    """Consecutive sweeps of a chain.  Sums and counts are of those after the warm-up only.

    Attributes
    ----------
    state: after them.
    draws: what is kept: every ``thin``-th sweep after the warm-up.
    n: how many these are.
    inside: of them, how many had a likelihood above 0, on each rung: n but on the last, which has no wall.
    log_likelihood_sum, log_likelihood_squares: sums of ln L and of its square over these, on each rung.
    betas: of the ladder, while these were made.
    proposed, accepted: on the rung with beta = 1, by move.
    swaps_proposed, swaps_accepted: of each pair of neighbours.
    round_trips: points that came up from the prior to beta = 1, as :func:`.ladder.exchange` counts them.
    """

    state: LadderState
    draws: tuple[Draw, ...]
    n: int
    inside: tuple[int, ...]
    log_likelihood_sum: tuple[float, ...]
    log_likelihood_squares: tuple[float, ...]
    betas: tuple[float, ...]
    proposed: dict[str, int]
    accepted: dict[str, int]
    swaps_proposed: tuple[int, ...]
    swaps_accepted: tuple[int, ...]
    round_trips: int


class Sampler:
    """Samples a posterior.  A chain depends on its seed, its number, the settings and the results alone.

    Parameters
    ----------
    scorer: of the results.
    target: the density.
    schedule: how chains are run.
    likelihood: instead of that of the target, for toys.
    moves: instead of all.

    Raises
    ------
    ConfigError: for a scorer with parts of the user's own.
    """

    def __init__(
        self,
        scorer: Scorer,
        target: TargetConfig,
        schedule: Schedule,
        likelihood: Likelihood | None = None,
        moves: Sequence[tuple[Move, float]] = MOVES,
    ) -> None:
        self.scorer, self.target, self.schedule = scorer, target, schedule
        self.order = scorer.policy.reference_order
        self.prior = Prior(target.prior, scorer.policy.off_shell)
        if likelihood is None:
            likelihood = no_likelihood if target.likelihood_off else ModelLikelihood(scorer, target)
        self.likelihood = likelihood
        self._moves = moves

    @cached_property
    def kernel(self) -> Kernel:
        """Its steps."""
        return Kernel(self.prior, self.likelihood, self._moves)

    def start(self, seed: int, chain: int) -> LadderState:
        """A chain at its beginning: each rung at a point of the prior that is not behind the wall.

        Parameters
        ----------
        seed: of the run.
        chain: its number, from 0.
        """
        rng = first_generator(seed, chain)
        betas = first_betas(self.schedule.n_rungs)
        rungs = tuple(self._first(beta, rng) for beta in betas)
        return LadderState(0, betas, rungs, json.dumps(bits_of(rng)), self.schedule.warm_up == 0)

    def _first(self, beta: float, rng: np.random.Generator) -> Rung:
        for _ in range(TRIES):
            rung = self.kernel.at(self.prior.draw(rng))
            if beta == 0.0 or rung.log_likelihood > -math.inf:
                return rung
        # X_Z1 alone is behind no wall
        masses = self.prior.masses.draw((LBP,), rng)
        return self.kernel.at(point_of(masses, {}, self.prior.multipliers.draw_value(rng), {}))

    def advance(self, state: LadderState, n_sweeps: int) -> Sweeps:
        """The next sweeps of a chain; in pieces or at once, they are the same to the last bit.

        Parameters
        ----------
        state: of a chain of this sampler.

        Raises
        ------
        ConfigError: where the state has another number of rungs.
        """
        schedule = self.schedule
        if len(state.betas) != schedule.n_rungs:
            raise ConfigError("n_rungs", len(state.betas), f"{schedule.n_rungs}, as in the settings of the chain")
        rng, rungs, betas = state.generator(), list(state.rungs), state.betas
        tally, draws = _Tally(len(rungs)), []
        for sweep in range(state.sweep + 1, state.sweep + n_sweeps + 1):
            warm = sweep <= schedule.warm_up
            for i, beta in enumerate(betas):
                if beta == 0.0:
                    rungs[i] = self.kernel.drawn(rungs[i], rng)
                    continue
                counts = tally.moves if i == 0 and not warm else None
                rungs[i] = self.kernel.walk(rungs[i], beta, schedule.moves, rng, counts)
            probabilities, done, trips = exchange(rungs, betas, rng)
            if warm:
                if len(betas) > 2:
                    betas = adapted_betas(betas, probabilities, sweep)
                continue
            tally.exchanged(done, trips)
            if (sweep - schedule.warm_up) % schedule.thin == 0:
                tally.keep(rungs)
                cold = rungs[0]
                draws.append(Draw(sweep, self.model(cold.point), cold.log_prior, cold.log_likelihood))
        end = state.sweep + n_sweeps
        after = LadderState(end, betas, tuple(rungs), json.dumps(bits_of(rng)), end >= schedule.warm_up)
        return tally.sweeps(after, tuple(draws))

    def model(self, point: Point) -> ProtoModel:
        """The proto-model of a point."""
        return point.model(self.order)


class _Tally:
    """Sums and counts while a chain goes on."""

    def __init__(self, n_rungs: int) -> None:
        self.moves: dict[str, list[int]] = {}
        self.n = self.trips = self.sweeps_done = 0
        self.inside, self.sums, self.squares = [0] * n_rungs, [0.0] * n_rungs, [0.0] * n_rungs
        self.swaps = [0] * (n_rungs - 1)

    def exchanged(self, done: Sequence[bool], trips: int) -> None:
        self.sweeps_done += 1
        self.trips += trips
        self.swaps = [count + one for count, one in zip(self.swaps, done, strict=True)]

    def keep(self, rungs: Sequence[Rung]) -> None:
        self.n += 1
        for i, rung in enumerate(rungs):
            if rung.log_likelihood > -math.inf:
                self.inside[i] += 1
                self.sums[i] += rung.log_likelihood
                self.squares[i] += rung.log_likelihood**2

    def sweeps(self, state: LadderState, draws: tuple[Draw, ...]) -> Sweeps:
        return Sweeps(
            state=state,
            draws=draws,
            n=self.n,
            inside=tuple(self.inside),
            log_likelihood_sum=tuple(self.sums),
            log_likelihood_squares=tuple(self.squares),
            betas=state.betas,
            proposed={name: count[0] for name, count in sorted(self.moves.items())},
            accepted={name: count[1] for name, count in sorted(self.moves.items())},
            swaps_proposed=(self.sweeps_done,) * len(self.swaps),
            swaps_accepted=tuple(self.swaps),
            round_trips=self.trips,
        )
