"""The global p-value of one search on database 1.2.4, in universes drawn our way and the paper's.

python -m benchmarks.universes.walked_recipes [--universes 50] [--walkers 10] [--steps 100] [--factors 0.65 1]
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from benchmarks.common import machine, spread
from benchmarks.paper.output import Page
from benchmarks.paper.runs import OLD
from benchmarks.universes.campaigns import DOCS, FUDGE, storage_url
from benchmarks.universes.uniformity import WAYS
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import RunState, Storage, open_storage
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.runs import Execution, Run, RunConfig

SEED = 50_000
RUNS = 5
"""Runs on the data: the mean of their best K is judged."""


def main() -> None:
    """Walk what is missing, and print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("universes", 50), ("walkers", 10), ("steps", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--factors", type=float, nargs="+", default=[FUDGE, 1.0])
    given = parser.parse_args()
    predictor, begun = load_results(OLD), time.monotonic()
    base = RunConfig(OLD, 0, given.walkers, given.steps)
    page = Page("walked-recipes", f"python -m benchmarks.universes.walked_recipes --universes {given.universes}", DOCS)
    rows: list[list[object]] = []
    with open_storage(storage_url(), upgrade=True) as storage:
        runs, K = _data(storage, base, predictor)
        judged = float(np.mean(K))
        for factor in given.factors:
            for drawing, name in WAYS.items():
                config = PValueConfig(runs[0], judged, given.universes, SEED, factor, drawing=drawing)
                answer = PValueCampaign.create(storage, config, predictor).walk(Execution("inline"))
                rows.append([name, factor, *_row(answer)])
                print(rows[-1], flush=True)
    page.say(
        f"Database 1.2.4, policy default, {given.walkers} walkers x {given.steps} steps; {RUNS} runs on the data find "
        f"K = {', '.join(f'{value:.2f}' for value in K)}, of which the mean, {judged:.2f}, is judged. {machine()}; "
        f"{(time.monotonic() - begun) / 60.0:.0f} minutes for what was not walked before."
    )
    header = ["drawn", "factor", "universes", "that reach K", "p", "95% interval", "mean K", "K"]
    page.table(header, rows)
    page.write()


def _data(storage: Storage, base: RunConfig, predictor: CompiledPredictor) -> tuple[list[str], list[float]]:
    runs, found = [], []
    for seed in range(1, RUNS + 1):
        config = RunConfig(base.results, seed, base.walkers, base.steps)
        known = storage.find_run(config.to_json(), predictor.fingerprint)
        run = Run.create(storage, config, predictor) if known is None else Run.resume(storage, known.id, predictor)
        if known is None or known.state is not RunState.COMPLETED:
            run.execute(Execution("inline"))
        best = storage.progress(run.id).best_K
        runs.append(run.id)
        found.append(float("-inf") if best is None else best)
    return runs, found


def _row(answer: GlobalPValue) -> list[object]:
    interval, K = answer.interval(), np.array(answer.K_fake)
    mean = f"{K.mean():.2f} +- {K.std(ddof=1) / len(K) ** 0.5:.2f}"
    low = f"{interval.low:.3f} to {interval.high:.3f}"
    return [answer.n, answer.reaching, answer.p, low, mean, spread(K.tolist())]


if __name__ == "__main__":
    main()
