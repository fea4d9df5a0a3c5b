"""``protomodels logs`` and ``watch``: what happened to a run, and how it goes on."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels.cli.naming import run_named
from protomodels.cli.options import Format, FormatOption, ServerOption, StorageOption
from protomodels.cli.resources import opened
from protomodels.cli.search.runs import RunArgument

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage
    from protomodels.database import EventRecord


def logs(
    run: RunArgument,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="wait for new entries until the run ends")] = False,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Show the log of a run.

    With ``--format json`` each entry is a JSON object on a line of its own.
    """
    from protomodels.database import FINAL, with_retries

    with opened(storage, server) as stored:
        run, last = run_named(stored, run), 0
        while True:
            state = with_retries(lambda: stored.get_run(run)).state
            for number, event in _news(stored, run, last):
                last = number
                values = {"at": event.at.isoformat(), "level": event.level, "message": event.message}
                line = f"{event.at:%Y-%m-%d %H:%M:%S} {event.level:7} {event.message}"
                sys.stdout.write((json.dumps(values) if output is Format.JSON else line) + "\n")
            sys.stdout.flush()
            if not follow or state in FINAL:
                return
            stored.expire_leases()
            time.sleep(0.5)


def watch(
    run: Annotated[str, typer.Argument(help="id or name of a run, or latest")],
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Show how a run goes on, until it ends."""
    from protomodels.cli.search.sessions import follow

    with opened(storage, server) as stored:
        stored.expire_leases()
        follow(stored, run_named(stored, run), output, detach=False)


def _news(stored: AnyStorage, run: str, last: int) -> list[tuple[int, EventRecord]]:
    from protomodels.database import with_retries

    return with_retries(lambda: stored.log(run, after=last))
