"""Pages of proto-models: one, and two side by side."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.parts.tabs import protomodel_tabs
from protomodels.api.pages.shared import Shown, page
from protomodels.api.routes.protomodels import Number
from protomodels.api.synthetic import is_synthetic
from protomodels.database import HiscoreQuery, HiscoreSummary, ProtomodelRecord, Storage
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES
from protomodels.partners import partners_report
from protomodels.scoring.judgement import judgement_report

router = APIRouter()
_TWINS: Final = 10


@router.get("/protomodels/{number}")
def protomodel(request: Request, number: Number, given: Shown) -> Response:
    """One proto-model: what it is, why it scores, what holds it back."""
    record = given.storage.protomodel(number)
    run = given.storage.get_run(record.run)
    return page(
        request,
        "protomodel.html",
        model=record,
        run=run,
        tabs=protomodel_tabs(),
        twins=_twins(given.storage, record),
        links=given.results.links(run.results_fingerprint),
        pairs=_pairs(record),
        judged=None if record.judgement is None else judgement_report(json.loads(record.judgement)),
        beside=partners_report(model_from_dict(json.loads(record.model_json))),
        synthetic=is_synthetic(given.storage, run.results_fingerprint),
    )


@router.get("/compare")
def compare(
    request: Request,
    given: Shown,
    a: Annotated[int, Query(ge=1, lt=2**31)] = 0,
    b: Annotated[int, Query(ge=1, lt=2**31)] = 0,
) -> Response:
    """Two proto-models side by side."""
    if not (a and b):
        return page(request, "compare.html", models=[], masses=[], shares=[])
    models = given.storage.protomodels([a, b])
    pids = sorted(
        {pid for model in models for pid in model.masses}, key=lambda p: -max(m.masses.get(p, 0.0) for m in models)
    )
    masses = [(PARTICLES[pid].name, *(model.masses.get(pid) for model in models)) for pid in pids]
    llr = [{c.analysis: 2.0 * c.llr for c in model.contributions} for model in models]
    names = sorted({*llr[0], *llr[1]}, key=lambda name: -max(own.get(name, 0.0) for own in llr))
    shares = [(name, *(own.get(name) for own in llr)) for name in names]
    on = given.storage.fingerprints(model.run for model in models)
    synthetic = is_synthetic(given.storage, *on.values())
    return page(request, "compare.html", models=models, masses=masses, shares=shares, synthetic=synthetic)


def _twins(storage: Storage, record: ProtomodelRecord) -> list[HiscoreSummary]:
    """The best proto-models of just these particles, in all runs on published data; without duplicates."""
    # the heaviest is in fewer models than the lightest: what is searched first
    pids = sorted(record.masses, key=lambda pid: -record.masses[pid])
    found = storage.hiscores(HiscoreQuery(particles=pids, exact=True), _TWINS + 1)
    return [model for model in found if model.id != record.id][:_TWINS]


def _pairs(record: ProtomodelRecord) -> list[tuple[str, float]]:
    """Produced pairs and their multipliers, the largest first."""
    kappas: dict[str, float] = json.loads(record.model_json).get("ssmultipliers", {})
    named = [
        (" ".join(_named(int(pid)) for pid in pair.split(",")), kappa) for pair, kappa in kappas.items() if kappa > 0.0
    ]
    return sorted(named, key=lambda item: -item[1])


def _named(pid: int) -> str:
    return ("anti-" if pid < 0 else "") + PARTICLES[abs(pid)].name
