"""The client for programs with an event loop."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

from protomodels.client.client import Client

_END: Final = object()


class AsyncClient:
    """The methods of :class:`Client`, awaited; what those give one by one is an asynchronous iterator here.

    Each call waits in a thread, so that the event loop goes on.  A call that is cancelled is still sent.

    Parameters
    ----------
    url, token, timeout: as for :class:`Client`; errors too.

    Examples
    --------
    ::

        async with AsyncClient("http://127.0.0.1:8000") as client:
            run = await client.create_run(results="demo", walkers=4, steps=100)
            async for event in client.events(run.id):
                print(event.kind, event.values)
    """

    def __init__(self, url: str, token: str | None = None, timeout: float = 30.0) -> None:
        self._client = Client(url, token, timeout)
        self.url = self._client.url

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await asyncio.to_thread(self._client.__exit__, None, None, None)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """The method of this name, to be awaited or iterated over."""
        method: Callable[..., Any] = getattr(self._client, name)
        if inspect.isgeneratorfunction(method):
            return lambda *given, **named: _iterated(method(*given, **named))
        return partial(asyncio.to_thread, method)


async def _iterated(found: Iterator[Any]) -> AsyncIterator[Any]:
    """The same, one by one, each waited for in a thread."""
    while (value := await asyncio.to_thread(next, found, _END)) is not _END:
        yield value
