"""How the time of a step grows, with what; tables with fitted exponents, and the picture of docs/performance.md.

    python -m benchmarks.speed.growth [--parts particles analyses ...] [--models 8] [--to docs/performance-growth.svg]

Default use (database 3.0.0, combined regions, table of 2024), one process.

    particles  models of a walk with particles added or taken out
    analyses   results with some of their analyses, drawn; what these predict is checked against the whole
    walkers    of one process, in turns of ten steps
    universes  the same model in many of them
    regions    one joint likelihood: made-up covariances and those of the results
    cliques    made-up results with a table that allows 85% of the pairs, until the search is refused

Exponents are slopes of log(median) against log(size).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

import numpy as np

from benchmarks.common import machine
from benchmarks.speed import of_models, of_sets
from benchmarks.speed.growing import Growth
from benchmarks.speed.uses import USES
from protomodels.plots.figure import Axis, Figure, Line, Mark, Panel, Points
from protomodels.plots.paper import save

PARTS: Final = ("particles", "analyses", "walkers", "universes", "regions", "cliques")
PICTURED: Final = ("particles", "analyses", "regions", "cliques")
"""What is no straight line: a step does not depend on walkers, and universes count one by one."""


def main() -> None:
    """Print tables, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--use", default="default", choices=USES)
    parser.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    parser.add_argument("--models", type=int, default=8, help="of the walk, and drawn sets of analyses of a size")
    parser.add_argument("--walkers", type=int, default=500)
    parser.add_argument("--universes", type=int, default=50)
    parser.add_argument("--to", help="file of the picture")
    given = parser.parse_args()
    use = USES[given.use]
    measures: dict[str, Callable[[], Growth]] = {
        "particles": lambda: of_models.particles(use, given.models),
        "analyses": lambda: of_models.analyses(use, max(1, given.models // 2)),
        "walkers": lambda: of_models.walkers(use, given.walkers),
        "universes": lambda: of_models.universes(use, given.universes),
        "regions": lambda: of_sets.regions(use),
        "cliques": of_sets.cliques,
    }
    print(machine())
    found = [measures[part]() for part in given.parts]
    for growth in found:
        growth.print()
    if given.to:
        drawn = [growth for part, growth in zip(given.parts, found, strict=True) if part in PICTURED]
        save(picture(drawn), given.to)


def picture(growths: list[Growth]) -> Figure:
    """A panel each."""
    alt = "time against " + ", ".join(growth.size for growth in growths) + ", with power laws"
    return Figure(tuple(_panel(growth) for growth in growths), columns=2, width=4.4, height=3.0, alt=alt)


def _panel(growth: Growth) -> Panel:
    """Medians, and the power law through each."""
    marks: list[Mark] = []
    for number, what in enumerate(growth.values):
        sizes, medians = (np.array(values) for values in growth.medians(what))
        label = what
        if growth.fits(what):
            slope = growth.exponent(what)
            label = f"{what}: {slope:.2f}"
            level = np.exp(np.mean(np.log(medians) - slope * np.log(sizes)))
            marks.append(Line(sizes, level * sizes**slope, color=number, width=1.0))
        marks.append(Points(sizes, medians, label, number))
    return Panel(Axis(growth.size, log=True), Axis(growth.unit, log=True), tuple(marks), growth.name)


if __name__ == "__main__":
    main()
