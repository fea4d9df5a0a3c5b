"""What all pages share: who may read them, how they are answered, and addresses with other parameters."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from protomodels.api.deps import Services, ServicesDep, caller
from protomodels.api.pages.filters import POLICY, templates
from protomodels.results.store import opened_results

_templates = templates()


def _reader(request: Request, found: ServicesDep) -> Services:
    """What pages are given; those who may not read are sent to the page that asks for a token."""
    try:
        caller(request, found, None)
    except HTTPException as error:
        if error.status_code == 401:
            raise HTTPException(303, "a token is needed", {"Location": "/login"}) from error
        raise
    return found


Shown = Annotated[Services, Depends(_reader)]
Optional = Annotated[str, Query(max_length=200)]
Cursor = Annotated[int, Query(ge=0, lt=2**31)]


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page.

    Parameters
    ----------
    values: what its template shows; ``synthetic`` is true where all of it is of the demo results.
    """
    shown = {"synthetic": False, "address": lambda **changes: address(request, **changes), **values}
    answer = _templates.TemplateResponse(request, template, shown, status_code=status)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def error_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """An error for people."""
    return page(request, "error.html", status, problem=title, detail=detail)


def address(request: Request, **changes: object) -> str:
    """The address of this page with some parameters changed; empty ones are left out."""
    kept = [pair for pair in request.query_params.multi_items() if pair[0] not in changes]
    return "?" + urlencode([(name, value) for name, value in (*kept, *changes.items()) if value not in ("", None)])


def results_names() -> list[str]:
    """Results that a run can be launched with."""
    return sorted({"demo", *(info.name for info in opened_results())})
