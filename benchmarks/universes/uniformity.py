"""Are the p-values of every single region uniform, by the background that the region is scored with?

python -m benchmarks.universes.uniformity [--universes 2000] [--json]
With --json only the regions of sets with a pyhf JSON, drawn our way and scored in their sets: minutes, not an hour.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kstest

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import NEW, OLD
from benchmarks.universes.campaigns import DOCS, FUDGE
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.settings import REGION_CHOICES, RegionChoice
from protomodels.statistics.p_values import p_value, p_value_of_rate
from protomodels.universes.drawing import draw
from protomodels.universes.fluctuations import draw_together
from protomodels.universes.recipe import AS_PAPER, TOGETHER

Floats = NDArray[np.float64]

SEED: Final = 20_000
WAYS: Final = {TOGETHER: "ours", AS_PAPER: "the paper's"}
ALARM: Final = 0.01
"""Probability of a false alarm for all regions of a line together."""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--universes", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    n, only_json = given.universes, given.json
    name, option = ("uniformity-json", " --json") if only_json else ("uniformity", "")
    page = Page(name, f"python -m benchmarks.universes.uniformity --universes {n}{option}", DOCS)
    page.say(
        f"{n} universes; ties drawn. A region is refused where the Kolmogorov-Smirnov test of its p-values gives less "
        f"than {ALARM} / (number of regions): one refused region in {1 / ALARM:.0f} lines would be chance. {machine()}."
    )
    header = ["results", "drawn", "scored with --regions", "factor", "regions", "refused", "smallest KS p", "worst"]
    rows = []
    for results in (OLD, NEW):
        predictor = load_results(results)
        for drawing, fudge in ((TOGETHER, 1.0), (TOGETHER, FUDGE), *(() if only_json else ((AS_PAPER, 1.0),))):
            for regions, (names, p) in p_values(predictor, drawing, fudge, n, only_json).items():
                test = np.array([float(kstest(own, "uniform").pvalue) for own in p.T])
                refused, worst = int((test < ALARM / len(test)).sum()), int(np.argmin(test))
                found = f"{names[worst]}: {np.mean(p[:, worst] < 0.05):.3f} below 0.05"
                line = [predictor.name, WAYS[drawing], regions, fudge, len(test), refused, f"{test.min():.2g}", found]
                rows.append(line)
                print(line, flush=True)
    page.table(header, rows)
    page.write()


def p_values(
    predictor: CompiledPredictor, drawing: int, fudge: float, n: int, only_json: bool = False
) -> dict[RegionChoice, tuple[list[str], Floats]]:
    """By the way of scoring, the names of all regions and their p-values, (universes, regions)."""
    catalog, rng = predictor.catalog, np.random.default_rng(SEED)
    make = draw if drawing == AS_PAPER else draw_together
    drawn = [make(catalog, seed, fudge) for seed in range(SEED, SEED + n)]
    found: dict[RegionChoice, tuple[list[str], Floats]] = {}
    for regions in ("combined",) if only_json else REGION_CHOICES:
        names, columns = [], []
        several = dict(catalog.combined) if regions == "combined" else {}
        if only_json:
            several = {row: entry for row, entry in several.items() if entry.kind == "json"}
        for row, entry in several.items():
            counts = np.array([one.combined[row] for one in drawn])
            model = entry.model
            for k, own in enumerate(entry.rows.tolist()):
                if own < 0:
                    continue
                background = (model.center[k], model.curvature[k], fudge * entry.model.widths[k])
                names.append(f"{catalog.analysis[row]} {catalog.region[own]}")
                columns.append(_ties_drawn(counts[:, k], lambda c, u, b=background: p_value_of_rate(c, *b, u), rng))
        inside = {own for entry in several.values() for own in entry.rows.tolist()}
        counts = np.array([one.observed for one in drawn])
        for own in np.flatnonzero(~catalog.is_ul & ~catalog.is_control).tolist():
            if only_json or own in inside or own in catalog.combined:
                continue
            published = (catalog.background[own], fudge * catalog.delta[own])
            names.append(f"{catalog.analysis[own]} {catalog.region[own]}")
            columns.append(_ties_drawn(counts[:, own], lambda c, u, b=published: p_value(c, *b, u), rng))
        found[regions] = names, np.array(columns).T
    return found


def _ties_drawn(counts: Floats, p: Callable[[Floats, float], Floats], rng: np.random.Generator) -> Floats:
    """p-values of the counts of one region in many universes; each number of events is integrated once."""
    different, which = np.unique(counts, return_inverse=True)
    more, not_less = p(different, 0.0), p(different, 1.0)
    return np.asarray(more[which] + (not_less - more)[which] * rng.random(len(counts)))


if __name__ == "__main__":
    main()
