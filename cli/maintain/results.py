"""``protomodels results``: which LHC results there are, and what they hold."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from protomodels.cli.console import wide_console
from protomodels.cli.maintain.overlaps import overlaps
from protomodels.cli.options import Format, FormatOption, write_json
from protomodels.cli.resources import load, open_with_progress

if TYPE_CHECKING:
    from protomodels.results import ResultsInfo

app = typer.Typer(help="List, compile, inspect and download LHC results.", no_args_is_help=True)
app.command("overlaps")(overlaps)
ResultsArgument = Annotated[
    str,
    typer.Argument(
        help="demo (synthetic), a folder or an archive (.tar.gz, .tar.xz, .zip ...) of SModelS, or the name of a "
        "release that was fetched or of results that were compiled"
    ),
]


@app.command("list")
def list_(output: FormatOption = Format.TABLE) -> None:
    """List compiled results, and the releases that can be fetched."""
    from protomodels.results.store import opened_results

    rows = _listed(opened_results())
    if output is Format.JSON:
        write_json(rows)
        return
    table = Table("name", "version", "analyses", "fingerprint", "")
    for row in rows:
        number, fingerprint = row.get("n_analyses", ""), str(row.get("fingerprint", ""))
        table.add_row(str(row["name"]), str(row.get("version", "")), str(number), fingerprint[:12], _state(row))
    wide_console().print(table)


def _listed(compiled: list[ResultsInfo]) -> list[dict[str, object]]:
    """A row for each compiled results, the demo and each release: what is known of it, ``fetched`` and ``compiled``."""
    from protomodels.results.releases import RELEASES, fetched

    names = {info.name for info in compiled}
    rows = [{**asdict(info), "compiled": True} for info in compiled]
    rows += [{"name": name, "compiled": False} for name in ("demo", *RELEASES) if name not in names]
    return [{**row, "fetched": fetched(str(row["name"])) is not None} for row in rows]


def _state(row: dict[str, object]) -> str:
    if row["name"] == "demo":
        return "built in, SYNTHETIC"
    ways = [word for word in ("fetched", "compiled") if row[word]]
    return ", ".join(ways) or f"protomodels results fetch {row['name']}"


@app.command("compile")
def compile_(results: ResultsArgument, output: FormatOption = Format.TABLE) -> None:
    """Compile results, once: later commands load them in a moment."""
    found = open_with_progress(results)
    if output is Format.JSON:
        write_json(asdict(found))
        return
    sys.stdout.write(f"{found.name} is ready: fingerprint {found.fingerprint}\n{_summary(found)}")


def _summary(info: ResultsInfo) -> str:
    """What was compiled and what was not."""
    from protomodels.results.info import set_notes

    lines = [
        f"{info.n_analyses} analyses read; {info.n_maps} maps for proto-models on {info.n_triangulations} "
        f"triangulations, {info.bytes / 1e6:.1f} MB, in {info.file}"
    ]
    lines += [f"left out, SModelS cannot read it: {folder}: {reason}" for folder, reason in info.left_out.items()]
    if info.skipped:
        reasons = ", ".join(f"{number} {reason}" for reason, number in info.skipped.items())
        lines.append(f"maps that proto-models cannot populate: {reasons}")
    lines += _general(info)
    if info.sets:
        lines.append(f"{len(info.sets)} sets of regions can be combined (--regions combined)")
    lines += [f"cannot be combined: {name}: {reason}" for name, reason in info.not_combined.items()]
    lines += [f"{entry['analysis']} {entry['label']}: {note}" for entry in info.sets for note in set_notes(entry)]
    return "".join(f"{line}\n" for line in lines)


def _general(info: ResultsInfo) -> list[str]:
    """What models of any kind can use."""
    if info.n_general_maps is None:
        return ["no maps for models of any kind: compiled by an earlier version, compile the results again"]
    left = sum(len(maps) for maps in info.not_compiled.values())
    lines = [f"{info.n_general_maps} maps for models of any kind; not compiled: {left or 'none'}"]
    lines += [f"not compiled, {reason}: {', '.join(maps)}" for reason, maps in info.not_compiled.items()]
    return lines


@app.command("fetch")
def fetch_(
    release: Annotated[
        str,
        typer.Argument(
            help="official (smodels-3.0.0), or a release by name: smodels-1.1.1 ... smodels-3.1.0 (results list)"
        ),
    ] = "official",
    any_content: Annotated[
        bool, typer.Option("--any-content", help="accept a release whose content is not the tested one")
    ] = False,
    output: FormatOption = Format.TABLE,
) -> None:
    """Download a release of the SModelS database and compile it, once; this takes some minutes.

    Later commands take it by its name: --results smodels-3.0.0.
    """
    from protomodels.results.releases import fetch

    def progress(done: int, total: int | None) -> None:
        if sys.stderr.isatty() or done == total:
            of = "" if total is None else f" of {total / 1e6:.0f}"
            sys.stderr.write(f"\rfetching {release}: {done / 1e6:.0f}{of} MB")

    archive = fetch(release, progress, any_content=any_content)
    sys.stderr.write(f"\n{_LICENCE}\n")
    compile_(str(archive), output)


_LICENCE = (
    "The data are the experiments' and the SModelS collaboration's: cite both for what you use "
    "(docs of SModelS list the references; `results info` has links to the publications)."
)


@app.command("info")
def info(results: ResultsArgument = "demo", output: FormatOption = Format.TABLE) -> None:
    """Show the analyses of some results, with their signal regions and maps."""
    compiled = open_with_progress(results)
    predictor = load(compiled.fingerprint)
    catalog = predictor.catalog
    analyses: dict[str, dict[str, object]] = {}
    for row in range(len(catalog) - len(catalog.combined)):
        name = str(catalog.analysis[row])
        entry = analyses.setdefault(
            name,
            {
                "analysis": name,
                "experiment": str(catalog.experiment[row]),
                "sqrts": float(catalog.sqrts[row]),
                "lumi": float(catalog.lumi[row]),
                "regions": [],
                "limits": [],
                "url": str(catalog.url[row]),
            },
        )
        kind = entry["limits" if catalog.is_ul[row] else "regions"]
        assert isinstance(kind, list)  # noqa: S101 - built three lines above
        kind.append(str(catalog.region[row]))
    if output is Format.JSON:
        values = {
            "name": predictor.name,
            "fingerprint": predictor.fingerprint,
            "compiled": asdict(compiled),
            "analyses": list(analyses.values()),
        }
        write_json(values)
        return
    table = Table("analysis", "sqrt(s)", "1/fb", "signal regions", "upper limits", title=predictor.name)
    for entry in analyses.values():
        regions, limits = entry["regions"], entry["limits"]
        assert isinstance(regions, list) and isinstance(limits, list)  # noqa: S101 - as above
        shown = ", ".join(limits)
        table.add_row(str(entry["analysis"]), f"{entry['sqrts']:g}", f"{entry['lumi']:g}", str(len(regions)), shown)
    wide_console().print(table)
    sys.stdout.write(_summary(compiled))
