"""Scoring a proto-model now."""

from __future__ import annotations

import json
import time

from fastapi import APIRouter

from protomodels.api.deps import Reader, ResultsDep
from protomodels.api.requests import EvaluateIn
from protomodels.client.schemas import Evaluation
from protomodels.combiner import Combinability, combinability_for
from protomodels.files import model_from_dict
from protomodels.scoring import Scorer
from protomodels.settings import policy

router = APIRouter(tags=["evaluate"])


@router.post("/evaluate")
def evaluate(body: EvaluateIn, _: Reader, results: ResultsDep) -> Evaluation:
    """Score a proto-model: K, the results that drive it, and the limits on it; nothing is stored."""
    model = model_from_dict(body.model)
    if body.combinable is None:
        table = combinability_for(body.results, None)
    else:
        table = Combinability.from_text(json.dumps(body.combinable), "combinable")
    predictor = results.load(body.results)
    scorer = Scorer(predictor, table, policy(body.policy, body.regions, strict=body.strict, guards=body.guards))
    with results.exclusive():
        start = time.perf_counter()
        found = scorer.evaluate(model)
        seconds = time.perf_counter() - start
    return Evaluation(**found.to_dict(), seconds=seconds)
