"""Proto-models."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from protomodels.client.schemas import Contribution, Explanation, Hiscore, Limit, Prediction, Protomodel
from protomodels.database import HiscoreSummary, ProtomodelRecord
from protomodels.particles import PARTICLES
from protomodels.predictor import Predictions
from protomodels.results.catalog import result_type
from protomodels.scoring.explanation import Explanation as FoundExplanation


def hiscore(record: HiscoreSummary) -> Hiscore:
    """A proto-model as lists show it."""
    return Hiscore(**_values(record))


def protomodel(record: ProtomodelRecord) -> Protomodel:
    """A proto-model with what drives its score and what limits it."""
    names = ("mu_hat", "mu_max", "n_br", "n_ssm", "fingerprint", "channels", "created_at")
    judged = {} if record.judgement is None else json.loads(record.judgement)
    return Protomodel(
        **_values(record),
        **{name: getattr(record, name) for name in names},
        model=json.loads(record.model_json),
        contributions=[Contribution.model_validate(c) for c in record.contributions],
        limits=[Limit.model_validate(limit) for limit in record.limits],
        robustness=judged.get("robustness"),
        errors=judged.get("errors", []),
    )


def predictions(found: Predictions) -> list[Prediction]:
    """What each result says of a proto-model, the strongest observed r first."""
    catalog, rows, limits = found.catalog, found.rows, found.is_ul
    observed = np.where(limits, found.limit_observed, catalog.observed[rows])
    expected = np.where(limits, found.limit_expected, catalog.background[rows])
    columns = zip(
        found.analysis.tolist(),
        catalog.region[rows].tolist(),
        limits.tolist(),
        *(values.tolist() for values in (found.signal, observed, expected, found.r_obs, found.r_exp)),
        strict=True,
    )
    answers = [
        Prediction(
            analysis=analysis,
            region=region,
            type=result_type(is_ul),
            signal=signal,
            observed=_finite(seen),
            expected=_finite(wanted),
            r_obs=_finite(r_obs),
            r_exp=_finite(r_exp),
        )
        for analysis, region, is_ul, signal, seen, wanted, r_obs, r_exp in columns
    ]
    return sorted(answers, key=lambda p: -(p.r_obs or 0.0))


def explanation(found: FoundExplanation) -> Explanation:
    """What the score of a proto-model rests on."""
    return Explanation(
        K=found.score.K,
        without_particle={PARTICLES[pid].name: K for pid, K in found.ablation.without_particle.items()},
        without_analysis=dict(found.ablation.without_analysis),
        candidates=list(found.candidates),
        chosen=list(found.chosen),
        n_legal=found.score.best.certificate.n_legal,
    )


def _values(record: HiscoreSummary) -> dict[str, Any]:
    heavy = sorted(record.masses, key=lambda pid: -record.masses[pid])
    names = ("id", "run", "walker", "step", "K", "Z", "n_particles", "verdict", "K_without_strongest")
    values = {name: getattr(record, name) for name in names}
    return {**values, "masses": dict(record.masses), "particles": [PARTICLES[pid].name for pid in heavy]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
