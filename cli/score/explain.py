"""Reports on a proto-model, drawn on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protomodels.cli.console import print_table, wide_console
from protomodels.cli.score.spectrum import draw_spectrum
from protomodels.model import ProtoModel

if TYPE_CHECKING:
    from protomodels.tables import Report


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


def print_spectrum_report(report: Report, name: str) -> None:
    """Write a report on a spectrum to standard output."""
    console = wide_console()
    console.print(f"[bold]{report.title}[/bold]   {name}\n", highlight=False)
    for key, value in report.summary:
        console.print(f"   {key:12s} {value}", highlight=False)
    for table in report.tables:
        print_table(table)
    for note in report.notes:
        console.print(note, highlight=False, markup=False)
