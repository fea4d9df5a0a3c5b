"""How fast the searches climb: best K of a run against its steps and its evaluations.

python -m benchmarks.paper.search [--runs 10] [--walkers 50] [--steps 1000] [--short 200]
The paper's search and the refined one on the same data with the same score (policy "paper"); the refined runs have
``--short`` steps.  An evaluation is one prediction of one model: merged copies make more than one a step.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from benchmarks.common import machine
from benchmarks.paper.output import DOCS, Page
from benchmarks.paper.report import read
from benchmarks.paper.runs import KINDS, add_arguments, config_of, finished, storage_url
from protomodels.database import open_storage
from protomodels.plots.climb import climb_figure
from protomodels.plots.paper import save
from protomodels.predictor import load_results
from protomodels.runs.run import scorer_of
from protomodels.walker.walk import Walk

PUBLISHED_BEST = 6.90
SAMPLE_WALKERS, SAMPLE_STEPS = 10, 200


def main() -> None:
    """Print and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    parser.add_argument("--short", type=int, default=200)
    given = parser.parse_args()
    page = Page("search", "python -m benchmarks.paper.search " + " ".join(sys.argv[1:]))
    page.say(f"{given.runs} runs of {given.walkers} walkers each; {machine()}.")
    predictor = load_results(KINDS["paper"].results)
    table, evaluations, climbs = [], {}, {}
    with open_storage(storage_url(), upgrade=True) as storage:
        for name, steps in (("paper", given.steps), ("refined", given.short)):
            configs = [config_of(KINDS[name], seed, given.walkers, steps) for seed in range(1, given.runs + 1)]
            runs = [finished(storage, predictor, config) for config in configs]
            highest = np.array([read(storage, run).highest().max(axis=0) for run in runs])
            climbs[name] = highest
            walk = Walk(scorer_of(storage, runs[0], configs[0], predictor))
            before = predictor.counters.predictions
            for walker in range(SAMPLE_WALKERS):
                walk.advance(walk.start(0, walker), SAMPLE_STEPS)
            evaluations[name] = (predictor.counters.predictions - before) / (SAMPLE_WALKERS * SAMPLE_STEPS)
            for step in (20, 50, 100, 200, 500, 1000):
                if step <= steps:
                    K, done = highest[:, step - 1], step * given.walkers
                    reached = int((K >= PUBLISHED_BEST).sum())
                    row = [name, done, f"{done * evaluations[name]:.0f}", float(np.median(K)), float(K.min())]
                    table.append([*row, float(K.max()), f"{reached} of {len(K)}"])
    page.table(["search", "steps", "evaluations", "median K", "lowest", "highest", f"K >= {PUBLISHED_BEST}"], table)
    ratios = ", ".join(f"{name} {ratio:.2f}" for name, ratio in evaluations.items())
    page.say(f"Evaluations a step, measured on {SAMPLE_WALKERS} x {SAMPLE_STEPS} steps without exchange: {ratios}.")
    DOCS.mkdir(parents=True, exist_ok=True)
    save(climb_figure(climbs, given.walkers, PUBLISHED_BEST, "best published"), DOCS / "search.svg")
    page.write()


if __name__ == "__main__":
    main()
