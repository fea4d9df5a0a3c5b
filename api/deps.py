"""What the routes depend on: the services of the application, and who asks."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from protomodels.api.excesses import SmallExcesses
from protomodels.api.figures import Figures
from protomodels.api.metrics import Metrics
from protomodels.api.results import Results
from protomodels.api.security.limits import Bucket, Streams
from protomodels.api.security.tokens import check_token
from protomodels.api.settings import PREFIX, Settings
from protomodels.database import Storage
from protomodels.errors import ConfigError


@dataclass(frozen=True)
class Services:
    """What lives as long as the application."""

    settings: Settings
    storage: Storage
    results: Results
    figures: Figures
    excesses: SmallExcesses
    bucket: Bucket
    streams: Streams
    metrics: Metrics


@dataclass(frozen=True)
class Caller:
    """Who asks: a token's number, or nobody in particular from this machine."""

    name: str
    may_write: bool


def services(request: Request) -> Services:
    """The services of the application that answers."""
    found: Services = request.app.state.services
    return found


def known_parameters(request: Request) -> None:
    """Refuse query parameters that the route does not know: a misspelt filter must not pass for none.

    Raises
    ------
    ConfigError: naming the first of them.
    """
    path = request.scope["route"].path_format  # of the route in its router
    described = request.app.openapi()["paths"][PREFIX + path.removeprefix(PREFIX)]
    parameters = described[request.method.lower()].get("parameters", [])
    known = {p["name"] for p in parameters if p["in"] == "query"}
    for name in request.query_params:
        if name not in known:
            raise ConfigError(
                f"query.{name[:50]}",
                request.query_params[name],
                "one of " + ", ".join(sorted(known)) if known else "nothing",
            )


def storage(found: Annotated[Services, Depends(services)]) -> Storage:
    """The storage of the service, for a route."""
    return found.storage


def results(found: Annotated[Services, Depends(services)]) -> Results:
    """The compiled results of this machine, for a route."""
    return found.results


def figures(found: Annotated[Services, Depends(services)]) -> Figures:
    """The figures of what is stored, for a route."""
    return found.figures


def excesses(found: Annotated[Services, Depends(services)]) -> SmallExcesses:
    """The small excesses of what is stored, for a route."""
    return found.excesses


COOKIE: Final = "protomodels_token"
"""Browsers cannot send a header with each page: a session's token is in this cookie, out of reach of scripts."""

_bearer = HTTPBearer(auto_error=False, description="made by `protomodels token create`")


def caller(
    request: Request,
    found: Annotated[Services, Depends(services)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who asks; HTTP 401 for those who may not, 429 for those who ask too often."""
    secret = request.cookies.get(COOKIE) if given is None else given.credentials
    who = _known(request, found, secret, given is not None)
    rated(request, found, who)
    if who is None:
        raise HTTPException(401, "no bearer token, or one that is unknown, has expired or was revoked")
    return who


def rated(request: Request, found: Services, who: Caller | None = None) -> None:
    """Count a request: its token's, or else its address's; HTTP 429 where those are too many."""
    if not found.bucket.take(who.name if who else _address(request)):
        raise HTTPException(429, f"more than {found.settings.rate} requests a minute")


def writer(who: Annotated[Caller, Depends(caller)]) -> Caller:
    """Who asks, where something is changed; HTTP 403 for those who may only read."""
    if not who.may_write:
        raise HTTPException(403, "the token allows reading only")
    return who


def _known(request: Request, found: Services, secret: str | None, in_header: bool) -> Caller | None:
    """Who asks; None for those who may not."""
    if secret is not None and (in_header or found.settings.needs_token):
        token = check_token(found.storage, secret)
        return Caller(f"token {token.id}", token.scope == "write") if token else None
    if found.settings.needs_token or not _is_local(_address(request)):
        return None
    return Caller(f"address {_address(request)}", may_write=True)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


ServicesDep = Annotated[Services, Depends(services)]
StorageDep = Annotated[Storage, Depends(storage)]
ResultsDep = Annotated[Results, Depends(results)]
FiguresDep = Annotated[Figures, Depends(figures)]
ExcessesDep = Annotated[SmallExcesses, Depends(excesses)]
Reader = Annotated[Caller, Depends(caller)]
Writer = Annotated[Caller, Depends(writer)]
