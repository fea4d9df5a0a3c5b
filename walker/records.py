"""Results of a walk as records of the storage."""

from __future__ import annotations

import json
import math

from database import ChunkRecord, ContributionRecord, HiscoreRecord, LimitRecord, StepRecord
from protomodels.model import ProtoModel
from walker.scoring import Score
from walker.walk import Chunk, Step

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
        hiscores=[hiscore_record(step, score) for step, score in chunk.hiscores],
    )


def step_record(step: Step) -> StepRecord:
    """A step; K of a model that no result sees is stored as missing."""
    return StepRecord(step.step, step.K, step.Z, step.accepted, step.move, step.n_particles, step.mu_hat, step.mu_max)


def hiscore_record(step: int, score: Score) -> HiscoreRecord:
    """A proto-model with everything that explains its score."""
    model = score.model
    return HiscoreRecord(
        step=step,
        K=score.K,
        Z=score.Z,
        muhat=score.mu_hat,
        mumax=score.allowed.mu_max if math.isfinite(score.allowed.mu_max) else None,
        n_particles=score.parsimony.n_particles,
        n_br=score.parsimony.n_br,
        n_ssm=score.parsimony.n_ssm,
        model_json=json.dumps(model.as_dict()),
        fingerprint=model.fingerprint(),
        channels=channels_text(model),
        masses=dict(model.masses),
        contributions=[
            ContributionRecord(c.analysis, c.region, result_type(c.is_ul), c.observed, c.expected, c.signal, c.llr)
            for c in score.contributions
        ],
        limits=[
            LimitRecord(
                m.analysis,
                m.region,
                result_type(m.is_ul),
                m.r_observed,
                m.r_expected if math.isfinite(m.r_expected) else None,
                m.signal,
            )
            for m in score.allowed.limits[:LIMITS_KEPT]
        ],
    )


def channels_text(model: ProtoModel) -> str:
    """All decays of a model in one text, equal for models with the same channels.

    >>> channels_text(ProtoModel({1000022: 100.0, 1000001: 500.0}, {1000001: {(1000022, 1): 1.0}}))
    '1000001:1000022,1'
    """
    named = {pid: "|".join(",".join(map(str, c)) for c in channels) for pid, channels in model.decays.items()}
    return ";".join(f"{pid}:{text}" for pid, text in named.items())


def result_type(is_ul: bool) -> str:
    """``UL`` or ``EM``."""
    return "UL" if is_ul else "EM"
