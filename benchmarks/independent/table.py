"""The table of docs/validation.md: the program beside the independent formulas of this folder.

Usage: python -m benchmarks.independent.table [--signals 20] [--models 100] [--write]
A row is made by one function of ``SECTIONS``.  With --write the rows replace those between the two marks of
docs/validation.md; 500 signals for each set of regions are in benchmarks.independent.several_sets.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import machine
from benchmarks.independent import likelihood_rows, p_value_rows, score_rows
from benchmarks.independent.row import Row

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
MARKS = ("<!-- independent formulas: begin -->", "<!-- independent formulas: end -->")

SECTIONS: tuple[Callable[[int, int], Row], ...] = (
    likelihood_rows.single_regions,
    likelihood_rows.upper_limits,
    likelihood_rows.linear_sets,
    likelihood_rows.third_moments,
    likelihood_rows.json_sets,
    score_rows.scores,
    score_rows.largest_strengths,
    score_rows.best_combinations,
    p_value_rows.intervals,
    p_value_rows.densities,
    p_value_rows.published_p_value,
)


def main() -> None:
    """Print the table, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=20)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = ["| compared | cases | largest difference |", "| --- | --- | --- |"]
    for section in SECTIONS:
        row = section(arguments.signals, arguments.models)
        lines.append(f"| {row.what} | {row.cases} | {row.difference} |")
        print(lines[-1], flush=True)
    command = f"python -m benchmarks.independent.table --signals {arguments.signals} --models {arguments.models}"
    text = "\n".join([MARKS[0], f"`{command}`, {machine()}:", "", *lines, MARKS[1]])
    if arguments.write:
        before, _, rest = PAGE.read_text().partition(MARKS[0])
        PAGE.write_text(before + text + rest.partition(MARKS[1])[2])


if __name__ == "__main__":
    main()
