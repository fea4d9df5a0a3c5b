"""One walk: propose, score, accept (arXiv:2012.12246, section 4.3).

It climbs towards high K and may step down with probability exp[(K_new - K_old) / 2]; only the small changes of the
refined search never step down.  The proposals are not balanced by Hastings ratios: this is an optimiser, and its
density of visits is not a posterior.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.production import in_order
from protomodels.scoring import Evaluation, Score, Scorer
from protomodels.scoring.quick import QuickScore, quick_score
from protomodels.settings import Policy
from protomodels.walker.acceptance import is_accepted, needed_score
from protomodels.walker.climb import ROUGH, SMALLEST
from protomodels.walker.moves import (
    Add,
    Begin,
    ChangeBranching,
    ChangeMass,
    ChangeStrength,
    Move,
    MoveContext,
    Remove,
    Trim,
)
from protomodels.walker.refined import GAINED_BY_POLISH, Proposal, Refined, summit_begins
from protomodels.walker.scores import Scores
from protomodels.walker.state import WalkState, bits_of, first_generator
from protomodels.walker.summit import Summit, comes_together

START_MASS = (200.0, 500.0)
"""GeV; the LBP of the first model is drawn from here."""
GAINED_BY_CLIMB: Final = 1.0
"""In K, by all of a model's numbers after a new particle's own, where the walk is at a summit."""


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
    mu_hat, mu_max: of the accepted proposal before it was scaled; None where it was refused or had no score.
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


def _peak_of(state: WalkState) -> float | None:
    return None if state.peak is None else state.peak.K


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
    end: the last step.  The refined search hops in the last three fifths of its steps, and polishes the last model once
        more, for the hiscores alone; None: neither.

    Raises
    ------
    ConfigError: where something is no move, or two have one name.
    """

    def __init__(self, scorer: Scorer, moves: Sequence[Move] = (), end: int | None = None) -> None:
        self.scorer, self.end = scorer, end
        self._lean = replace(scorer, n_runners_up=0)
        self._scores = Scores(self._lean, settle=scorer.policy.search == "refined")
        self._moves = moves_with(scorer.policy, moves)
        self._refined = Refined(scorer.policy.off_shell) if scorer.policy.search == "refined" else None
        self._summit = Summit(scorer.policy.off_shell)
        self._together = comes_together(end) if end is not None and self._refined is not None else None

    def prepare(self) -> None:
        """Make what all steps share, before processes are made that would each do it again."""
        self._scores.of(self.start(0, 0).model, -math.inf)

    def start(self, seed: int, walker: int) -> WalkState:
        """The first state of a walker, not yet scored: the LBP with mass U(200, 500) GeV and one random particle.

        The refined search begins elsewhere; see :class:`Begin`.
        """
        rng, order = first_generator(seed, walker), self.scorer.policy.reference_order
        if self._refined is not None:
            (first, *_), _ = Begin(self.scorer.policy.off_shell).propose(rng)
            return WalkState(in_order(first, order), None, 0.0, None, 0, None, bits_of(rng))
        model = in_order(ProtoModel({LBP: float(rng.uniform(*START_MASS))}), order)
        added = None
        while added is None:
            added = Add(self.scorer.policy.off_shell).propose(model, MoveContext(0.0, None, False), rng)
        return WalkState(added, None, 0.0, None, 0, None, bits_of(rng))

    def advance(self, state: WalkState, n_steps: int) -> Chunk:
        """The next steps of a walk: a pure function of the state and the scorer."""
        rng = state.generator()
        steps, best = [], []
        for _ in range(n_steps):
            before = state
            state, step = self._step(state, rng)
            steps.append(step)
            if self._is_rough(before):
                continue  # not at the top of its mode; what is best of it comes when valleys come together
            if self._refined is None:
                found, known = state.best_K, before.best_K
            else:
                found, known = _peak_of(state), _peak_of(before)
            if found is not None and (known is None or found > known or before.step == self._together):
                best.append((step.step, state.model))
        if self._refined is not None and state.step == self.end and state.K is not None and state.K != state.climbed:
            polished = self._polished(state)
            if polished.K is not None and (state.peak is None or polished.K > state.peak.K):
                best.append((state.step, polished.model))
        return Chunk(replace(state, rng=bits_of(rng)), tuple(steps), tuple(self._evaluated(best)))

    def step(self, state: WalkState) -> tuple[WalkState, Step]:
        """One step: the new state and its record."""
        rng = state.generator()
        after, step = self._step(state, rng)
        return replace(after, rng=bits_of(rng)), step

    def _step(self, state: WalkState, rng: np.random.Generator) -> tuple[WalkState, Step]:
        """One step; the random numbers of the new state are those of ``rng``, and not yet written into it."""
        if self._is_at_summit(state):
            return self._hop(state, rng)
        if self._refined is not None and self._refined.climbs(state, self.end):
            return self._climb(state)
        return self._judged(state, self._propose(state, rng), rng)

    def _is_at_summit(self, state: WalkState) -> bool:
        known = state.K is not None or state.peak is not None
        return self._refined is not None and self.end is not None and known and state.step >= summit_begins(self.end)

    def _hop(self, state: WalkState, rng: np.random.Generator) -> tuple[WalkState, Step]:
        """A step around the best that the walk knows."""
        peak, first = state.peak, self.end is not None and state.step == summit_begins(self.end)
        if peak is not None and (state.K is None or (first and state.K < peak.K)):
            state = state.at(peak)
        if state.step == self._together:
            return self._climb(state)  # hops so far were brought up roughly
        after, step = self._judged(state, self._summit.propose(state, first, self._scores.spares, rng), rng)
        if step.accepted and after.K is not None and (peak is None or after.K > peak.K):
            after = replace(after, peak=after.here)
        return replace(after, climbed=after.K), step

    def _judged(self, state: WalkState, proposal: Proposal, rng: np.random.Generator) -> tuple[WalkState, Step]:
        """A proposal, scored and accepted or not."""
        # drawn before the proposal is scored: how good it has to be is then known, and most need no exact score
        u = 0.0 if state.K is None or proposal.only_up else rng.random()
        needed = needed_score(state.K, u, proposal.only_up, proposal.temperature)
        gains = proposal.climbs or proposal.settles is not None
        raw = self._scores.best_of(proposal, needed - proposal.gains if gains else needed)
        if raw is None:
            found = None
        elif proposal.settles is not None:
            found = self._scores.settled(raw, proposal.settles, proposal.new)
            if proposal.climbs and found is not None and found.K is not None and found.K >= needed - GAINED_BY_CLIMB:
                found = self._scores.climbed(found, needed, finest=self._finest(state))
        elif proposal.climbs:
            found = self._climbed(raw, state, proposal.loses)
        else:
            found = self._scores.kept(raw, needed)
        K = None if found is None else found.K
        accepted = bool(proposal.models) and is_accepted(state.K, K, u, proposal.only_up, proposal.temperature)
        number = state.step + 1
        if not accepted:
            after = replace(state, step=number)
        elif found is None or found.K is None:
            after = replace(state, model=proposal.models[0], K=None, Z=0.0, used=None, step=number)
        else:
            after = replace(state.at(found), step=number)
        strengths = (raw.mu_hat, raw.mu_max) if accepted and raw is not None else (None, None)
        return after, Step(number, after.K, after.Z, accepted, proposal.name, after.model.n_particles, *strengths)

    def _climb(self, state: WalkState) -> tuple[WalkState, Step]:
        """A step to the top of the mode."""
        found = self._polished(state, -math.inf if state.peak is None else state.peak.K - GAINED_BY_POLISH)
        accepted = found.K is not None and is_accepted(state.K, found.K, 0.0, True)
        after = replace(state.at(found) if accepted else state, step=state.step + 1)
        peak = state.peak
        if after.K is not None and (peak is None or after.K > peak.K):
            peak = after.here
        after = replace(after, peak=peak, climbed=after.K)
        strengths = (found.mu_hat, found.mu_max) if accepted else (None, None)
        return after, Step(after.step, after.K, after.Z, accepted, "climb", after.model.n_particles, *strengths)

    def _climbed(self, raw: QuickScore, state: WalkState, loses: float) -> QuickScore | None:
        found = self._scores.scaled(raw, -math.inf)
        worth = math.inf if state.K is None else state.K - loses
        return None if found is None else self._scores.climbed(found, worth, state.model, self._finest(state))

    def _finest(self, state: WalkState) -> float:
        """How far a hop is brought up: where valleys are apart, only so far that they can be told from each other."""
        return ROUGH if self._is_rough(state) else SMALLEST

    def _is_rough(self, state: WalkState) -> bool:
        return self._together is not None and state.step < self._together and self._is_at_summit(state)

    def _polished(self, state: WalkState, worth: float = -math.inf) -> QuickScore:
        start = quick_score(self._lean, state.model)
        assert start is not None  # noqa: S101 - no score is too low without a floor
        return self._scores.climbed(start, worth) or start

    def _propose(self, state: WalkState, rng: np.random.Generator) -> Proposal:
        model = state.model
        if self._refined is not None:
            refined = self._refined.propose(state, rng)
            if refined is not None:
                return refined
        names: list[str] = []
        for move in self._moves:
            changed = move.propose(model, MoveContext(state.Z, state.used, bool(names)), rng)
            if changed is not None:
                if not isinstance(changed, ProtoModel):
                    raise ConfigError(f"moves.{move.name}", changed, "a ProtoModel, or None where it does not fire")
                model = changed
                names.append(move.name)
        return Proposal([model], "+".join(names) or "none")

    def _evaluated(self, hiscores: list[tuple[int, ProtoModel]]) -> list[tuple[int, Evaluation, Score]]:
        """Hiscores as they will be stored: weak decay trees may pass sigmacut after scaling."""
        out = []
        for step, model in hiscores:
            again = self._lean.evaluate(model)
            if again.score is not None:
                out.append((step, again, again.score))
        return out
