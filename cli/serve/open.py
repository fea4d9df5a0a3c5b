"""``protomodels open``: the page of what is stored, in a browser."""

from __future__ import annotations

import sys
import webbrowser
from typing import TYPE_CHECKING, Annotated, Final

import typer

from protomodels.cli.naming import BEST, protomodel_named, run_named
from protomodels.cli.options import ServerOption, StorageOption
from protomodels.cli.resources import opened
from protomodels.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage

DEFAULT_SERVER: Final = "http://127.0.0.1:8000"
"""Where `protomodels serve` listens by default."""
_FOLDERS: Final = {"r": "runs", "p": "posteriors", "c": "campaigns", "b": "batches"}
"""Of pages, by the letter that ids begin with."""


def open_page(
    what: Annotated[
        str | None,
        typer.Argument(help="id of a proto-model, run, posterior, campaign or batch; name of a run; latest; best"),
    ] = None,
    storage: StorageOption = None,
    server: ServerOption = None,
) -> None:
    """Open the page of a run or proto-model in a browser.

    Without an argument it is the start page. The service is that of --server, else `protomodels serve` on this machine.
    """
    path = ""
    if what is not None:
        with opened(storage, server) as stored:
            path = _path(stored, what)
    address = f"{(server or DEFAULT_SERVER).rstrip('/')}/{path}"
    _check(address, what)
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    if not webbrowser.open(address):
        sys.stderr.write("no browser was found: open the address in one\n")


def _path(stored: AnyStorage, what: str) -> str:
    if what.isdecimal() or what == BEST:
        return f"protomodels/{protomodel_named(stored, what)}"
    identity = run_named(stored, what)
    if identity[0] not in _FOLDERS:
        raise NotFoundError("page", what, "what has one: an id, the name of a run, latest or best")
    return f"{_FOLDERS[identity[0]]}/{identity}"


def _check(address: str, what: str | None) -> None:
    """Is there a service, and has it this page?  Whoever has to sign in first is sent to do so."""
    import httpx

    try:
        answer = httpx.get(address, headers={"Accept": "text/html"}, timeout=10.0)
    except httpx.TransportError as error:
        raise ServiceError(f"no service answers at {address}: `protomodels serve` begins one ({error})") from error
    if answer.status_code == 404:
        raise NotFoundError("page", what or "/", f"what the service at {address} has; it may use another storage")
