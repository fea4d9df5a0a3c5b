"""``protomodels excesses``: which models of a scan were expected to be excluded and were not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_table
from protomodels.cli.options import CombinableOption, Format, FormatOption, PolicyOption, ResultsOption, write_json
from protomodels.cli.resources import load

if TYPE_CHECKING:
    from protomodels.tables import Report


def excesses(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="of `protomodels scan --excesses`: .csv or .parquet")],
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    cls: Annotated[
        float, typer.Option("--cls", help="expected CLs at most, observed CLs more than this; at most 0.2")
    ] = 0.05,
    z: Annotated[float, typer.Option("--z", help="local significance, more than this; at least 1.5")] = 2.0,
    analyses: Annotated[
        int, typer.Option("--analyses", help="that may be combined and have a small excess: at least so many")
    ] = 2,
    excluding: Annotated[int, typer.Option("--excluding", help="analyses that exclude a model: at most so many")] = 0,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CUT", help="on columns of the table: 'omega < 0.12 and mass:X_t1 > 500'"),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="TABLE", help="write selected models, a row for each and analysis")
    ] = None,
    cluster: Annotated[
        bool, typer.Option("--clusters", help="also clusters of selected models, by scikit-learn")
    ] = False,
    cluster_size: Annotated[
        int | None, typer.Option("--cluster-size", help="models of a cluster, at least; default: 2%, at least 5")
    ] = None,
    starts: Annotated[
        Path | None, typer.Option("--starts", metavar="FOLDER", help="write a proto-model for each cluster of models")
    ] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say which models of a scan are small excesses, and how many by chance."""
    from protomodels.campaign.excesses import Criteria, Cut
    from protomodels.campaign.excesses import excesses as find
    from protomodels.campaign.excesses.clusters import clusters
    from protomodels.campaign.excesses.clusters.files import write_starts
    from protomodels.campaign.excesses.clusters.finding import smallest_cluster
    from protomodels.campaign.excesses.writing import write_models
    from protomodels.campaign.scan.table import check_table

    # the cheap checks first
    criteria = Criteria(cls, z, analyses, excluding, tuple(map(Cut.of, where or ())))
    if to is not None:
        check_table(to)
    smallest_cluster(0, cluster_size)
    found = find(table, load(results), criteria, combinable=combinable, policy=policy_name)
    if to is not None:
        write_models(to, found.models)
    groups = clusters(found, cluster_size) if cluster or starts is not None else None
    written = [] if groups is None or starts is None else write_starts(starts, groups)
    if output is Format.JSON:
        write_json(found.to_dict() | ({} if groups is None else {"clusters": groups.to_dict()}))
        return
    report = found.report()
    more = () if groups is None else groups.tables()
    _print(replace(report, tables=(*report.tables, *more), notes=(*report.notes, *written)))


def _print(report: Report) -> None:
    sys.stdout.write(f"{report.title}\n\n")
    for name, value in report.summary:
        sys.stdout.write(f"   {name:28} {value}\n")
    for table in report.tables:
        if table.rows:
            print_table(table)
    for note in report.notes:
        sys.stdout.write(f"{note}\n")
