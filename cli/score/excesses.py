"""``protomodels excesses``: which models of a scan were expected to be excluded and were not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_table
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyOption,
    ResultsOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import folder_made, load
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.campaign.excesses import Excesses
    from protomodels.campaign.excesses.clusters import Clusters
    from protomodels.campaign.excesses.planes import Plane
    from protomodels.plots.figure import Figure
    from protomodels.predictor import Predictor
    from protomodels.tables import Report


def excesses(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="TABLE|FILES", help="the table of `protomodels scan --excesses`, or what is scanned first"
        ),
    ],
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
    plots: Annotated[Path | None, typer.Option("--plots", metavar="FOLDER", help="write pictures, as .svg")] = None,
    plane: Annotated[
        str | None, typer.Option("--plane", metavar="X,Y", help="columns of one of them: mass:X_W1,mass:X_Z1")
    ] = None,
    scan_to: Annotated[
        Path | None, typer.Option("--scan-to", metavar="TABLE", help="where FILES are given: the table of their scan")
    ] = None,
    universes: Annotated[int, typer.Option("--universes", help="of this scan, without new physics")] = 50,
    workers: WorkersOption = settings.WORKERS.default,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say which models of a scan are small excesses, by chance or not."""
    from protomodels.campaign.excesses import Criteria, Cut
    from protomodels.campaign.excesses import excesses as find
    from protomodels.campaign.excesses import planes as at
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
    axes = () if plane is None else tuple(name.strip() for name in plane.split(","))
    if plane is not None and (len(axes) != 2 or plots is None):
        raise ConfigError("--plane", plane, "two columns with a comma between, and --plots FOLDER")
    table = _table(files, scan_to)
    if to is not None and to.resolve() == table.resolve():
        raise ConfigError("--to", str(to), "another table than that of the scan")
    predictor = load(results)
    if scan_to is not None:
        _scan(files, scan_to, predictor, policy_name, combinable, universes, workers)
    found = find(table, predictor, criteria, combinable=combinable, policy=policy_name)
    if to is not None:
        write_models(to, found.models)
    groups = clusters(found, cluster_size) if cluster or starts is not None else None
    written = [] if groups is None or starts is None else write_starts(starts, groups)
    if plots is not None:
        written += _draw(plots, found, groups, at.plane(table, axes[0], axes[1], criteria) if axes else None)
    if output is Format.JSON:
        write_json(found.to_dict() | ({} if groups is None else {"clusters": groups.to_dict()}))
        return
    report = found.report()
    more = () if groups is None else groups.tables()
    _print(replace(report, tables=(*report.tables, *more), notes=(*report.notes, *written)))


def _table(files: list[str], scan_to: Path | None) -> Path:
    """The table, which may have to be made first."""
    if scan_to is not None:
        return scan_to
    if len(files) != 1 or not files[0].lower().endswith((".csv", ".parquet")):
        raise ConfigError("TABLE|FILES", " ".join(files), "one .csv or .parquet table; or files and --scan-to TABLE")
    return Path(files[0])


def _scan(
    files: list[str],
    to: Path,
    predictor: Predictor,
    policy: str,
    combinable: str | None,
    universes: int,
    workers: int | None,
) -> None:
    from protomodels.campaign.excesses import recorder
    from protomodels.campaign.scan import ScanSettings, scan
    from protomodels.cli.score.scan import progress_line
    from protomodels.runs.progress import LiveLine

    display = LiveLine()
    scan(
        files,
        to,
        predictor,
        policy=policy,
        combinable=combinable,
        also=recorder(predictor, universes),
        settings=ScanSettings(workers=workers, masses=True),
        progress=lambda p: display.show(lambda: progress_line(p), done=p.done >= p.total),
    )


def _draw(folder: Path, found: Excesses, groups: Clusters | None, plane: Plane | None) -> list[str]:
    from protomodels.plots.excesses import cluster_figure, matrix_figure, plane_figure

    figures: dict[str, Figure] = {}
    if found.matrix()[0]:
        figures["matrix"] = matrix_figure(found)
    if groups is not None and groups.models:
        figures["clusters"] = cluster_figure(groups)
    if plane is not None:
        figures["plane"] = plane_figure(plane)
    folder_made(folder, "--plots")
    for name, figure in figures.items():
        figure.save(folder / f"{name}.svg")
    return [f"{folder / name}.svg: {figure.alt[:100]}" for name, figure in figures.items()]


def _print(report: Report) -> None:
    sys.stdout.write(f"{report.title}\n\n")
    for name, value in report.summary:
        sys.stdout.write(f"   {name:28} {value}\n")
    for table in report.tables:
        if table.rows:
            print_table(table)
    for note in report.notes:
        sys.stdout.write(f"{note}\n")
