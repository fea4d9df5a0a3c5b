"""A method a route."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, Final, TypedDict, Unpack

from httpx_sse import EventSource

from protomodels.client.schemas import (
    Campaign,
    Evaluation,
    Event,
    Explanation,
    Hiscore,
    LogEntry,
    Page,
    Prediction,
    Protomodel,
    Results,
    RunDetail,
    RunInfo,
    WalkerInfo,
)
from protomodels.client.transport import Transport, parsed
from protomodels.errors import ServiceError

_PAGE: Final = 200
RETURNS: Final = 5
"""How often in a row :meth:`Client.events` connects again, half a minute in all."""


class RunSettings(TypedDict, total=False):
    """Settings of a run; those that are left out have the service's defaults."""

    results: str
    walkers: int
    steps: int
    seed: int
    policy: str
    regions: str
    search: str | None
    exchange: int | None
    combinable: Mapping[str, Any] | None
    universe: Mapping[str, Any] | None


class HiscoreFilter(TypedDict, total=False):
    """Which proto-models are wanted; a mass window (GeV) is for the first particle."""

    run: str | None
    walker: int | None
    particle: Sequence[str]
    min_mass: float | None
    max_mass: float | None
    min_K: float | None
    results: str | None
    universes: bool
    duplicates: bool


class Client:
    """One service, `protomodels serve`; a context manager, which lets its connections go.

    Parameters
    ----------
    url: ``http://HOST:PORT``.
    token: made by ``protomodels token create``; None for a service on this machine.
    timeout: seconds for each answer.

    Raises
    ------
    NotFoundError, ConfigError: by all methods, where the service says so: they name field, value and what is allowed.
    ServiceError: by all methods, where the service is away, refuses, or failed.
    """

    def __init__(self, url: str, token: str | None = None, timeout: float = 30.0) -> None:
        self._to = Transport(url, token, timeout)
        self.url = self._to.url

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._to.close()

    # runs

    def create_run(self, **settings: Unpack[RunSettings]) -> RunInfo:
        """Queue a run; sent again where no answer came, it is still one run."""
        key = {"Idempotency-Key": str(uuid.uuid4())}
        return parsed(RunInfo, self._to.send("POST", "/runs", json=settings, headers=key, repeat=True))

    def runs(
        self, state: Sequence[str] = (), results: str | None = None, sort: str = "created", limit: int | None = None
    ) -> Iterator[RunInfo]:
        """Runs: newest ("created"), best ("K") or longest ("steps") first; all, or the first ``limit``."""
        given: dict[str, Any] = _without_none({"state": list(state), "results": results, "sort": sort})
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
        """A run, and what happened to it."""
        return parsed(RunDetail, self._to.send("GET", f"/runs/{run}"))

    def walkers(self, run: str) -> list[WalkerInfo]:
        """Where its walkers stand."""
        return parsed(list[WalkerInfo], self._to.send("GET", f"/runs/{run}/walkers"))

    def log(self, run: str, after: int = 0) -> list[LogEntry]:
        """What happened to a run, oldest first, beyond the entry ``after``."""
        found: list[LogEntry] = []
        last: int | None = after
        while last is not None:
            answer = self._to.send("GET", f"/runs/{run}/log", params={"after": last, "limit": 1000})
            page = parsed(Page[LogEntry], answer)
            found += page.items
            last = None if page.next is None else int(page.next)
        return found

    def pause(self, run: str) -> RunInfo:
        """Pause it after the steps at work."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/pause"))

    def cancel(self, run: str) -> RunInfo:
        """End it for good; its hiscores stay."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/cancel"))

    def resume(self, run: str) -> RunInfo:
        """Queue it again."""
        return parsed(RunInfo, self._to.send("POST", f"/runs/{run}/resume"))

    def delete(self, run: str) -> None:
        """Delete it with all that it found."""
        self._to.send("DELETE", f"/runs/{run}")

    def events(self, run: str, after: int = 0) -> Iterator[Event]:
        """News of a run until it ends; where the connection is lost, it connects again and misses nothing."""
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

    # proto-models

    def hiscores(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> list[Hiscore]:
        """The best proto-models, best K first."""
        given = _without_none({**wanted, "limit": limit})
        return parsed(list[Hiscore], self._to.send("GET", "/hiscores", params=given))

    def protomodels(self, limit: int = 50, **wanted: Unpack[HiscoreFilter]) -> list[Protomodel]:
        """The same proto-models as :meth:`hiscores`, with what drives their scores and what limits them."""
        given = _without_none({**wanted, "limit": limit})
        return parsed(list[Protomodel], self._to.send("GET", "/protomodels", params=given))

    def protomodel(self, number: int) -> Protomodel:
        """One with what drives its score and what limits it."""
        return parsed(Protomodel, self._to.send("GET", f"/protomodels/{number}"))

    def slha(self, number: int) -> str:
        """It as SLHA, with its cross sections."""
        return str(self._to.send("GET", f"/protomodels/{number}/slha").text)

    def predictions(self, number: int) -> list[Prediction]:
        """What all results say of it, the strongest r first."""
        return parsed(list[Prediction], self._to.send("GET", f"/protomodels/{number}/predictions"))

    def explanation(self, number: int) -> Explanation:
        """What its score rests on."""
        return parsed(Explanation, self._to.send("GET", f"/protomodels/{number}/why"))

    def plot(self, number: int, kind: str, format: str = "svg") -> bytes:
        """A figure of it: spectrum, decays, contributions, ...; as svg, png, pdf or json."""
        return self._to.send("GET", f"/protomodels/{number}/plots/{kind}", params={"format": format}).content

    def evaluate(
        self,
        model: Mapping[str, Any],
        *,
        results: str = "demo",
        policy: str = "default",
        regions: str = "best",
        combinable: Mapping[str, Any] | None = None,
    ) -> Evaluation:
        """K of a model (masses, decays, ssmultipliers, as in MODEL.json) and its parts."""
        body = {"model": model, "results": results, "policy": policy, "regions": regions, "combinable": combinable}
        return parsed(Evaluation, self._to.send("POST", "/evaluate", json=body, repeat=True))

    # campaigns and results

    def begin_pvalue(self, run: str, *, universes: int = 50, seed: int = 1, fudge: float = 1.0) -> Campaign:
        """Begin a global p-value of a run's best K; runners walk its universes."""
        body = {"kind": "pvalue", "run": run, "universes": universes, "seed": seed, "fudge": fudge}
        return parsed(Campaign, self._to.send("POST", "/campaigns", json=body))

    def begin_closure(self, closure: str, **settings: Any) -> Campaign:
        """Begin a closure test, "technical" or "physics"; ``settings`` as the API describes them."""
        return parsed(
            Campaign, self._to.send("POST", "/campaigns", json={"kind": "closure", "closure": closure, **settings})
        )

    def campaign(self, campaign: str) -> Campaign:
        """A campaign with its answer so far."""
        return parsed(Campaign, self._to.send("GET", f"/campaigns/{campaign}"))

    def campaigns(self) -> list[Campaign]:
        """Campaigns, newest first, without their answers."""
        return parsed(list[Campaign], self._to.send("GET", "/campaigns"))

    def results(self) -> list[Results]:
        """Databases of LHC results on the service's machine."""
        return parsed(list[Results], self._to.send("GET", "/results"))

    def meta(self) -> dict[str, Any]:
        """What the service is: its version, storage, and those of what it uses."""
        return parsed(dict[str, Any], self._to.send("GET", "/meta"))


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
