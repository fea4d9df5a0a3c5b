"""Scoring a proto-model now."""

from __future__ import annotations

import json
import math
import time

from fastapi import APIRouter

from protomodels.api.deps import Reader, ResultsDep
from protomodels.api.requests import EvaluateIn
from protomodels.api.responses import ContributionOut, EvaluateOut, LeftOutOut, LimitOut
from protomodels.combiner import Combinability
from protomodels.critic import Limit, allowed_signal_strength
from protomodels.files import model_from_dict
from protomodels.prior import parsimony
from protomodels.production import cross_sections
from protomodels.runs.config import combinability_for
from protomodels.runs.records import result_type
from protomodels.scoring.scorer import Contribution, Scorer
from protomodels.settings import policy

router = APIRouter(tags=["evaluate"])


@router.post("/evaluate")
def evaluate(body: EvaluateIn, _: Reader, results: ResultsDep) -> EvaluateOut:
    """K of a proto-model, and why."""
    model = model_from_dict(body.model)
    if body.combinable is None:
        table = combinability_for(body.results, None)
    else:
        table = Combinability.from_text(json.dumps(body.combinable), "combinable")
    predictor = results.load(body.results)
    scorer = Scorer(predictor, table, policy(body.policy, body.regions))
    sections = cross_sections(model)
    with results.exclusive():
        start = time.perf_counter()
        predictions = predictor.predict(model, sections)
        score = scorer.score_predictions(model, sections, predictions)
    allowed = score.allowed if score else allowed_signal_strength(predictions, scorer.policy.tolerance)
    counts = parsimony(model, sections)
    return EvaluateOut(
        K=None if score is None else score.K,
        Z=None if score is None else score.Z,
        mu_hat=None if score is None else score.mu_hat,
        mu_max=allowed.mu_max if math.isfinite(allowed.mu_max) else None,
        n_particles=counts.n_particles,
        n_br=counts.n_br,
        n_ssm=counts.n_ssm,
        combination=[_contribution(c) for c in (score.contributions if score else ())],
        critic=[_limit(limit) for limit in allowed.limits],
        left_out=[LeftOutOut(analysis=analysis, reason=reason) for analysis, reason in predictions.left_out],
        seconds=time.perf_counter() - start,
        results_fingerprint=predictor.fingerprint,
    )


def _contribution(c: Contribution) -> ContributionOut:
    names = ("analysis", "region", "observed", "expected", "signal", "llr")
    return ContributionOut(type=result_type(c.is_ul), **{name: getattr(c, name) for name in names})


def _limit(limit: Limit) -> LimitOut:
    r_exp = limit.r_exp if math.isfinite(limit.r_exp) else None
    return LimitOut(
        analysis=limit.analysis,
        region=limit.region,
        type=result_type(limit.is_ul),
        r_obs=limit.r_obs,
        r_exp=r_exp,
        signal=limit.signal,
    )
