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
from sse_starlette import EventSourceResponse, ServerSentEvent

from protomodels.api.deps import Reader, ServicesDep, StorageDep
from protomodels.api.responses.runs import log_entry
from protomodels.api.security.limits import Streams
from protomodels.client.schemas import LogEntry
from protomodels.database import FINAL, Storage, UnavailableError

router = APIRouter(prefix="/runs", tags=["runs"])

POLL_SECONDS: Final = 0.5
PING_SECONDS: Final = 15
"""Between comments, which tell proxies that the connection is alive."""
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
    response_class=EventSourceResponse,
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
) -> EventSourceResponse:
    """``log`` (with its number as id) and ``progress`` events as they come, until the run is final."""
    if services.streams.are_many(who.name):
        raise HTTPException(429, f"{services.streams.most} event streams are open already")
    await run_in_threadpool(storage.get_run, run)  # an unknown run is an error, not a stream
    after = int(last) if last is not None and last.isascii() and last.isdigit() else start
    found = _counted(services.streams, who.name, _events(storage, run, seconds, min(after, 2**31 - 1)))
    return EventSourceResponse(found, ping=PING_SECONDS, ping_message_factory=_ping, sep="\n")


def _ping() -> ServerSentEvent:
    return ServerSentEvent(comment="still here", sep="\n")


async def _counted(
    streams: Streams, caller: str, events: AsyncIterator[ServerSentEvent]
) -> AsyncIterator[ServerSentEvent]:
    with streams.one_more(caller):
        async for event in events:
            yield event


async def _events(storage: Storage, run: str, seconds: float, after: int) -> AsyncIterator[ServerSentEvent]:
    until = time.monotonic() + seconds
    sent: dict[str, Any] | None = None
    while True:
        news: list[LogEntry] = []
        progress = sent
        with contextlib.suppress(UnavailableError):  # the storage may come back: the next look tells
            news, progress = await run_in_threadpool(_look, storage, run, after)
        for entry in news:
            after = entry.number
            yield ServerSentEvent(entry.model_dump_json(), event="log", id=str(entry.number), sep="\n")
        if progress is not None and progress != sent:
            yield ServerSentEvent(json.dumps(progress), event="progress", sep="\n")
            sent = progress
        if (sent is not None and sent["state"] in FINAL) or time.monotonic() >= until:
            return
        await asyncio.sleep(POLL_SECONDS)


def _look(storage: Storage, run: str, after: int) -> tuple[list[LogEntry], dict[str, Any]]:
    """New entries of the log, and where the run stands; the run is read first, so that no entry is missed."""
    storage.expire_leases()
    record = storage.get_run(run)
    total = record.n_walkers * record.n_steps
    progress = {"state": str(record.state), "steps": record.steps_done, "total": total, "best_K": record.best_K}
    return [log_entry(number, event) for number, event in storage.log(run, after=after)], progress
