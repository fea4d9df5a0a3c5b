"""Reports on a proto-model, drawn on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

from protomodels.cli.spectrum import draw_spectrum
from protomodels.model import ProtoModel

if TYPE_CHECKING:
    from protomodels.tables import Report, Table


def wide_console() -> Console:
    """The terminal, or a page wide enough for the tables where standard output is none."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


def print_report(report: Report, model: ProtoModel, title: str | None = None) -> None:
    """Write a report on a proto-model to standard output, with its spectrum.

    Parameters
    ----------
    title: instead of the report's own.
    """
    console = wide_console()
    console.print(f"[bold]{title or report.title}[/bold]   {model}\n", highlight=False)
    console.print(draw_spectrum(model), highlight=False)
    for name, value in report.summary:
        console.print(f"   {name:12s} {value}", highlight=False)
    for table in report.tables:
        print_table(table)
    for note in report.notes:
        console.print(note)


def print_table(table: Table) -> None:
    """Write a table to standard output."""
    drawn = RichTable(title=table.title or None, box=box.HEAVY_HEAD)
    for name in table.columns:
        drawn.add_column(name, justify="right" if name in table.numeric else "left")
    for row in table.rows:
        drawn.add_row(*row)
    wide_console().print(drawn)
