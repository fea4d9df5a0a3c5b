"""The page of a timeline: K of a stored proto-model in the results that are on this machine."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.figures import MOST_RELEASES
from protomodels.api.pages.shared import Shown, page
from protomodels.api.routes.protomodels import Number
from protomodels.api.synthetic import is_synthetic
from protomodels.results.info import ResultsInfo
from protomodels.results.store import opened_results

router = APIRouter()
_DEMO: Final = "demo"
Asked = Annotated[list[Annotated[str, Query(max_length=200)]] | None, Query(max_length=20)]


@router.get("/protomodels/{number}/timeline")
def timeline(request: Request, number: Number, given: Shown, results: Asked = None) -> Response:
    """The results to choose from and, where some were chosen, the picture and the tables of K in them."""
    record = given.storage.protomodel(number)
    run = given.storage.get_run(record.run)
    known = opened_results()
    chosen = results or []
    values: dict[str, Any] = {"model": record, "known": known, "chosen": chosen, "most": MOST_RELEASES, "problem": ""}
    if chosen and not 2 <= len(chosen) <= MOST_RELEASES:
        values["problem"] = f"choose 2 to {MOST_RELEASES} of the results"
    ready = bool(chosen) and not values["problem"]
    suggested = chosen or suggestion(known, run.results_fingerprint)
    demo = is_synthetic(given.storage, run.results_fingerprint, *chosen)
    return page(request, "timeline.html", ready=ready, suggested=suggested, synthetic=demo, **values)


@router.get("/protomodels/{number}/timeline/tables")
def tables(request: Request, number: Number, given: Shown, results: Asked = None) -> Response:
    """The tables of a timeline: computed when asked for, so that the page itself is there at once."""
    found = given.figures.timeline(number, results or [])
    demo = is_synthetic(given.storage, *found.fingerprints)
    return page(request, "timeline_tables.html", number=number, found=found.report(), synthetic=demo)


def suggestion(known: list[ResultsInfo], own: str) -> list[str]:
    """Fingerprints to begin with: the results of the run, and of each other name of the same kind the largest.

    Parameters
    ----------
    known: results on this machine.
    own: fingerprint of the results of the run.
    """
    name = next((info.name for info in known if info.fingerprint == own), "")
    kind = _DEMO in name
    others: dict[str, ResultsInfo] = {}
    for info in known:
        if (_DEMO in info.name) is kind and info.name != name:
            others[info.name] = max(others.get(info.name, info), info, key=lambda one: one.n_analyses)
    return [*([own] if name else []), *(info.fingerprint for info in others.values())][:MOST_RELEASES]
