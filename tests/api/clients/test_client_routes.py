"""The client has a method for each route of the API, and asks for no other; it may be awaited."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import httpx
import pytest

from protomodels.api.openapi import FILE
from protomodels.client import AsyncClient, Client
from protomodels.client.transport import PREFIX, Transport
from protomodels.errors import NotFoundError, ServiceError
from tests.api.asking import Serve

NOT_FOR_CLIENTS: Final = {
    "/session": "of browsers",
    "/runs/{run}/course": "deprecated",
    # where the client asks for /why, which services of version 0.1.0 have too
    "/protomodels/{number}/explanation": "the same as /why",
}
ARGUMENTS: Final[dict[str, Any]] = {
    "number": 7,
    "walker": 0,
    "K": 6.0,
    "campaigns": ["c1"],
    "models": [("name", "text")],
    "model": {},
    "table": b"",
    "token": None,
}
"""What methods are called with; a short text for all other parameters."""


class AskedError(Exception):
    """Instead of an answer."""


def described() -> set[tuple[str, str]]:
    paths = json.loads(FILE.read_text())["paths"]
    return {
        (method.upper(), path.removeprefix(PREFIX))
        for path, methods in paths.items()
        if path.startswith(PREFIX) and path.removeprefix(PREFIX) not in NOT_FOR_CLIENTS
        for method in methods
    }


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[tuple[str, str]]]:
    """Method and path of what would be sent."""
    seen: set[tuple[str, str]] = set()

    def send(self: Transport, method: str, path: str, **given: Any) -> httpx.Response:
        seen.add((method, path))
        raise AskedError

    @contextmanager
    def stream(self: Transport, path: str, **given: Any) -> Iterator[httpx.Response]:
        seen.add(("GET", path))
        raise AskedError
        yield

    monkeypatch.setattr(Transport, "send", send)
    monkeypatch.setattr(Transport, "stream", stream)
    yield seen


def test_each_route_has_a_method(asked: set[tuple[str, str]]) -> None:
    methods = {
        name: method for name, method in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")
    }
    with Client("http://127.0.0.1:9") as client:
        for name, method in methods.items():
            parameters = list(inspect.signature(method).parameters.values())[1:]
            needed = [p for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD]
            with pytest.raises(AskedError):
                found = getattr(client, name)(*(ARGUMENTS.get(p.name, "x1") for p in needed))
                next(iter(found))  # what is given one by one is asked for then
    routes = {route: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route[1]))) for route in described()}
    reached = {
        route
        for route, pattern in routes.items()
        for method, path in asked
        if method == route[0] and pattern.fullmatch(path)
    }
    assert described() - reached == set()
    unknown = {
        (method, path)
        for method, path in asked
        if not any(method == route[0] and pattern.fullmatch(path) for route, pattern in routes.items())
    }
    assert unknown == set()


@pytest.mark.parametrize("url", ["sqlite file"], indirect=True)
def test_the_client_may_be_awaited(serve: Serve) -> None:
    async def program() -> None:
        async with AsyncClient(serve()) as client:
            begun = await asyncio.gather(*(client.create_run(walkers=1, steps=1, seed=n) for n in range(3)))
            assert {run.id for run in begun} == {run.id async for run in client.runs()}
            cancelled = await client.cancel(begun[0].id)
            assert cancelled.state == "cancelled"
            kinds = [event.kind async for event in client.events(begun[0].id)]
            assert kinds[-1] == "progress"
            with pytest.raises(NotFoundError, match="run: got r00000001"):
                await client.run("r00000001")
            with pytest.raises(AttributeError):
                await client.no_such_method()

    asyncio.run(program())


def test_an_awaited_client_without_a_service() -> None:
    async def program() -> None:
        async with AsyncClient("http://127.0.0.1:9") as client:
            with pytest.raises(ServiceError, match="does not answer"):
                await client.cancel("r1")

    asyncio.run(program())
