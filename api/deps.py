"""What routes are given."""

from __future__ import annotations

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.limits import Bucket
from api.settings import PREFIX, Settings
from api.tokens import check_token
from database import Storage
from predictor import Predictor
from predictor.store import load_results, opened_results
from protomodels.errors import ConfigError, ResultsError

_KEPT: Final = 3


class Results:
    """Compiled results by name or fingerprint: what was compiled on this machine, never a path."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[str, Predictor] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, results: str) -> Predictor:
        """The predictor of some results.

        Raises
        ------
        ResultsError: where there are none of this name.
        """
        known = opened_results()
        if results != "demo":
            matches = [i for i in known if results in (i.name, i.fingerprint)]
            if len(matches) != 1:
                names = ", ".join(sorted({"demo", *(i.name for i in known)}))
                raise ResultsError("results", results, f"one name, or a whole fingerprint, of: {names}")
            results = matches[0].fingerprint
        with self._lock:
            if results not in self._loaded:
                self._loaded[results] = load_results(results)
                if len(self._loaded) > _KEPT:
                    self._loaded.popitem(last=False)
            self._loaded.move_to_end(results)
            return self._loaded[results]


@dataclass(frozen=True)
class Services:
    """What lives as long as the application."""

    settings: Settings
    storage: Storage
    results: Results
    bucket: Bucket


@dataclass(frozen=True)
class Caller:
    """Who asks: a token's number, or nobody in particular from this machine."""

    name: str
    may_write: bool


def services(request: Request) -> Services:
    """Those of the application."""
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
    """The storage."""
    return found.storage


def results(found: Annotated[Services, Depends(services)]) -> Results:
    """Compiled results."""
    return found.results


_bearer = HTTPBearer(auto_error=False, description="made by `protomodels token create`")


def caller(
    request: Request,
    found: Annotated[Services, Depends(services)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    """Who asks; HTTP 401 for those who may not, 429 for those who ask too often."""
    address = request.client.host if request.client else ""
    if given is not None:
        token = check_token(found.storage, given.credentials)
        if token is None:
            raise HTTPException(401, "the token is unknown, has expired or was revoked")
        who = Caller(f"token {token.id}", token.scope == "write")
    elif found.settings.needs_token or not _is_local(address):
        raise HTTPException(401, "a bearer token is needed")
    else:
        who = Caller(f"address {address}", may_write=True)
    if not found.bucket.take(who.name):
        raise HTTPException(429, f"more than {found.settings.rate} requests a minute")
    return who


def writer(who: Annotated[Caller, Depends(caller)]) -> Caller:
    """Who asks, where something is changed; HTTP 403 for those who may only read."""
    if not who.may_write:
        raise HTTPException(403, "the token allows reading only")
    return who


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


StorageDep = Annotated[Storage, Depends(storage)]
ResultsDep = Annotated[Results, Depends(results)]
Reader = Annotated[Caller, Depends(caller)]
Writer = Annotated[Caller, Depends(writer)]
