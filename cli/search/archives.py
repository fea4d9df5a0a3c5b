"""``protomodels export`` and ``import``: a run in one file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protomodels.cli.naming import run_named
from protomodels.cli.options import Format, FormatOption, StorageOption, write_json
from protomodels.cli.resources import local


def export(
    run: Annotated[str, typer.Argument(help="id or name of a run, or latest")],
    file: Annotated[Path, typer.Argument(help="file to write, such as run.zip; one that is there is kept")],
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Write a run into one file, with everything to repeat it.

    The LHC results are not in it, but their fingerprint is.
    """
    from protomodels.runs.archive import export_run

    with local(storage) as opened:
        run = run_named(opened, run)
        export_run(run, file, storage=opened)
    if output is Format.JSON:
        write_json({"run": run, "file": str(file)})
    else:
        sys.stdout.write(f"run {run} is in {file}\n")


def import_(
    file: Annotated[Path, typer.Argument(help="file that `protomodels export` wrote")],
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Read a run from a file of `export`.

    It keeps its id, unless another run has that. Then `replay` walks it again, and `resume` goes on with it.
    """
    from protomodels.runs.archive import import_run

    with local(storage) as opened:
        run = import_run(file, storage=opened)
        record = opened.get_run(run)
    if output is Format.JSON:
        write_json({"run": run, "state": str(record.state), "steps": record.steps_done, "best_K": record.best_K})
    else:
        sys.stdout.write(
            f"run {run} is {record.state}, {record.steps_done} steps; more: protomodels hiscores --run {run}\n"
        )
