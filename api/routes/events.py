"""Live events of a run (server-sent events)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, HTTPException, Query
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from protomodels.api.deps import Reader, ServicesDep, StorageDep
from protomodels.api.limits import Streams
from protomodels.api.responses import EventOut
from protomodels.database import FINAL, Storage, UnavailableError

router = APIRouter(prefix="/runs", tags=["runs"])

LOOK_SECONDS: Final = 0.5
QUIET_SECONDS: Final = 15.0
"""After so long without news a comment is sent, so that nobody between takes the connection for dead."""
_EVENT: Final = {
    "description": "of each event; data is JSON",
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"type": "string", "enum": ["log", "progress"]},
        "id": {"type": "string"},
        "data": {"type": "string"},
    },
}


@router.get(
    "/{run}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def events(
    run: str,
    who: Reader,
    storage: StorageDep,
    services: ServicesDep,
    seconds: Annotated[float, Query(ge=0.0, le=3600.0, description="how long to listen at most")] = 600.0,
    start: Annotated[int, Query(alias="after", ge=0, lt=2**31, description="entries after this one")] = 0,
    last: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> StreamingResponse:
    """``log`` (with its number as id) and ``progress`` events as they come, until the run is final."""
    if services.streams.are_many(who.name):
        raise HTTPException(429, f"{services.streams.most} event streams are open already")
    await run_in_threadpool(storage.get_run, run)  # an unknown run is an error, not a stream
    after = int(last) if last is not None and last.isascii() and last.isdigit() else start
    lines = _counted(services.streams, who.name, _stream(storage, run, seconds, min(after, 2**31 - 1)))
    return StreamingResponse(lines, media_type="text/event-stream")


async def _counted(streams: Streams, caller: str, lines: AsyncIterator[str]) -> AsyncIterator[str]:
    with streams.one_more(caller):
        async for line in lines:
            yield line


async def _stream(storage: Storage, run: str, seconds: float, after: int) -> AsyncIterator[str]:
    until = time.monotonic() + seconds
    spoke = time.monotonic()
    shown: dict[str, Any] | None = None
    while True:
        news: list[EventOut] = []
        progress = shown
        with contextlib.suppress(UnavailableError):  # it may come back: the next look tells
            news, progress = await run_in_threadpool(_look, storage, run, after)
        for event in news:
            after = event.number
            yield f"id: {event.number}\nevent: log\ndata: {event.model_dump_json()}\n\n"
        if progress is not None and progress != shown:
            yield f"event: progress\ndata: {json.dumps(progress)}\n\n"
        if news or progress != shown:
            spoke, shown = time.monotonic(), progress
        elif time.monotonic() - spoke > QUIET_SECONDS:
            spoke = time.monotonic()
            yield ": still here\n\n"
        if (shown is not None and shown["state"] in FINAL) or time.monotonic() >= until:
            return
        await asyncio.sleep(LOOK_SECONDS)


def _look(storage: Storage, run: str, after: int) -> tuple[list[EventOut], dict[str, Any]]:
    """News of the log, and where the run stands; the run first, so that nothing said before its end is missed."""
    storage.expire_leases()
    record = storage.get_run(run)
    total = record.n_walkers * record.n_steps
    progress = {"state": str(record.state), "steps": record.steps_done, "total": total, "best_K": record.best_K}
    return [EventOut.of(number, event) for number, event in storage.log(run, after=after)], progress
