"""``protomodels scan``: many model files into a table."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyOption,
    ResultsOption,
    ServerOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load, remark_on_table, served
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.campaign.scan import Progress, Summary
    from protomodels.client.batches import BatchSettings


def scan(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILES|FOLDER|LIST",
            help="SLHA and LHE files, proto-models in JSON, all of it in .gz, folders, .tar archives, .txt lists",
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", "--output", "-o", metavar="TABLE", help="the table: a .csv or .parquet file")
    ],
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    limits_only: Annotated[
        bool, typer.Option("--limits-only", help="no combination: without Z and K, and faster")
    ] = False,
    analyses: Annotated[
        str, typer.Option("--analyses", metavar="all|NAMES", help="columns with r of these analyses: A,B,C")
    ] = "",
    masses: Annotated[bool, typer.Option("--masses", help="a column for the mass of each particle")] = False,
    pattern: Annotated[
        str | None, typer.Option("--pattern", help="names that are taken from folders and archives: '*.slha'")
    ] = None,
    seconds: Annotated[float, typer.Option("--seconds", help="that one model may take")] = 60.0,
    sigmacut: Annotated[float, typer.Option("--sigmacut", help="fb; weaker decay trees are not followed")] = 0.005,
    minmassgap: Annotated[float, typer.Option("--minmassgap", help="GeV; softer decays are compressed")] = 5.0,
    allow_invalid: Annotated[
        bool, typer.Option("--allow-invalid", help="also points that their generator calls invalid (SPINFO 4)")
    ] = False,
    small: Annotated[
        bool, typer.Option("--excesses", help="columns for `protomodels excesses`, and those of --masses")
    ] = False,
    universes: Annotated[
        int, typer.Option("--universes", help="without new physics, in which --excesses says what chance gives")
    ] = 0,
    universe_seed: Annotated[int, typer.Option("--universe-seed", help="of the first of them")] = 0,
    workers: WorkersOption = settings.WORKERS.default,
    restart: Annotated[
        bool, typer.Option("--restart", help="begin anew, and write over a table that is there")
    ] = False,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Judge many models, and write a table with a row for each."""
    from protomodels.campaign.excesses import recorder
    from protomodels.campaign.scan import ScanSettings, scan
    from protomodels.campaign.scan.journal import part_of
    from protomodels.campaign.scan.table import check_table
    from protomodels.combiner import combinability_for
    from protomodels.predictor.general import Options
    from protomodels.runs.progress import LiveLine

    if universes and not small:
        raise ConfigError("--universes", universes, "with --excesses")
    chosen = ScanSettings(pattern, workers, seconds, masses or small, allow_invalid, restart=restart)
    options = Options(sigmacut=sigmacut, minmassgap=minmassgap)
    names = [name.strip() for name in analyses.split(",") if name.strip()]
    check_table(to)  # the cheap checks first
    table = combinability_for(results, combinable)
    display = LiveLine()

    def show(progress: Progress) -> None:
        display.show(lambda: progress_line(progress), done=progress.done >= progress.total)

    # a service manager's way of saying stop; as with Ctrl-C, what is finished is kept
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if server is not None:
            from protomodels.cli.score.remote_scan import scan_remotely

            asked: BatchSettings = {"results": results, "policy": policy_name, "limits_only": limits_only}
            asked |= {"combinable": None if combinable is None else json.loads(Path(combinable).read_text())}
            asked |= {"analyses": names, "masses": masses, "allow_invalid": allow_invalid, "seconds": seconds}
            asked |= {"sigmacut": sigmacut, "minmassgap": minmassgap}
            if small:
                asked |= {"excesses": True, "universes": universes, "universe_seed": universe_seed}
            with served(server) as client:
                summary = scan_remotely(client, files, to, asked, show, pattern=pattern, restart=restart)
        else:
            predictor = load(results)
            remark_on_table(combinable, table, predictor)
            also = recorder(predictor, universes, universe_seed) if small else None
            summary = scan(
                files,
                to,
                predictor,
                options=options,
                analyses=names,
                policy=policy_name,
                combinable=table,
                limits_only=limits_only,
                also=also,
                settings=chosen,
                progress=show,
            )
    except KeyboardInterrupt:
        display.finish()
        if part_of(to).exists():
            sys.stderr.write(f"finished rows are kept in {part_of(to)}; the same command goes on\n")
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    _report(summary, output)


def _report(summary: Summary, output: Format) -> None:
    if output is Format.JSON:
        values = {name: getattr(summary, name) for name in ("models", "errors", "kept", "seconds", "per_second")}
        write_json({"table": str(summary.table)} | values | {"notes": list(summary.notes)})
        return
    for note in summary.notes:
        sys.stdout.write(f"note: {note}\n")
    kept = f", {summary.kept} of them from before" if summary.kept else ""
    speed = f"; {summary.per_second:.1f} models/s" if summary.per_second else ""
    sys.stdout.write(f"{summary.table}: {summary.models} models{kept}{speed}\n")
    if summary.errors:
        sys.stdout.write(f"{summary.errors} without an answer; the column error says why\n")


def progress_line(progress: Progress) -> str:
    """Models, those without an answer, speed, time left.

    >>> from protomodels.campaign.scan import Progress
    >>> progress_line(Progress(200, 800, 3, 80.0))
    '[#####               ]  200/800 models  3 without an answer  80.0 models/s  0:07 left'
    """
    from protomodels.runs.progress import bar_of

    bar = bar_of(progress.done, progress.total, "models")
    failed = f"  {progress.errors} without an answer" if progress.errors else ""
    left = int((progress.total - progress.done) / progress.per_second) if progress.per_second else 0
    clock = f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d}" if left >= 3600 else f"{left // 60}:{left % 60:02d}"
    speed = f"{progress.per_second:.1f} models/s"
    return f"{bar}{failed}  {speed}  {clock} left"
