"""``protomodels propose``: where to look next for small excesses."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import CombinableOption, Format, FormatOption, PolicyOption, ResultsOption, write_json
from protomodels.cli.resources import load


def propose(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="of `protomodels scan --excesses`: .csv or .parquet")],
    parameters: Annotated[
        Path, typer.Option("--parameters", metavar="TABLE", help="of its models: columns file and parameters")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="TABLE", help="new parameters: a .csv or .parquet file")],
    n: Annotated[int, typer.Option("-n", "--number", min=1, help="of new points")] = 100,
    columns: Annotated[
        str, typer.Option("--columns", metavar="NAMES", help="which parameters: A,B,C; all without")
    ] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="of all that is drawn")] = 0,
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    cls: Annotated[float, typer.Option("--cls", help="as for `protomodels excesses`; so are the next four")] = 0.05,
    z: Annotated[float, typer.Option("--z")] = 2.0,
    analyses: Annotated[int, typer.Option("--analyses")] = 2,
    excluding: Annotated[int, typer.Option("--excluding")] = 0,
    where: Annotated[list[str] | None, typer.Option("--where", metavar="CUT")] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Propose parameters where small excesses are to be expected."""
    from protomodels.campaign.excesses import Criteria, Cut
    from protomodels.campaign.excesses.front import orthogonality_of
    from protomodels.campaign.excesses.sampling import propose_from_tables

    criteria = Criteria(cls, z, analyses, excluding, tuple(map(Cut.of, where or ())))
    names = [name.strip() for name in columns.split(",") if name.strip()]
    orthogonality = orthogonality_of(load(results), combinable=combinable, policy=policy_name)
    learned = propose_from_tables(table, parameters, to, n, orthogonality, criteria, names, seed)
    if output is Format.JSON:
        write_json({"table": str(to), "learned_from": learned})
    else:
        sys.stdout.write(f"{to}: {n} points, from {learned} models\n")
