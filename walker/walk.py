"""One walk: propose, score, accept (arXiv:2012.12246, section 4.3).

It climbs towards high K and may step down with probability exp[(K_new - K_old) / 2]; only the small changes of the
refined search never step down.  The proposals are not balanced by Hastings ratios: this is an optimiser, and its
density of visits is not a posterior.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from protomodels.errors import ConfigError, PredictionError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.production import in_order
from protomodels.scoring import Evaluation, Score, Scorer
from protomodels.settings import Policy
from protomodels.walker.moves import (
    Add,
    ChangeBranching,
    ChangeMass,
    ChangeStrength,
    Move,
    MoveContext,
    Refine,
    Remove,
    Trim,
    merge_candidates,
)
from protomodels.walker.state import WalkState, bits_of, first_generator

log = logging.getLogger(__name__)

START_MASS = (200.0, 500.0)
"""GeV; the LBP of the first model is drawn from here."""


@dataclass(frozen=True, slots=True)
class Step:
    """What happened in one step: the state after it.

    Attributes
    ----------
    step: its number, from 1.
    K, Z: score after the step; K is None while no result sees the model.
    accepted: the proposal became the state.
    move: what was proposed, ``add+mass``; ``none`` where no move fired.
    n_particles: after the step.
    mu_hat, mu_max: of the proposal before it was scaled; None where it had no score.
    """

    step: int
    K: float | None
    Z: float
    accepted: bool
    move: str
    n_particles: int
    mu_hat: float | None
    mu_max: float | None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive steps of a walk.

    Attributes
    ----------
    state: after them.
    steps: one record each.
    hiscores: each new best: the step in which it was found, its evaluation, and the score of that.
    """

    state: WalkState
    steps: tuple[Step, ...]
    hiscores: tuple[tuple[int, Evaluation, Score], ...]


def moves_of(policy: Policy) -> tuple[Move, ...]:
    """The moves of a policy, in the order of a step."""
    off = policy.off_shell
    return (
        Trim(off),
        Add(off),
        ChangeBranching(off),
        ChangeStrength(policy.search == "refined", off),
        Remove(off),
        ChangeMass(off),
    )


def moves_with(policy: Policy, own: Sequence[Move]) -> tuple[Move, ...]:
    """The moves of a policy, and then those of the user's own.

    Raises
    ------
    ConfigError: where something is no move, or two have one name.
    """
    for move in own:
        if isinstance(move, type) or not isinstance(move, Move) or not isinstance(move.name, str):
            raise ConfigError("moves", move, "objects with a name and a method propose, as ShiftAll() and not ShiftAll")
    moves = (*moves_of(policy), *own)
    names = [move.name for move in moves]
    for name in names:
        if names.count(name) > 1 or "+" in name:
            raise ConfigError("moves", name, "names without +, each given once; there are " + ", ".join(names))
    return moves


class Walk:
    """Walks with one scorer; the walk's state is passed in and out, so that an object serves many walkers.

    Parameters
    ----------
    scorer: what proposals are evaluated with.
    moves: of the user's own, proposed in each step after those of the policy.

    Raises
    ------
    ConfigError: where something is no move, or two have one name.
    """

    def __init__(self, scorer: Scorer, moves: Sequence[Move] = ()) -> None:
        self.scorer = scorer
        self._quick = replace(scorer, n_runners_up=0)
        self._moves = moves_with(scorer.policy, moves)
        self._refine = Refine(scorer.policy.off_shell) if scorer.policy.search == "refined" else None

    def start(self, seed: int, walker: int) -> WalkState:
        """The first state of a walker: the LBP with mass U(200, 500) GeV and one random particle, not yet scored."""
        rng = first_generator(seed, walker)
        model = in_order(ProtoModel({LBP: float(rng.uniform(*START_MASS))}), self.scorer.policy.reference_order)
        added = None
        while added is None:
            added = Add(self.scorer.policy.off_shell).propose(model, MoveContext(0.0, None, False), rng)
        return WalkState(added, None, 0.0, None, 0, None, bits_of(rng))

    def advance(self, state: WalkState, n_steps: int) -> Chunk:
        """The next steps of a walk: a pure function of the state and the scorer.

        Raises
        ------
        CombinationError: where a model has too many combinations to be searched.
        """
        steps, hiscores = [], []
        for _ in range(n_steps):
            before = state.best_K
            state, step, found = self.step(state)
            steps.append(step)
            if found is not None and state.best_K is not None and (before is None or state.best_K > before):
                hiscores.append((step.step, found.model))
        return Chunk(state, tuple(steps), tuple(self._evaluated_again(hiscores)))

    def step(self, state: WalkState) -> tuple[WalkState, Step, Evaluation | None]:
        """One step: the new state, its record, and the evaluation of the proposal where it was accepted with a K."""
        rng = state.generator()
        proposal, name = self._propose(state, rng)
        raw = self._best_evaluation(proposal)
        found = None if raw is None else self.scorer.normalised(raw)
        score = None if found is None else found.score
        accepted = self._accept(state.K, score, rng, only_up=self._refine is not None and name == self._refine.name)
        number, bits = state.step + 1, bits_of(rng)
        if not accepted:
            after = replace(state, step=number, rng=bits)
        elif found is None or score is None:
            after = WalkState(proposal, None, 0.0, None, number, state.best_K, bits)
        else:
            best = score.K if state.best_K is None else max(score.K, state.best_K)
            after = WalkState(found.model, score.K, score.Z, score.used_particles, number, best, bits)
        strengths = (None, None) if raw is None else (raw.mu_hat, raw.mu_max)
        record = Step(number, after.K, after.Z, accepted, name, after.model.n_particles, *strengths)
        return after, record, found if accepted else None

    def _propose(self, state: WalkState, rng: np.random.Generator) -> tuple[ProtoModel, str]:
        model = state.model
        if self._refine is not None:
            refined = self._refine.propose(model, MoveContext(state.Z, state.used, False), rng)
            if refined is not None:
                return refined, self._refine.name
        names: list[str] = []
        for move in self._moves:
            changed = move.propose(model, MoveContext(state.Z, state.used, bool(names)), rng)
            if changed is not None:
                if not isinstance(changed, ProtoModel):
                    raise ConfigError(f"moves.{move.name}", changed, "a ProtoModel, or None where it does not fire")
                model = changed
                names.append(move.name)
        return model, "+".join(names) or "none"

    def _best_evaluation(self, proposal: ProtoModel) -> Evaluation | None:
        """That of the proposal or, where K is higher, of one of its merged copies; None where none has a K."""
        best: Evaluation | None = None
        best_K = -math.inf
        for model in (proposal, *merge_candidates(proposal, self.scorer.policy.off_shell)):
            try:
                found = self._quick.evaluate(model)
            except PredictionError as error:
                # a model that cannot be evaluated is one without predictions: the step is refused below
                log.warning("not scored: %s", error)
                continue
            if found.score is not None and (best is None or found.score.K > best_K):
                best, best_K = found, found.score.K
        return best

    def _accept(
        self, K_old: float | None, score: Score | None, rng: np.random.Generator, only_up: bool = False
    ) -> bool:
        """Metropolis on K / 2, or only what does not fall; while no result sees the model, every proposal."""
        if K_old is None:
            return True
        if only_up:
            return score is not None and score.K >= K_old
        u = rng.random()
        return score is not None and bool(u < np.exp(min(0.0, 0.5 * (score.K - K_old))))

    def _evaluated_again(self, hiscores: list[tuple[int, ProtoModel]]) -> list[tuple[int, Evaluation, Score]]:
        """Hiscores as they will be stored: weak decay trees may pass sigmacut after scaling."""
        out = []
        for step, model in hiscores:
            again = self.scorer.evaluate(model)
            if again.score is not None:
                out.append((step, again, again.score))
        return out
