"""What this service is, and whether it works."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from protomodels.api.deps import Reader, ServicesDep, StorageDep
from protomodels.client.schemas import Meta
from protomodels.database.schema import HEAD
from protomodels.runs.config import versions

router = APIRouter(tags=["meta"])
health = APIRouter(tags=["meta"])


@router.get("/meta")
def meta(_: Reader, storage: StorageDep) -> Meta:
    """Versions and storage."""
    known = versions()
    return Meta(version=known["protomodels"], storage=storage.url, versions=known, schema_revision=HEAD)


@health.get("/metrics", response_class=PlainTextResponse)
def metrics(_: Reader, services: ServicesDep) -> PlainTextResponse:
    """Requests and runs, in the words of Prometheus."""
    return PlainTextResponse(services.metrics.text(services.storage.count_states()), media_type=CONTENT_TYPE_LATEST)


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@health.get("/readyz")
def readyz(storage: StorageDep) -> dict[str, str]:
    """The storage answers; HTTP 503 where it does not."""
    storage.latest_run()
    return {"status": "ok"}
