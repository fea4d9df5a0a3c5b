"""``python -m benchmarks.universes.few_events RESULTS``: K in universes with limits of counts, and asymptotic ones.

Random models are scored in the same universes twice, policy default; only the limits of drawn counts differ.
"""

from __future__ import annotations

import argparse
from typing import Any
from unittest import mock

import numpy as np

import protomodels as pm
from benchmarks.common import machine
from benchmarks.random_models import random_models
from protomodels.errors import PredictionError
from protomodels.scoring.front import make_scorer
from protomodels.statistics.upper_limits import upper_limit
from protomodels.universes import Universe, in_universe

QUARTILES = (25, 50, 75)


def asymptotic(n: Any, b: Any, delta: Any) -> Any:
    """The form that policy paper has."""
    return upper_limit(n, b, delta, moved=True)


def main() -> None:
    """Print what changes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results")
    parser.add_argument("--models", type=int, default=60)
    parser.add_argument("--universes", type=int, default=8)
    given = parser.parse_args()
    predictor = pm.load_results(given.results)
    models = list(random_models(3, given.models))
    pairs, changed, tops = [], 0, []
    for seed in range(given.universes):
        counted = in_universe(predictor, Universe(seed))
        where = "protomodels.universes.making."
        with mock.patch(where + "counting_limit", asymptotic), mock.patch(where + "median_count", lambda b, _: b):
            other = in_universe(predictor, Universe(seed))
        for model in models:
            try:
                new, old = (make_scorer(p, "default").evaluate(model) for p in (counted, other))
            except PredictionError:
                continue
            if np.isfinite(new.mu_max) and np.isfinite(old.mu_max):
                tops.append(new.mu_max / old.mu_max)
            if new.K is not None and old.K is not None:
                pairs.append(new.K - old.K)
                changed += {c.region for c in new.contributions} != {c.region for c in old.contributions}
    moved, ratio = np.array(pairs), np.array(tops)
    print(machine())
    print(f"{len(moved)} scores of {given.models} models in {given.universes} universes of {predictor.name}")
    print(f"K, counts less asymptotic: mean {moved.mean():+.3f} +- {moved.std() / len(moved) ** 0.5:.3f}", end="; ")
    print("quartiles " + " ".join(f"{x:+.3f}" for x in np.percentile(moved, QUARTILES)))
    print(f"other regions in the best combination: {changed}")
    print("mu_max, counts over asymptotic: quartiles " + " ".join(f"{x:.3f}" for x in np.percentile(ratio, QUARTILES)))


if __name__ == "__main__":
    main()
