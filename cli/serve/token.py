"""``protomodels token``: bearer tokens of the service."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from protomodels.cli.console import wide_console
from protomodels.cli.options import Format, FormatOption, StorageOption, write_json
from protomodels.cli.resources import local

app = typer.Typer(help="Make, list and revoke access tokens of the service.", no_args_is_help=True)


class Scope(StrEnum):
    """What a token allows."""

    READ = "read"
    WRITE = "write"


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="name of the user of the token")],
    scope: Annotated[Scope, typer.Option("--scope", help="read, or also write")] = Scope.READ,
    days: Annotated[float, typer.Option("--days", help="days until it expires")] = 90.0,
    storage: StorageOption = None,
) -> None:
    """Make a token; it is shown only now."""
    from protomodels.api.security.tokens import make_token

    with local(storage) as opened:
        sys.stdout.write(make_token(opened, name, scope.value, days) + "\n")


@app.command("list")
def list_tokens(storage: StorageOption = None, output: FormatOption = Format.TABLE) -> None:
    """List tokens, and when each expires."""
    with local(storage) as opened:
        found = opened.list_tokens()
    rows = [
        {
            "token": t.id,
            "name": t.name,
            "scope": t.scope,
            "expires_at": t.expires_at and t.expires_at.isoformat(),
            "revoked_at": t.revoked_at and t.revoked_at.isoformat(),
        }
        for t in found
    ]
    if output is Format.JSON:
        write_json(rows)
        return
    table = Table("token", "name", "scope", "expires", "revoked")
    for row in rows:
        table.add_row(*("-" if value is None else str(value)[:19] for value in row.values()))
    wide_console().print(table)


@app.command("revoke")
def revoke(
    token: Annotated[int, typer.Argument(help="number of the token, see `protomodels token list`")],
    storage: StorageOption = None,
) -> None:
    """Revoke a token: it is refused from now on."""
    with local(storage) as opened:
        opened.revoke_token(token)
