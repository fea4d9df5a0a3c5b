"""``protomodels name``, ``note`` and ``tag``: what a run is called."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from protomodels.cli.naming import run_named
from protomodels.cli.options import Format, FormatOption, ServerOption, StorageOption, write_json
from protomodels.cli.resources import opened
from protomodels.errors import ConfigError

NameOption = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="what the run is called; commands take it for its id")
]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="kept with the run")]
TagOption = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="by which the run is found; may be repeated")
]
RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="id or name of a run, or latest")]


def name(
    run: RunArgument,
    new: Annotated[str | None, typer.Argument(metavar="[NAME]", help="its name; each names one run")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="take its name away")] = False,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Name a run, or show its name."""
    if new is not None and remove:
        raise ConfigError("--remove", new, "--remove without a name")
    _label(run, storage, server, output, name="" if remove else new)


def note(
    run: RunArgument,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="instead of the note that is there")] = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Write a note to a run, or show it."""
    _label(run, storage, server, output, note=text)


def tag(
    run: RunArgument,
    tags: Annotated[list[str] | None, typer.Argument(metavar="[TAG]...", help="letters, digits, . _ : + -")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="take these tags away")] = False,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Tag a run, or show its tags."""
    given = tuple(tags or ())
    if remove and not given:
        raise ConfigError("--remove", "no tag", "the tags to take away")
    _label(run, storage, server, output, add=() if remove else given, remove=given if remove else ())


def _label(
    run: str,
    storage: str | None,
    server: str | None,
    output: Format,
    *,
    name: str | None = None,
    note: str | None = None,
    add: tuple[str, ...] = (),
    remove: tuple[str, ...] = (),
) -> None:
    """Change what is given, and say what the run is called then."""
    with opened(storage, server) as stored:
        run = run_named(stored, run)
        if name is not None or note is not None or add or remove:
            stored.label_run(run, name=name, note=note, add=add, remove=remove)
        record = stored.get_run(run)
    if output is Format.JSON:
        write_json({"run": run, "name": record.name, "note": record.note, "tags": list(record.tags)})
        return
    called = f"run {run}" + (f" ({record.name})" if record.name else "")
    sys.stdout.write(f"{called}\ntags  {' '.join(record.tags) or '-'}\nnote  {record.note or '-'}\n")
