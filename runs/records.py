"""Results of a walk as records of the storage, and what a worker does with a state."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from protomodels.database import (
    ChunkRecord,
    ContributionRecord,
    HiscoreRecord,
    LimitRecord,
    PackedChunk,
    StepRecord,
    pack_chunk,
)
from protomodels.model import ProtoModel
from protomodels.scoring import Evaluation, Score, Scorer
from protomodels.tables import finite
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Chunk, Step, Walk

LIMITS_KEPT = 20
"""Limits that are stored with a hiscore, the strongest first."""


def chunk_record(chunk: Chunk) -> ChunkRecord:
    """A chunk in the form that the storage commits."""
    state, rng = chunk.state.to_json()
    return ChunkRecord(
        first_step=chunk.steps[0].step,
        steps=[step_record(step) for step in chunk.steps],
        walker_state_json=state,
        rng_json=rng,
        hiscores=[hiscore_record(*hiscore) for hiscore in chunk.hiscores],
    )


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What a worker sends back: the state after its steps, and the steps as the storage keeps them."""

    state: WalkState
    record: PackedChunk


def run_chunk(walk: Walk, state: WalkState, n_steps: int) -> ChunkResult:
    """Walk some steps and pack them: all that can be done without the storage, done by the worker.

    Raises
    ------
    CombinationError: where a model has too many combinations to be searched.
    """
    chunk = walk.advance(state, n_steps)
    return ChunkResult(chunk.state, pack_chunk(chunk_record(chunk)))


@dataclass(frozen=True, slots=True)
class WalkWork:
    """A walk, as the work of an executor."""

    walk: Walk

    @property
    def scorer(self) -> Scorer:
        """What it scores with."""
        return self.walk.scorer

    def chunk(self, state: WalkState, n: int) -> ChunkResult:
        """The next steps; see :func:`run_chunk`."""
        return run_chunk(self.walk, state, n)

    def prepare(self) -> None:
        """Make what all steps share."""
        self.walk.prepare()

    def try_out(self) -> None:
        """Walk two steps that nobody needs."""
        self.walk.advance(self.walk.start(0, 0), 2)

    def elsewhere(self) -> Callable[[Scorer], WalkWork]:
        """The same walk of another scorer; without moves of the user's own."""
        return partial(_walk_with, end=self.walk.end)


def _walk_with(scorer: Scorer, end: int | None) -> WalkWork:
    return WalkWork(Walk(scorer, end=end))


def step_record(step: Step) -> StepRecord:
    """A step; K of a model that no result sees is stored as missing."""
    return StepRecord(step.step, step.K, step.Z, step.accepted, step.move, step.n_particles, step.mu_hat, step.mu_max)


def hiscore_record(step: int, evaluation: Evaluation, score: Score) -> HiscoreRecord:
    """A proto-model with everything that explains its score."""
    model, counts = evaluation.model, evaluation.parsimony
    return HiscoreRecord(
        step=step,
        K=score.K,
        Z=score.Z,
        mu_hat=score.mu_hat,
        mu_max=finite(evaluation.mu_max),
        n_particles=counts.n_particles,
        n_br=counts.n_br,
        n_ssm=counts.n_ssm,
        model_json=json.dumps(model.as_dict()),
        fingerprint=model.fingerprint(),
        channels=channels_text(model),
        masses=dict(model.masses),
        contributions=[ContributionRecord(**c.to_dict()) for c in score.contributions],
        limits=[LimitRecord(**finite(limit.to_dict())) for limit in evaluation.limits[:LIMITS_KEPT]],
    )


def channels_text(model: ProtoModel) -> str:
    """All decays of a model in one text, equal for models with the same channels.

    >>> channels_text(ProtoModel({1000022: 100.0, 1000001: 500.0}, {1000001: {(1000022, 1): 1.0}}))
    '1000001:1000022,1'
    """
    named = {pid: "|".join(",".join(map(str, c)) for c in channels) for pid, channels in model.decays.items()}
    return ";".join(f"{pid}:{text}" for pid, text in named.items())
