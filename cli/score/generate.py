"""``protomodels generate``: random full spectra for trying scans."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protomodels.cli.options import Format, FormatOption, write_json
from protomodels.errors import ConfigError


def generate(
    kind: Annotated[str, typer.Argument(metavar="SLICE", help="of the MSSM: electroweak or strong")],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER|FILE.tar", help="what the SLHA files go into")],
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="of spectra")] = 100,
    seed: Annotated[int, typer.Option("--seed", min=0, help="the same seed gives the same spectra")] = 0,
    parameters: Annotated[
        Path | None,
        typer.Option("--parameters", metavar="TABLE", help="make the points of this table, not random ones"),
    ] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Make random full spectra for trying scans."""
    from protomodels.slices import random_points
    from protomodels.slices.files import points_of_table, write_points
    from protomodels.slices.points import check_slice

    check_slice(kind)
    if to.exists() and not (to.is_dir() and not any(to.iterdir())):
        raise ConfigError("--to", str(to), "a folder or file that is not there yet")
    points = random_points(kind, n, seed) if parameters is None else points_of_table(kind, parameters)
    written, table = write_points(points, to)
    if output is Format.JSON:
        write_json({"files": written, "to": str(to), "parameters": str(table)})
    else:
        sys.stdout.write(f"{to}: {written} spectra; their parameters are in {table}\n")
