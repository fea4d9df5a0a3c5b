"""What runs found: ``hiscores``, ``show``; and ``db upgrade``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from protomodels.cli.console import wide_console
from protomodels.cli.naming import run_named
from protomodels.cli.options import ListFormat, ListFormatOption, ServerOption, StorageOption, write_json
from protomodels.cli.resources import opened
from protomodels.cli.score.show import overlapping_pairs, protomodel_dict
from protomodels.errors import ConfigError
from protomodels.particles import PARTICLES, pid_of

if TYPE_CHECKING:
    from protomodels.database import ProtomodelRecord


_FILES: Final = (ListFormat.CSV, ListFormat.PARQUET)


def hiscores(
    run: Annotated[str | None, typer.Option("--run", help="only of this run, or of the latest")] = None,
    walker: Annotated[int | None, typer.Option("--walker", min=0, help="only of this walker of the run")] = None,
    particle: Annotated[
        list[str] | None, typer.Option("--particle", help="only with this particle (X_t1, or its pid); may be repeated")
    ] = None,
    min_k: Annotated[float | None, typer.Option("--min-K", "--min-k", help="only with at least this K")] = None,
    duplicates: Annotated[
        bool, typer.Option(help="also list near-duplicates of a better one: same channels, close masses")
    ] = False,
    verdict: Annotated[str | None, typer.Option("--verdict", help="only with this verdict, such as robust")] = None,
    sort: Annotated[str, typer.Option("--sort", help="by K, or without_strongest: K without the best analysis")] = "K",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="largest number of proto-models")] = 20,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: ListFormatOption = ListFormat.TABLE,
    to: Annotated[
        Path | None, typer.Option("--to", "--output", "-o", metavar="FILE", help="write csv or parquet to this file")
    ] = None,
) -> None:
    """List the best proto-models, highest K first."""
    from protomodels.database import HiscoreQuery
    from protomodels.settings import verdict_of

    if (to is None and output is ListFormat.PARQUET) or (to is not None and output not in _FILES):
        allowed = "a file, with --format csv or parquet; parquet needs one"
        raise ConfigError("--to", "nothing" if to is None else str(to), allowed)
    wanted = None if verdict is None else verdict_of(verdict)
    pids = [pid_of(name) for name in particle or ()]
    with opened(storage, server) as stored:
        of = None if run is None else run_named(stored, run)
        search = HiscoreQuery(of, walker, pids, min_K=min_k, distinct=not duplicates, verdict=wanted, sort=sort)
        found = stored.best_protomodels(search, limit)
    if output is ListFormat.JSON:
        write_json([protomodel_dict(record) for record in found])
        return
    if output in _FILES:
        _write(found, output, to)
        return
    table = Table("id", "K", "Z", "particles (GeV)", "verdict", "run", "walker", "step")
    for row in found:
        names = ", ".join(f"{PARTICLES[p].name} {m:.0f}" for p, m in sorted(row.masses.items(), key=lambda x: -x[1]))
        numbers = (str(row.id), f"{row.K:.3f}", f"{row.Z:.3f}")
        table.add_row(*numbers, names, row.verdict or "-", row.run, str(row.walker), str(row.step))
    wide_console().print(table)
    shared = [str(row.id) for row in found if overlapping_pairs(row)]
    if shared:
        sys.stdout.write(
            f"{', '.join(shared)}: the best combination holds results that are known to share events, which policy "
            "default refuses: evaluated today, it is another (protomodels show ID)\n"
        )


def _write(found: Sequence[ProtomodelRecord], output: ListFormat, to: Path | None) -> None:
    from protomodels.runs.hiscores import Hiscores

    listed = Hiscores(tuple(found))
    if to is None:
        sys.stdout.write(listed.to_csv())
        return
    if output is ListFormat.PARQUET:
        listed.to_parquet(to)
    else:
        try:
            to.write_text(listed.to_csv(), encoding="utf-8")
        except OSError as error:
            raise ConfigError("--to", str(to), f"a file that can be written ({error.strerror})") from error
    sys.stdout.write(f"{to}\n")
