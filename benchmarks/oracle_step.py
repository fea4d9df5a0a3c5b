"""Seconds of a walk step through SModelS, and where they go.

Usage: python -m benchmarks.oracle_step [--results NAME ...] [--steps 60]
Walks of three seeds, the first ten steps of each not counted (maps are touched for the first time there).
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import time

from benchmarks.common import RESULTS, machine, spread
from predictor import load_results
from protomodels.settings import policy
from walker.config import combinability_for
from walker.scoring import Scorer
from walker.walk import Walk

WARM_UP = 10
PARTS = {
    "decomposition": "decompose",
    "translation": "to_smodels",
    "matching": "getMatchesFrom",
    "signals and limits": "_getDataSetPredictions",
    "interpolation (in it)": "interpolate",
    "collecting": "_collect",
    "combination": "best_combination",
    "critic": "allowed_signal_strength",
    "cross sections": "reference_cross_sections",
}


def main() -> None:
    """Print the step times of each database, and a profile by part."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["demo", *(str(path) for path in sorted(RESULTS.glob("*.tar.xz")))]
    parser.add_argument("--results", nargs="+", default=names)
    parser.add_argument("--steps", type=int, default=60)
    arguments = parser.parse_args()
    print(machine())
    for name in arguments.results:
        predictor = load_results(name)
        walk = Walk(Scorer(predictor, combinability_for(name, None), policy("default")))
        seconds = []
        profile = cProfile.Profile()
        for seed in (1, 2, 3):
            state = walk.advance(walk.start(seed, 0), WARM_UP).state
            for _ in range(arguments.steps):
                start = time.perf_counter()
                state, _, _ = walk.step(state)
                seconds.append(time.perf_counter() - start)
            profile.enable()
            walk.advance(state, 20)
            profile.disable()
        print(
            f"{predictor.name}: {len(seconds)} steps, "
            f"seconds a step: {spread(seconds)}, mean {statistics.mean(seconds):.3g}"
        )
        stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
        total = sum(entry[2] for entry in stats.values())
        for part, function in PARTS.items():
            spent = max((e[3] for (_, _, f), e in stats.items() if f == function), default=0.0)
            print(f"   {part:24s} {100 * spent / total:5.1f}%")


if __name__ == "__main__":
    main()
