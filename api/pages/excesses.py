"""The page of the small excesses of a scan: of one batch, or of several."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.shared import Shown, page
from protomodels.api.responses.batches import batch_detail
from protomodels.api.routes.criteria import CriteriaDep
from protomodels.api.routes.excesses import Batches
from protomodels.errors import MissingExtraError

router = APIRouter()
_FIGURES: Final = ("plane", "matrix", "clusters")


@router.get("/excesses")
def excesses(
    request: Request,
    given: Shown,
    batches: Batches,
    criteria: CriteriaDep,
    x: Annotated[str, Query(min_length=1, max_length=200)] = "lightest_mass",
    y: Annotated[str, Query(min_length=1, max_length=200)] = "sigma_13",
) -> Response:
    """Small excesses beside what chance gives, where they are, which analyses share them, and their clusters."""
    found = given.excesses.of_batches(batches, criteria)
    clusters, why = None, ""
    try:
        clusters = given.excesses.clusters(batches, criteria)
    except MissingExtraError as error:
        why = str(error)
    names = ("z", "analyses", "excluding")
    cuts = [cut.text for cut in criteria.cuts]
    asked = {
        "batch": batches,
        "cls": criteria.alpha,
        "where": cuts,
        **{name: getattr(criteria, name) for name in names},
    }
    report = found.report()
    return page(
        request,
        "excesses.html",
        batches=batches,
        criteria=criteria,
        cuts=cuts,
        axes=(x, y),
        columns=batch_detail(given.storage.get_batch(batches[0])).columns,
        found=replace(report, tables=(*report.tables, *(clusters.tables() if clusters else ()))),
        why=why,
        kinds=[kind for kind in _FIGURES if kind != "clusters" or (clusters is not None and clusters.models)],
        asked=urlencode(asked, doseq=True),
        plane=urlencode({"x": x, "y": y}),
        synthetic=given.excesses.of_demo(batches[0]),
    )
