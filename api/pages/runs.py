"""Pages of runs: their list, the form that launches one, and one run."""

from __future__ import annotations

import json
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.figures import STORED, TOP
from protomodels.api.pages.filters import seconds_left
from protomodels.api.pages.parts.contents import contents_of
from protomodels.api.pages.parts.moves import acceptances
from protomodels.api.pages.shared import Optional, Shown, page, results_names
from protomodels.api.synthetic import is_synthetic, synthetic_fingerprints
from protomodels.database import FINAL, EventRecord, HiscoreQuery, RunState
from protomodels.plots.pages.modes import MOST, drivers_of
from protomodels.results.store import opened_results

router = APIRouter()
_RUNS: Final = 50
_COURSE: Final = 1
_LINES: Final = 100
LEVELS: Final = ("info", "warning")
ACTIONS: Final = {
    RunState.QUEUED: ("cancel",),
    RunState.RUNNING: ("pause", "cancel"),
    RunState.PAUSED: ("resume", "cancel"),
    RunState.CRASHED: ("resume", "cancel"),
}


@router.get("/runs")
def runs(request: Request, given: Shown, state: Optional = "", kind: Optional = "", before: Optional = "") -> Response:
    """Runs, newest first."""
    given.storage.expire_leases()
    found = given.storage.list_runs(_RUNS + 1, [state] if state else None, before=before or None, kind=kind or None)
    rows = found[:_RUNS]
    return page(
        request,
        "runs.html",
        rows=rows,
        more=rows[-1].id if len(found) > _RUNS else None,
        state=state,
        kind=kind,
        states=list(RunState),
        counts=given.storage.count_states(kind or None),
        campaigns=given.storage.campaigns_of(run.id for run in rows),
        demo=synthetic_fingerprints(given.storage),
    )


@router.get("/new")
def new_run(request: Request, given: Shown) -> Response:
    """The form that launches a run."""
    assert given is not None  # noqa: S101 - who may not read does not come here
    return page(request, "new.html", results=results_names())


@router.get("/runs/{run}")
def run(
    request: Request,
    run: str,
    given: Shown,
    beside: Annotated[str, Query(max_length=16)] = "",
    level: Optional = "",
    find: Optional = "",
) -> Response:
    """One run; ``level`` and ``find`` choose lines of its log."""
    given.storage.expire_leases()
    record = given.storage.get_run(run)
    other = given.storage.get_run(beside) if beside else None
    course = given.storage.trace(run, _COURSE)
    hiscores = given.storage.hiscores(run, TOP)
    stored = given.storage.hiscores(HiscoreQuery(run, distinct=False), STORED)
    log = [(n, event) for n, event in given.storage.log(run) if _wanted(event, level, find)]
    on = {record.results_fingerprint, *([other.results_fingerprint] if other else [])}
    return page(
        request,
        "run.html",
        run=record,
        other=other,
        config=json.loads(record.config_json),
        total=record.n_walkers * record.n_steps,
        left=seconds_left(record),
        moves=acceptances(course.moves),
        hiscores=hiscores,
        contents=contents_of(stored)[:MOST],
        drivers=drivers_of(given.storage.best_protomodels(run, TOP))[:MOST],
        top=len(hiscores),
        here=any(info.fingerprint == record.results_fingerprint for info in opened_results()),
        # the run may have gone on since its record was read: the header must not fall behind its own table
        best_K=max((model.K for model in hiscores), default=record.best_K),
        log=log[-_LINES:],
        level=level,
        find=find,
        levels=LEVELS,
        actions=ACTIONS.get(record.state, ()),
        final=record.state in FINAL,
        campaigns=given.storage.campaigns_of([run]).get(run, []),
        judged_by=[campaign.id for campaign in given.storage.list_campaigns(None, judged_run=run)],
        synthetic=is_synthetic(given.storage, *on),
    )


def _wanted(event: EventRecord, level: str, find: str) -> bool:
    return level in ("", event.level) and find.lower() in event.message.lower()
