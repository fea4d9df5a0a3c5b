"""The application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import Depends, FastAPI, Request, Response

from api.deps import Results, Services, known_parameters
from api.limits import BodyLimit, Bucket
from api.problems import MEDIA_TYPE, add_handlers
from api.routes import campaigns, evaluate, events, meta, protomodels, results, runs
from api.settings import PREFIX, Settings
from database import open_storage

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_PROBLEM: Final = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "field": {"type": "string"},
        "value": {"type": "string"},
        "allowed": {"type": "string"},
    },
}
_STATUSES: Final = {
    400: "not HTTP",
    401: "no valid token",
    403: "the token does not allow it",
    404: "not found",
    409: "not possible in this state",
    413: "too large",
    422: "bad input",
    429: "too often",
    503: "the storage is away",
}


def create_app(settings: Settings) -> FastAPI:
    """The service.

    Raises
    ------
    StorageError: at its start, where the storage cannot be opened.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with open_storage(settings.storage) as storage:
            app.state.services = Services(settings, storage, Results(), Bucket(settings.rate))
            yield

    answers: dict[int | str, dict[str, Any]] = {
        status: {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status, words in _STATUSES.items()
    }
    app = FastAPI(
        title="protomodels",
        version="1",
        description="Search LHC results for dispersed signals of new physics with proto-models.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        responses=answers,
    )
    add_handlers(app)

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        answer = await call_next(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    app.add_middleware(BodyLimit, most=settings.max_body)
    for module in (runs, events, protomodels, evaluate, results, campaigns, meta):
        app.include_router(module.router, prefix=PREFIX, dependencies=[Depends(known_parameters)])
    app.include_router(meta.health)
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Give the description of the API the schema of problems, once for all answers."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document["components"]["schemas"]["Problem"] = _PROBLEM
        return document

    app.openapi = described  # type: ignore[method-assign]
