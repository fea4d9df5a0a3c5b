"""How far do published upper limits scatter about the expected ones?

python -m benchmarks.universes.limits [RESULTS ...]
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import OLD
from benchmarks.universes.campaigns import DOCS
from protomodels.predictor import load_results


def main() -> None:
    """Print the page."""
    given = sys.argv[1:] or [OLD]
    page = Page("limits", " ".join(["python -m benchmarks.universes.limits", *sys.argv[1:]]), DOCS)
    page.say(machine() + ".")
    page.say("z = 1.96 (UL observed / UL expected - 1), the median of each map; 1 is the root mean square of eq. 3.2:")
    page.table(["results", "maps", "mean", "standard deviation", "root mean square"], [_row(name) for name in given])
    page.write()


def _row(results: str) -> list[object]:
    predictor = load_results(results)
    z = predictor.published_limit_excesses()
    seen = z[np.isfinite(z)]
    return [predictor.name, len(seen), float(seen.mean()), float(seen.std()), float(np.sqrt((seen**2).mean()))]


if __name__ == "__main__":
    main()
