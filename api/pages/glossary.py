"""The page that explains the words of the others."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from protomodels.api.pages.shared import Shown, page
from protomodels.api.pages.terms import TERMS, symbol
from protomodels.particles import PARTICLES, SM_LABELS

router = APIRouter()


@router.get("/glossary")
def glossary(request: Request, given: Shown) -> Response:
    """What the words of the pages mean, and the particles with their names, symbols and numbers."""
    assert given is not None  # noqa: S101 - who may not read does not come here
    rows = [(p.pid, p.name, symbol(p.pid), p.family, SM_LABELS.get(p.partner, "")) for p in PARTICLES.values()]
    return page(request, "glossary.html", terms=list(TERMS.values()), particles=rows)
