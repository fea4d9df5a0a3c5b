"""The application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import Depends, FastAPI

from protomodels.api.deps import Services, known_parameters
from protomodels.api.excesses import SmallExcesses
from protomodels.api.figures import Figures
from protomodels.api.metrics import Metrics
from protomodels.api.pages import pages
from protomodels.api.pages.assets import static_files
from protomodels.api.problems import MEDIA_TYPE, add_handlers
from protomodels.api.results import Results
from protomodels.api.routes import (
    batches,
    campaigns,
    evaluate,
    events,
    excesses,
    hiscore_files,
    meta,
    plots,
    posteriors,
    protomodels,
    results,
    runs,
    session,
)
from protomodels.api.security.guard import guarded
from protomodels.api.security.limits import BodyLimit, Bucket, Streams
from protomodels.api.settings import PREFIX, Settings
from protomodels.database import open_storage

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
            results = Results()
            limits = Bucket(settings.rate), Streams(settings.streams)
            made = Figures(storage, results), SmallExcesses(storage, results)
            app.state.services = Services(settings, storage, results, *made, *limits, Metrics())
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
    add_handlers(app, pages.error_page)

    app.middleware("http")(guarded)
    large = dict.fromkeys((f"{PREFIX}/batches", f"{PREFIX}/excesses"), settings.max_batch)
    app.add_middleware(BodyLimit, most=settings.max_body, others=large)
    searches = runs, events, protomodels, hiscore_files, plots, campaigns, posteriors
    for module in (*searches, evaluate, batches, excesses, results, session, meta):
        app.include_router(module.router, prefix=PREFIX, dependencies=[Depends(known_parameters)])
    app.include_router(meta.health)
    app.include_router(pages.router, include_in_schema=False)
    app.mount("/static", static_files())
    _describe(app)
    return app


def _describe(app: FastAPI) -> None:
    """Give the description of the API the schema of problems, once for all answers, and say where a token may lack."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        document["components"]["schemas"]["Problem"] = _PROBLEM
        for methods in document["paths"].values():
            for operation in methods.values():
                if operation.get("security"):
                    # on this machine, a service that asks for no tokens answers without one
                    operation["security"] = [operation["security"][0], {}]
        return document

    app.openapi = described  # type: ignore[method-assign]
