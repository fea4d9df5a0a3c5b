"""Errors as problem+json (RFC 9457): the one mapping of the error tree to HTTP statuses."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from protomodels.api.results import BusyError
from protomodels.api.settings import PREFIX
from protomodels.database import FencedError, TransitionError, UnavailableError
from protomodels.errors import (
    CombinationError,
    ConfigError,
    InputError,
    NotFoundError,
    PredictionError,
    ProtomodelsError,
    StorageError,
)

log = logging.getLogger(__name__)

STATUS: Final[tuple[tuple[type[ProtomodelsError], int, str], ...]] = (
    (NotFoundError, 404, "not found"),
    (InputError, 422, "bad input"),
    (TransitionError, 409, "not possible in this state"),
    (FencedError, 409, "another is at work on it"),
    (UnavailableError, 503, "the storage is away"),
    (BusyError, 503, "busy"),
    (StorageError, 500, "the storage failed"),
    (PredictionError, 422, "no prediction"),
    (CombinationError, 422, "too many combinations"),
    (ProtomodelsError, 500, "failed"),
)
"""By class, the first that fits: status and title."""

MEDIA_TYPE: Final = "application/problem+json"
_SHOWN: Final = 200


class Problem(JSONResponse):
    """Pure ASCII: what was asked for may hold half a surrogate pair, which UTF-8 cannot."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """The body."""
        return json.dumps(content, allow_nan=False).encode("ascii")


def problem(status: int, title: str, detail: str, **more: Any) -> JSONResponse:
    """A problem; ``more`` are its extension members."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Problem(body, status, headers=_headers(status))


def _headers(status: int) -> dict[str, str]:
    if status == 401:
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": "1"} if status in (429, 503) else {}


@contextmanager
def in_request(table: str) -> Iterator[None]:
    """Name what is wrong with small excesses as a request has it, and not as the command line does.

    Parameters
    ----------
    table: what brings the table: ``body``, or ``batch``.
    """
    names = {"TABLE": table, "--plane": "query.x, query.y"}
    try:
        yield
    except ConfigError as error:
        field = names.get(error.field, error.field.replace("--", "query.", 1))
        raise ConfigError(field, error.value, error.allowed) from error


Handler = Callable[[Request, Exception], Awaitable[JSONResponse]]
PageMaker = Callable[[Request, int, str, str], Response]


def add_handlers(app: FastAPI, page: PageMaker) -> None:
    """Make every error of the application a problem; ``page`` makes those that a browser shows."""
    for kind, handler in (
        (ProtomodelsError, _ours),
        (RequestValidationError, _validation),
        (HTTPException, _http),
    ):
        app.add_exception_handler(kind, _shaped(handler, page))
    # for the guard: a handler of Exception itself would answer outside of it
    app.state.unexpected = _shaped(_unexpected, page)


def _shaped(handler: Handler, page: PageMaker) -> Callable[[Request, Exception], Awaitable[Response]]:
    """The handler's problem, or a page of it where a browser asked for one."""

    async def shaped(request: Request, error: Exception) -> Response:
        answer = await handler(request, error)
        is_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(PREFIX)
        if not is_page or "location" in answer.headers:
            return answer
        body = json.loads(bytes(answer.body))
        return page(request, body["status"], body["title"], body["detail"])

    return shaped


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    status, title = next((s, t) for kind, s, t in STATUS if isinstance(error, kind))
    if status >= 500:
        log.error("%s: %s", title, error)
    more = {}
    if isinstance(error, InputError):
        shown = error.value if isinstance(error.value, str) else repr(error.value)
        more = {"field": error.field, "value": shown[:_SHOWN], "allowed": error.allowed}
    return problem(status, title, str(error)[: 10 * _SHOWN], **more)


async def _validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - it is registered for these
    found = []
    for entry in error.errors():
        value = entry.get("input")
        shown = value if isinstance(value, str) else repr(value)
        found.append(
            {"field": ".".join(map(str, entry["loc"])), "value": shown[:_SHOWN], "allowed": str(entry["msg"])[:_SHOWN]}
        )
    words = "; ".join(f"{e['field']}: got {e['value']}; {e['allowed']}" for e in found)
    first = found[0] if found else {}
    return problem(422, "bad input", words[: 10 * _SHOWN], **first, errors=found)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for these
    answer = problem(error.status_code, str(error.detail), str(error.detail))
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        # the router names the methods of the first route that has the path
        allowed = _methods(request)
        answer.headers.update({"Allow": ", ".join(sorted(allowed))} if allowed else {})
    return answer


def _methods(request: Request) -> set[str]:
    """The methods that the described routes of a path have together; none for a path that is not described."""
    found: set[str] = set()
    for template, methods in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), request.url.path):
            found |= {method.upper() for method in methods}
    return found


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    log.error("unexpected", exc_info=error)
    return problem(500, "failed", "an error of the program; its log says more")
