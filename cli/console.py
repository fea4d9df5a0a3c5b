"""Tables on the terminal: what every command prints with ``--format table``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table as RichTable

if TYPE_CHECKING:
    from protomodels.tables import Report, Table


def wide_console() -> Console:
    """The terminal, or a page wide enough for the tables where standard output is none."""
    console = Console()
    return console if console.is_terminal else Console(width=120)


def print_table(table: Table) -> None:
    """Write a table to standard output."""
    drawn = RichTable(title=table.title or None, box=box.HEAVY_HEAD)
    for name in table.columns:
        drawn.add_column(name, justify="right" if name in table.numeric else "left")
    for row in table.rows:
        drawn.add_row(*row)
    wide_console().print(drawn)


def print_summary(report: Report) -> None:
    """Write a report to standard output: its title, its pairs of names and values, and its tables."""
    console = wide_console()
    console.print(f"[bold]{report.title}[/bold]", highlight=False)
    for name, value in report.summary:
        console.print(f"   {name:16s} {value}", highlight=False, markup=False)
    for table in report.tables:
        print_table(table)


def print_plain(report: Report) -> None:
    """Write a report to standard output: its lines, which programs may search, and its tables."""
    sys.stdout.write(f"{report.title}\n")
    for table in report.tables:
        print_table(table)
    for note in report.notes:
        sys.stdout.write(f"{note}\n")
