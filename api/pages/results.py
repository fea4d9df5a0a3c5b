"""Pages of results."""

from __future__ import annotations

from typing import Final

import numpy as np
from fastapi import APIRouter, Request, Response

from protomodels.api.pages.shared import Optional, Shown, page
from protomodels.api.responses.results import analyses
from protomodels.api.responses.results import regions as region_rows
from protomodels.api.results import links_in
from protomodels.api.synthetic import DEMO
from protomodels.results.maps import EFFICIENCY
from protomodels.results.store import opened_results

router = APIRouter()
_MAPS: Final = 24
"""Drawn on a page."""


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


@router.get("/results/{name}/{analysis}")
def analysis(request: Request, name: str, analysis: str, given: Shown, region: Optional = "") -> Response:
    """An analysis: its signal regions, and its maps over masses; ``region`` chooses whose efficiencies are drawn."""
    predictor = given.results.load(name)
    catalog = predictor.catalog
    entries = given.results.maps(name, analysis)
    regions = list(dict.fromkeys(entry.label for entry in entries if entry.what == EFFICIENCY))
    shown = region if region in regions else next(iter(regions), "")
    drawn = [entry for entry in entries if entry.what != EFFICIENCY or entry.label == shown]
    rows = np.flatnonzero(catalog.analysis == analysis)
    return page(
        request,
        "analysis.html",
        name=name,
        title=predictor.name,
        about=next(one for one in analyses(catalog) if one.analysis == analysis),
        links=list(dict.fromkeys(link for row in rows for link in links_in(str(catalog.url[row])))),
        rows=region_rows(catalog, analysis),
        sets=[str(catalog.region[row]) for row in rows if row in catalog.combined],
        regions=regions,
        region=shown,
        maps=drawn[:_MAPS],
        n_maps=len(drawn),
        synthetic=predictor.name == DEMO,
    )
