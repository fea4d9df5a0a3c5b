"""The pages as one router."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from protomodels.api.pages import (
    batches,
    campaigns,
    glossary,
    hiscores,
    models,
    posteriors,
    results,
    runs,
    start,
    timelines,
)
from protomodels.api.pages.shared import error_page, page

__all__ = ["error_page", "router"]

router: Final = APIRouter()
for _module in (start, runs, hiscores, models, timelines, campaigns, posteriors, batches, results, glossary):
    router.include_router(_module.router)


@router.get("/login")
def login(request: Request) -> Response:
    """Asks for a token."""
    return page(request, "login.html")
