"""How much may be asked: bytes of a body, requests a minute."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from protomodels.api.problems import problem

_REMEMBERED: Final = 10_000


class Bucket:
    """Requests a minute for each of many callers: a minute's worth may come at once.

    Parameters
    ----------
    rate: requests a minute.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, now: float | None = None) -> bool:
        """Count a request of this caller; False where it has used up its minute.

        Parameters
        ----------
        now: seconds, of a clock that never goes back; the present time without it.
        """
        moment = time.monotonic() if now is None else now
        with self._lock:
            left, last = self._left.pop(caller, (float(self._rate), moment))
            left = min(float(self._rate), left + (moment - last) * self._rate / 60.0)
            allowed = left >= 1.0
            self._left[caller] = (left - 1.0 if allowed else left, moment)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        return allowed


class Streams:
    """Streams that are open, by caller: each holds a connection, and looks into the storage now and then."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: Counter[str] = Counter()

    def are_many(self, caller: str) -> bool:
        """Has this caller as many open streams as one may have?"""
        return self._open[caller] >= self.most

    @contextmanager
    def one_more(self, caller: str) -> Iterator[None]:
        """Count a stream of this caller as long as it is open."""
        self._open[caller] += 1
        try:
            yield
        finally:
            self._open[caller] -= 1
            if not self._open[caller]:
                del self._open[caller]


def _nul(scope: Scope, body: bytes) -> str:
    """Where a NUL character is, which PostgreSQL cannot keep in a text; empty where there is none."""
    if b"\\u0000" in body:
        return "body"
    return "query" if b"%00" in scope["query_string"] else "path" if "\x00" in scope["path"] else ""


class BodyLimit:
    """Refuses bodies that are too long, before they are read whole, and texts that no storage keeps.

    Parameters
    ----------
    most: bytes.
    others: bytes for paths that may bring more.
    """

    def __init__(self, app: ASGIApp, most: int, others: Mapping[str, int]) -> None:
        self._app, self._most, self._others = app, most, others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, seen = self._others.get(scope["path"], self._most), 0
        pieces: list[Message] = []
        more = True
        while more:
            message = await receive()
            pieces.append(message)
            seen += len(message.get("body", b""))
            if seen > most:
                words = f"the body has more than {most} bytes"
                await problem(413, "too large", words)(scope, receive, send)
                return
            more = message["type"] == "http.request" and message.get("more_body", False)
        where = _nul(scope, b"".join(message.get("body", b"") for message in pieces))
        if where:
            words = f"{where}: holds a NUL character, which no text may"
            await problem(422, "bad input", words, field=where)(scope, receive, send)
            return
        waiting = iter(pieces)

        async def replayed() -> Message:
            return next(waiting, None) or await receive()

        await self._app(scope, replayed, send)
