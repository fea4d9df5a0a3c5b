"""Scoring a model now."""

from __future__ import annotations

import json
import time
from typing import Final

from fastapi import APIRouter

from protomodels.api.deps import Reader, ResultsDep
from protomodels.api.requests import EvaluateIn
from protomodels.client.schemas import Evaluation, SpectrumEvaluation
from protomodels.combiner import Combinability, combinability_for
from protomodels.files import model_from_dict
from protomodels.predictor.general import Options
from protomodels.scoring import Evaluation as ProtoEvaluation
from protomodels.scoring import Scorer
from protomodels.scoring.spectrum import FileScorer, Read, described, read_text
from protomodels.settings import policy

router = APIRouter(tags=["evaluate"])

OPTIONS: Final = ("sigmacut", "minmassgap", "doCompress", "promptWidth", "stableWidth")
"""SModelS's parameters that a request may have."""


@router.post("/evaluate")
def evaluate(body: EvaluateIn, _: Reader, results: ResultsDep) -> Evaluation | SpectrumEvaluation:
    """Score a model: K of a proto-model, Z of any, what drives them, and the limits on it; nothing is stored."""
    options = Options(**{name: getattr(body, name) for name in OPTIONS})
    if body.slha is None:
        read = Read(model_from_dict(body.model), None, None)
    else:
        read = read_text(body.slha, "slha", options, body.allow_invalid)
    if body.combinable is None:
        table = combinability_for(body.results, None)
    else:
        table = Combinability.from_text(json.dumps(body.combinable), "combinable")
    predictor = results.load(body.results)
    scorer = Scorer(predictor, table, policy(body.policy, body.regions, strict=body.strict, guards=body.guards))
    with results.exclusive():
        start = time.perf_counter()
        found = FileScorer(scorer, options).evaluate(read)
        values = found.to_dict()
        seconds = time.perf_counter() - start
        if not isinstance(found, ProtoEvaluation):
            return SpectrumEvaluation(**values, seconds=seconds)
        details, why_none = described(found)
    return Evaluation(**values, **details, warnings=[*read.notes, *why_none], seconds=seconds)
