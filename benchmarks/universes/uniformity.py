"""Are the p-values of every single region uniform, by the background that the region is scored with?

python -m benchmarks.universes.uniformity [--universes 2000]
"""

from __future__ import annotations

import argparse
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
from protomodels.universes import Universe, in_universe, region_p_values
from protomodels.universes.recipe import AS_PAPER, TOGETHER

SEED: Final = 20_000
WAYS: Final = {TOGETHER: "ours", AS_PAPER: "the paper's"}
ALARM: Final = 0.01
"""Probability of a false alarm for all regions of a line together."""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--universes", type=int, default=2000)
    n = parser.parse_args().universes
    page = Page("uniformity", f"python -m benchmarks.universes.uniformity --universes {n}", DOCS)
    page.say(
        f"{n} universes; ties drawn. A region is refused where the Kolmogorov-Smirnov test of its p-values gives less than "
        f"{ALARM} / (number of regions): one refused region in {1 / ALARM:.0f} lines would be chance. {machine()}."
    )
    header = ["results", "drawn", "scored with --regions", "factor", "regions", "refused", "smallest KS p", "worst"]
    rows = []
    for results in (OLD, NEW):
        predictor = load_results(results)
        for drawing, fudge in ((TOGETHER, 1.0), (TOGETHER, FUDGE), (AS_PAPER, 1.0)):
            for regions, (names, p) in p_values(predictor, drawing, fudge, n).items():
                test = np.array([float(kstest(own, "uniform").pvalue) for own in p.T])
                refused, worst = int((test < ALARM / len(test)).sum()), int(np.argmin(test))
                found = f"{names[worst]}: {np.mean(p[:, worst] < 0.05):.3f} below 0.05"
                line = [predictor.name, WAYS[drawing], regions, fudge, len(test), refused, f"{test.min():.2g}", found]
                rows.append(line)
                print(line, flush=True)
    page.table(header, rows)
    page.write()


def p_values(
    predictor: CompiledPredictor, drawing: int, fudge: float, n: int
) -> dict[RegionChoice, tuple[list[str], NDArray[np.float64]]]:
    """By the way of scoring, the names of all regions and their p-values, (universes, regions)."""
    rng = np.random.default_rng(SEED)
    found: dict[RegionChoice, list[NDArray[np.float64]]] = {regions: [] for regions in REGION_CHOICES}
    rows = {}
    for seed in range(SEED, SEED + n):
        catalog = in_universe(predictor, Universe(seed, fudge, drawing=drawing)).catalog
        split = rng.random(len(catalog))
        for regions, kept in found.items():
            values = region_p_values(catalog, fudge, split, regions)
            kept.append(values.p)
            rows[regions] = values.rows
    catalog = predictor.catalog
    names = {
        regions: [f"{catalog.analysis[row]} {catalog.region[row]}" for row in rows[regions].tolist()] for regions in rows
    }
    return {regions: (names[regions], np.array(p)) for regions, p in found.items()}


if __name__ == "__main__":
    main()
