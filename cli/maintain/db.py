"""``protomodels db upgrade``: bring a storage to the schema of this version."""

from __future__ import annotations

import sys

import typer

from protomodels.cli.options import StorageOption

app = typer.Typer(help="Upgrade the storage.", no_args_is_help=True)


@app.command("upgrade")
def upgrade(storage: StorageOption = None) -> None:
    """Upgrade the storage to the schema of this version."""
    from protomodels.database import default_url, open_storage

    with open_storage(storage or default_url(), upgrade=True) as upgraded:
        sys.stdout.write(f"{upgraded.url} is up to date\n")
