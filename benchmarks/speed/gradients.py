"""How long gradients and error bars take: python -m benchmarks.speed.gradients [--results R] [--regions combined]

One model of five particles, scaled to its best signal strength: medians of several calls in one process, after one that
compiles; for the profile, one call.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from benchmarks.common import machine
from protomodels.combiner import combinability_for
from protomodels.model import ProtoModel
from protomodels.predictor import load_results
from protomodels.scoring import Scorer
from protomodels.scoring.gradient import gradient_of
from protomodels.scoring.uncertainty import fisher_errors, profile_errors
from protomodels.settings import policy

LBP, X_D, X_T1, X_G, X_W1 = 1000022, 1000001, 1000006, 1000021, 1000024
MODEL = ProtoModel(
    {LBP: 150.13, X_D: 735.21, X_T1: 571.67, X_W1: 262.55, X_G: 1204.31},
    {
        X_D: {(LBP, 1): 0.6, (X_W1, 2): 0.4},
        X_T1: {(LBP, 6): 0.7, (X_W1, 5): 0.3},
        X_W1: {(LBP, 24): 1.0},
        X_G: {(X_T1, 6): 0.5, (LBP, 1, 1): 0.3, (X_W1, 1, 2): 0.2},
    },
)


def seconds(call: Callable[[], object], n: int) -> float:
    """Median of n calls, after one more."""
    call()
    taken = []
    for _ in range(n):
        begin = time.perf_counter()
        call()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default="demo")
    parser.add_argument("--regions", default="best")
    arguments = parser.parse_args()
    chosen = policy("default", arguments.regions)
    scorer = Scorer(load_results(arguments.results), combinability_for(arguments.results, None), chosen)
    evaluation = scorer.normalised(scorer.evaluate(MODEL))
    print(machine())
    print(f"{evaluation}; {len(evaluation.contributions)} results")
    print(f"gradient of K:                     {1e3 * seconds(lambda: gradient_of(evaluation), 50):8.2f} ms")
    print(f"Fisher, all parameters:            {1e3 * seconds(lambda: fisher_errors(evaluation), 50):8.2f} ms")
    print(f"profile of masses, others held:    {seconds(lambda: profile_errors(evaluation, held=True), 3):8.2f} s")
    print(f"profile of masses, others at best: {seconds(lambda: profile_errors(evaluation), 1):8.2f} s")


if __name__ == "__main__":
    main()
