"""A browser's session: its token in a cookie that scripts cannot read and other sites cannot send."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from protomodels.api.deps import COOKIE, ServicesDep, rated
from protomodels.api.requests import SessionIn
from protomodels.api.security.tokens import check_token

router = APIRouter(prefix="/session", tags=["session"])


@router.post("", status_code=204)
def begin(body: SessionIn, found: ServicesDep, request: Request, response: Response) -> None:
    """Sign this browser in with a token, which it keeps in a cookie."""
    rated(request, found)
    if check_token(found.storage, body.token) is None:
        raise HTTPException(401, "the token is unknown, has expired or was revoked")
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, body.token, httponly=True, samesite="strict", secure=secure)


@router.delete("", status_code=204)
def end(response: Response) -> None:
    """Sign this browser out."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
