"""The part of the client that queues, steers and follows runs."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypedDict, Unpack

from httpx_sse import EventSource

from protomodels.client.connected import Connected, without_none
from protomodels.client.schemas import (
    Event,
    LogEntry,
    Page,
    RunDetail,
    RunInfo,
    Step,
    Trace,
    WalkerInfo,
)
from protomodels.client.transport import parsed
from protomodels.errors import ServiceError

_PAGE: Final = 200
RETURNS: Final = 5
"""How often in a row :meth:`Runs.events` connects again, half a minute in all."""


class RunSettings(TypedDict, total=False):
    """Settings of a run; those that are left out have the service's defaults."""

    results: str
    walkers: int
    steps: int
    seed: int
    policy: str
    regions: str
    strict: bool | None
    guards: bool | None
    search: str | None
    exchange: int | None
    combinable: Mapping[str, Any] | None
    universe: Mapping[str, Any] | None
    name: str | None
    note: str
    tags: Sequence[str]


class Runs(Connected):
    """Runs: queued, listed, followed, paused, cancelled, deleted."""

    def create_run(self, **settings: Unpack[RunSettings]) -> RunInfo:
        """Queue a run, for a runner to walk; a request that has to be repeated still makes one run.

        Parameters
        ----------
        settings: as for ``protomodels run``: results, walkers, steps, seed, policy, regions, strict, guards, search,
            exchange, combinable (the table itself, not a path), universe, and name, note and tags, by which the run is
            found again.  The service has a default for each.

        Returns
        -------
        The run in state ``queued``, with its id.
        """
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return parsed(RunInfo, self._to.send("POST", "/runs", json=settings, headers=key, repeat=True))

    def runs(
        self,
        state: Sequence[str] = (),
        results: str | None = None,
        sort: str = "created",
        limit: int | None = None,
        *,
        kind: str | None = None,
        name: str | None = None,
        tag: Sequence[str] = (),
    ) -> Iterator[RunInfo]:
        """Runs, page by page as they are used.

        Parameters
        ----------
        state: only those in one of these states, such as ``running``.
        results: only those made with results of this name or fingerprint.
        sort: ``created`` (newest first), ``K`` (best first) or ``steps`` (most first).
        limit: at most so many; all without it.
        kind: ``own`` for those that no campaign has, ``campaign`` for the others.
        name, tag: the one of this name; those with all of these tags.
        """
        wanted = {"state": list(state), "results": results, "sort": sort, "kind": kind, "name": name, "tag": list(tag)}
        given: dict[str, Any] = {key: value for key, value in without_none(wanted).items() if value != []}
        left = limit
        while left is None or left > 0:
            given["limit"] = _PAGE if left is None else min(left, _PAGE)
            page = parsed(Page[RunInfo], self._to.send("GET", "/runs", params=given))
            yield from page.items
            if page.next is None:
                return
            given["before"] = page.next
            left = None if left is None else left - len(page.items)

    def run(self, run: str) -> RunDetail:
        """One run: its settings, its state, how far it has come, and the changes of its state."""
        return parsed(RunDetail, self._to.send("GET", f"/runs/{run}"))

    def walkers(self, run: str) -> list[WalkerInfo]:
        """The walkers of a run that have done a step: their step, their K and their best K, by number."""
        return parsed(list[WalkerInfo], self._to.send("GET", f"/runs/{run}/walkers"))

    def steps(self, run: str, walker: int, *, after: int = 0, every: int = 1) -> Iterator[Step]:
        """The steps of a walker beyond the step ``after``, page by page as they are used.

        Parameters
        ----------
        every: only steps divisible by it.
        """
        last: int | None = after
        while last is not None:
            given = {"after": last, "every": every, "limit": 5000}
            page = parsed(Page[Step], self._to.send("GET", f"/runs/{run}/steps/{walker}", params=given))
            yield from page.items
            last = None if page.next is None else int(page.next)

    def trace(self, run: str, points: int = 200) -> Trace:
        """The best K of each walker along the steps, in ``points`` parts, and how often each move was accepted."""
        return parsed(Trace, self._to.send("GET", f"/runs/{run}/trace", params={"points": points}))

    def run_plot(self, run: str, format: str = "svg", beside: Sequence[str] = ()) -> bytes:
        """The best K of the walkers of a run against their steps.

        Parameters
        ----------
        format: ``svg``, ``png``, ``pdf``, or ``json`` for plotly.js.
        beside: other runs, of which the best K so far is drawn beside that of this one.
        """
        given: dict[str, Any] = {"format": format} | ({"beside": list(beside)} if beside else {})
        return self._to.send("GET", f"/runs/{run}/plots/climb", params=given).content

    def modes_plot(self, run: str, format: str = "svg") -> bytes:
        """K of the stored proto-models of a run by their content: ``svg``, ``png``, ``pdf``, or ``json``."""
        return self._to.send("GET", f"/runs/{run}/plots/modes", params={"format": format}).content

    def drivers_plot(self, run: str, format: str = "svg") -> bytes:
        """What each analysis gives to the ten best proto-models of a run: ``svg``, ``png``, ``pdf``, or ``json``."""
        return self._to.send("GET", f"/runs/{run}/plots/drivers", params={"format": format}).content

    def log(self, run: str, after: int = 0) -> list[LogEntry]:
        """The log of a run, oldest entry first; only entries with a number above ``after``."""
        found: list[LogEntry] = []
        last: int | None = after
        while last is not None:
            answer = self._to.send("GET", f"/runs/{run}/log", params={"after": last, "limit": 1000})
            page = parsed(Page[LogEntry], answer)
            found += page.items
            last = None if page.next is None else int(page.next)
        return found

    def label(
        self, run: str, *, name: str | None = None, note: str | None = None, tags: Sequence[str] | None = None
    ) -> RunInfo:
        """Change what a run is called; what is not given stays.

        Parameters
        ----------
        name: by which it is found again; an empty one takes its name away.
        note: free text.
        tags: all that it shall have.
        """
        given = without_none({"note": note, "tags": None if tags is None else list(tags)})
        if name is not None:
            given["name"] = name or None
        return parsed(RunInfo, self._to.send("PATCH", f"/runs/{run}", json=given))

    def pause(self, run: str) -> RunInfo:
        """Pause a run once the steps that are being computed are stored; :meth:`resume` continues it."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/pause"))

    def cancel(self, run: str) -> RunInfo:
        """End a run for good; its steps and hiscores stay."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/cancel"))

    def resume(self, run: str) -> RunInfo:
        """Queue a run again that is paused or crashed; its chains go on as if nothing had happened."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/resume"))

    def delete(self, run: str) -> None:
        """Delete a run with its steps, its log and its hiscores; not while it runs, nor while a campaign needs it."""
        self._to.send("DELETE", f"/runs/{run}")

    def events(self, run: str, after: int = 0) -> Iterator[Event]:
        """Follow a run until it is completed, cancelled or failed.

        Where the connection is lost, it is made again and no event is missed.

        Parameters
        ----------
        after: number of the last log entry that is known already.

        Yields
        ------
        Events: ``progress`` (steps done, best K, state) and ``log`` (an entry with its number).
        """
        failures = 0
        last, final = after, False
        while not final:
            try:
                # lines may be long in coming
                with self._to.stream(f"/runs/{run}/events", params={"after": last}, timeout=60.0) as answer:
                    for sent in EventSource(answer).iter_sse():
                        event = Event(kind=sent.event, values=json.loads(sent.data))
                        failures = 0
                        last = max(last, int(event.values.get("number", 0)))
                        final = event.values.get("state") in ("completed", "failed", "cancelled")
                        yield event
            except ServiceError:
                failures += 1
                if failures > RETURNS:
                    raise
                time.sleep(min(0.2 * 3.0**failures, 10.0))
