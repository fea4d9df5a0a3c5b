"""Runs: started, followed, paused, resumed, cancelled."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Header, Query, Response

from protomodels.api.deps import Reader, ResultsDep, StorageDep, Writer
from protomodels.api.requests import LabelsIn, RunIn, UniverseIn
from protomodels.api.responses.runs import log_entry, run_detail, run_info
from protomodels.client.schemas import LogEntry, Page, RunDetail, RunInfo, Step, Trace, WalkerInfo
from protomodels.database import Labels, RunState, Storage
from protomodels.run_settings import RUN_SETTINGS
from protomodels.runs import Run, RunConfig
from protomodels.runs.config import text_sha256
from protomodels.runs.new import drawn_seed
from protomodels.universes import Universe
from protomodels.universes.recipe import drawing_of

router = APIRouter(prefix="/runs", tags=["runs"])

Points = Annotated[int, Query(ge=1, le=1000, description="parts of the run")]
UPLOADED: Final = "(uploaded)"
"""What a config calls a table that came with the request."""


@router.get("")
def list_runs(
    _: Reader,
    storage: StorageDep,
    state: Annotated[list[RunState] | None, Query()] = None,
    results: Annotated[str | None, Query(max_length=200)] = None,
    sort: Literal["created", "K", "steps"] = "created",
    kind: Annotated[
        Literal["own", "campaign"] | None, Query(description="runs that no campaign has, or those of campaigns")
    ] = None,
    name: Annotated[str | None, Query(max_length=64, description="the run of this name")] = None,
    tag: Annotated[
        list[Annotated[str, Query(max_length=64)]] | None, Query(description="runs with all of these")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(max_length=16, description="cursor")] = None,
) -> Page[RunInfo]:
    """List runs: newest, best or longest first; `next` of a page is `before` of the one that follows."""
    storage.expire_leases()
    found = storage.list_runs(
        limit + 1, state, results=results, sort=sort, before=before, kind=kind, name=name, tags=tag or ()
    )
    items = [run_info(record) for record in found[:limit]]
    return Page(items=items, next=items[-1].id if len(found) > limit else None)


@router.post("", status_code=202)
def create_run(
    body: RunIn,
    who: Writer,
    storage: StorageDep,
    results: ResultsDep,
    response: Response,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> RunInfo:
    """Queue a run, which `protomodels runner` walks.

    A request that is sent again with the same Idempotency-Key gives the same run.
    """
    table = None if body.combinable is None else json.dumps(body.combinable, sort_keys=True)
    config = RunConfig(
        **body.model_dump(include={setting.name for setting in RUN_SETTINGS} - {"seed", "combinable"}),
        seed=drawn_seed(body.seed),
        combinable=None if table is None else UPLOADED,
        combinable_sha256="" if table is None else text_sha256(table),
        universe=None if body.universe is None else universe_of(body.universe, body.policy),
    )
    predictor = results.load(body.results)
    with results.exclusive():
        new = replace(Run.described(config, predictor, table), labels=Labels(body.name, body.note, tuple(body.tags)))
    if key is None:
        run = storage.create_run(new)
    else:
        asked = text_sha256(body.model_dump_json())
        run = storage.create_run_once(new, who.name, key, asked)
    response.headers["Location"] = f"/api/v1/runs/{run}"
    return run_info(storage.get_run(run))


@router.get("/{run}")
def get_run(run: str, _: Reader, storage: StorageDep) -> RunDetail:
    """Show one run: its settings, its state, how far it has come, and the changes of its state."""
    storage.expire_leases()
    return run_detail(storage, storage.get_run(run))


@router.patch("/{run}")
def label_run(run: str, body: LabelsIn, _: Writer, storage: StorageDep) -> RunInfo:
    """Change what a run is called: its name, its note, its tags; what is left out stays."""
    given = body.model_fields_set
    storage.label_run(
        run,
        name=(body.name or "") if "name" in given else None,
        note=body.note if "note" in given else None,
        tags=body.tags if "tags" in given else None,
    )
    return run_info(storage.get_run(run))


@router.delete("/{run}", status_code=204)
def delete_run(run: str, _: Writer, storage: StorageDep) -> None:
    """Delete a run with all that it found; not while it runs, nor where a campaign needs it."""
    storage.delete_run(run)


@router.post("/{run}/cancel")
def cancel(run: str, _: Writer, storage: StorageDep) -> RunInfo:
    """End a run for good; its hiscores stay."""
    storage.expire_leases()
    at_work = storage.get_run(run).state is RunState.RUNNING
    return _moved(storage, run, RunState.CANCELLING if at_work else RunState.CANCELLED)


@router.post("/{run}/pause")
def pause(run: str, _: Writer, storage: StorageDep) -> RunInfo:
    """Pause a run once the steps that are being computed are stored; `resume` continues it."""
    storage.expire_leases()
    return _moved(storage, run, RunState.PAUSED)


@router.post("/{run}/resume", status_code=202)
def resume(run: str, _: Writer, storage: StorageDep) -> RunInfo:
    """Queue a paused or crashed run again; it ends as if nothing had happened."""
    storage.expire_leases()
    return _moved(storage, run, RunState.QUEUED)


def universe_of(given: UniverseIn, policy: str) -> Universe:
    signal = None if given.signal is None else json.dumps(given.signal, sort_keys=True)
    return Universe(given.seed, given.fudge, signal, given.strength, given.drawing or drawing_of(policy))


def _moved(storage: Storage, run: str, to: RunState) -> RunInfo:
    storage.set_state(run, to, "as asked")
    return run_info(storage.get_run(run))


@router.get("/{run}/log")
def log(
    run: str,
    _: Reader,
    storage: StorageDep,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Page[LogEntry]:
    """Read the log of a run, oldest entry first; only entries with a number above `after`."""
    found = storage.log(run, after=after, limit=limit)
    more = len(found) == limit
    return Page(items=[log_entry(number, event) for number, event in found], next=str(found[-1][0]) if more else None)


@router.get("/{run}/walkers")
def walkers(run: str, _: Reader, storage: StorageDep) -> list[WalkerInfo]:
    """List the walkers of a run: step, K and best K of each; one that has done no step is left out."""
    storage.get_run(run)
    return [WalkerInfo.model_validate(record) for record in storage.walker_states(run)]


@router.get("/{run}/trace")
def trace(run: str, _: Reader, storage: StorageDep, points: Points = 200) -> Trace:
    """Summarise a run: the best K of each walker along the steps, and how often each move was accepted."""
    return Trace.model_validate(storage.trace(run, points))


@router.get("/{run}/course", deprecated=True)
def course(run: str, who: Reader, storage: StorageDep, points: Points = 200) -> Trace:
    """The same as /runs/{run}/trace, under the path of version 0.1.0."""
    return trace(run, who, storage, points)


@router.get("/{run}/steps/{walker}")
def steps(
    run: str,
    walker: int,
    _: Reader,
    storage: StorageDep,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
    every: Annotated[int, Query(ge=1, le=10_000, description="only steps divisible by it")] = 1,
) -> Page[Step]:
    """List the steps of a walker: K, whether the proposal was accepted, and which moves it was made of."""
    storage.get_run(run)
    found = storage.steps(run, walker, after=after, limit=limit) if 0 <= walker < 2**31 else []
    items = [Step.model_validate(record) for record in found if record.step % every == 0]
    return Page(items=items, next=str(found[-1].step) if len(found) == limit else None)
