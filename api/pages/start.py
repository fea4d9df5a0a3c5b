"""The first page: what is running, the best proto-models, the latest p-values."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from protomodels.api.pages.parts.contents import Content, contents_of
from protomodels.api.pages.shared import Optional, Shown, address, page
from protomodels.api.responses.campaigns import campaign as campaign_answer
from protomodels.api.synthetic import DEMO, synthetic_fingerprints
from protomodels.campaign.pvalue_config import KIND as PVALUE
from protomodels.database import FINAL, HiscoreQuery, RunState, Storage

router = APIRouter()
_RUNS: Final = 10
_WORK: Final = 20
_DATABASES: Final = 3
_BEST: Final = 3
_LOOKED_AT: Final = 200
_PVALUES: Final = 5
_WAITING: Final = [state for state in RunState if state not in FINAL]


@router.get("/")
def start(request: Request, given: Shown, state: Optional = "", before: Optional = "") -> Response:
    """What is going on, and what was found."""
    if state or before:  # the list of runs was here once
        return RedirectResponse("/runs" + address(request), 308)
    storage = given.storage
    storage.expire_leases()
    asked = storage.list_campaigns(_PVALUES, kind=PVALUE)
    return page(
        request,
        "start.html",
        runs=storage.list_runs(_RUNS, _WAITING),
        batches=[batch for batch in storage.list_batches(_WORK) if batch.state not in FINAL],
        posteriors=[one for one in storage.list_posteriors(_WORK) if one.state not in FINAL],
        best=_best(storage),
        pvalues=[campaign_answer(storage, campaign) for campaign in asked],
        of_demo={campaign.id for campaign in asked if given.figures.of_demo(campaign.id)},
        demo=synthetic_fingerprints(storage),
        counts=storage.count_states(),
    )


def _best(storage: Storage) -> list[dict[str, Any]]:
    """For each of the results that were used, the published ones first, the best proto-models of different content."""
    known = sorted(storage.list_results(), key=lambda entry: entry.name == DEMO)
    rows = []
    for entry in known[:_DATABASES]:
        found = storage.hiscores(HiscoreQuery(results=entry.fingerprint, distinct=False), _LOOKED_AT)
        best: list[Content] = contents_of(found)[:_BEST]
        if best:
            rows.append({"results": entry, "models": best, "synthetic": entry.name == DEMO})
    return rows
