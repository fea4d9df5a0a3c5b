"""Pages of results."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from protomodels.api.pages.shared import Shown, page
from protomodels.api.responses.results import analyses
from protomodels.api.synthetic import DEMO
from protomodels.results.store import opened_results

router = APIRouter()


@router.get("/results")
def results(request: Request, given: Shown) -> Response:
    """Databases of results on this machine."""
    assert given is not None  # noqa: S101 - who may not read does not come here
    return page(request, "results.html", known=opened_results())


@router.get("/results/{name}")
def result(request: Request, name: str, given: Shown) -> Response:
    """The analyses of a database."""
    predictor = given.results.load(name)
    found = analyses(predictor.catalog)
    return page(
        request, "analyses.html", name=name, title=predictor.name, analyses=found, synthetic=predictor.name == DEMO
    )
