"""How closely do the upper limits of an analysis follow the counts of its regions, and each other?

python -m benchmarks.universes.limits_and_counts [--models 400] [--universes 200]
"""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Final

import numpy as np
from scipy.special import ndtri

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.paper.runs import NEW, OLD
from benchmarks.random_models import random_models
from benchmarks.universes.campaigns import DOCS
from protomodels.predictor import Predictions, load_results
from protomodels.results.names import publication
from protomodels.statistics.p_values import p_value
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.universes.drawing import draw
from protomodels.universes.fluctuations import draw_together

SEED: Final = 7
CUT: Final = 0.01
"""Regions with a smaller r for mu = 1 do not count."""


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("models", 400), ("universes", 200)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    command = f"python -m benchmarks.universes.limits_and_counts --models {given.models} --universes {given.universes}"
    page = Page("limits-and-counts", command, DOCS)
    page.say(
        f"{given.models} random models; for each and each publication with both, the most sensitive upper limit and "
        "the most sensitive signal region: correlation of z = 1.96 (UL_obs / UL_exp - 1) with the z of the region's "
        f"p-value as published, and of limit and count in {given.universes} universes, averaged over the same pairs "
        "(0 where the count is always the same); beside it the correlation of two topologies of one publication. "
        f"{machine()}."
    )
    header = ["results", "pairs", "published", "policy default", "policy paper", "two topologies, published"]
    page.table(header, [_row(results, given.models, given.universes) for results in (OLD, NEW)])
    page.say("Two topologies of one publication correlate fully with policy default, and not at all with policy paper.")
    page.write()


def _row(results: str, models: int, universes: int) -> list[object]:
    predictor = load_results(results)
    catalog = predictor.catalog
    pairs: Counter[tuple[int, int]] = Counter()
    seen, between = [], []
    for model in random_models(SEED, models):
        predictions = predictor.predict(model)
        z = EXPECTED_LIMIT_IN_SIGMA * (predictions.limit_observed / predictions.limit_expected - 1.0)
        for limits, regions in _publications(predictions):
            between += [(z[i], z[j]) for i in limits for j in limits if predictions.rows[i] != predictions.rows[j]]
            if limits and regions:
                limit, region = (max(own, key=lambda i: float(predictions.r_exp[i])) for own in (limits, regions))
                row = int(predictions.rows[region])
                p = float(p_value(catalog.observed[row], catalog.background[row], catalog.delta[row]))
                seen.append((z[limit], -ndtri(p)))
                pairs[int(predictions.rows[limit]), row] += 1
    line: list[object] = [predictor.name, len(seen), float(np.corrcoef(np.array(seen).T)[0, 1])]
    for make in (draw_together, draw):
        drawn = [make(catalog, seed) for seed in range(universes)]
        found = []
        for limit, row in pairs:
            ratio, count = np.array([(one.limit_ratio[limit], one.observed[row]) for one in drawn]).T
            found.append(float(np.corrcoef(ratio, count)[0, 1]) if count.std() > 0.0 else 0.0)
        line.append(float(np.average(found, weights=list(pairs.values()))))
    return [*line, float(np.corrcoef(np.array(between).T)[0, 1])]


def _publications(predictions: Predictions) -> list[tuple[list[int], list[int]]]:
    """Rows of sampled limits and of signal regions of each publication."""
    found: dict[str, tuple[list[int], list[int]]] = {}
    for i, (name, row) in enumerate(zip(predictions.analysis.tolist(), predictions.rows.tolist(), strict=True)):
        limits, regions = found.setdefault(publication(name), ([], []))
        if predictions.is_ul[i]:
            if np.isfinite(predictions.limit_expected[i]):
                limits.append(i)
        elif row not in predictions.catalog.combined and not predictions.is_control[i] and predictions.r_exp[i] > CUT:
            regions.append(i)
    return list(found.values())


if __name__ == "__main__":
    main()
