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
    """Show the versions of the program and of what it uses, and where the storage is."""
    known = versions()
    return Meta(version=known["protomodels"], storage=storage.url, versions=known, schema_revision=HEAD)


@health.get("/metrics", response_class=PlainTextResponse)
def metrics(_: Reader, services: ServicesDep) -> PlainTextResponse:
    """Show counts and times of requests, and the runs in each state, for Prometheus."""
    return PlainTextResponse(services.metrics.text(services.storage.count_states()), media_type=CONTENT_TYPE_LATEST)


@health.get("/healthz")
async def healthz() -> dict[str, str]:
    """Answer: the process is alive."""
    return {"status": "ok"}


@health.get("/readyz")
def readyz(storage: StorageDep) -> dict[str, str]:
    """Answer where the storage does; HTTP 503 where it does not."""
    storage.latest_run()
    return {"status": "ok"}
