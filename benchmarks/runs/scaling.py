"""Steps per second through one process, two processes and two Ray workers, in turns, on the same steps.

    python -m benchmarks.runs.scaling [--results smodels-3.0.0.tar.xz] [--walkers 20] [--steps 500] [--rounds 3]

The rate is that of ``protomodels run``: from the first chunk handed out to the last one committed.  A round gives one
ratio to the single process of the same round; machines are noisy, so ratios are what counts.
"""

from __future__ import annotations

import argparse
import tempfile
import time

from benchmarks.common import RESULTS, machine, spread
from protomodels.database import open_storage
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.compare import compare

WAYS = {"inline": 1, "process": 2, "ray": 2}


def main() -> None:
    """Print the rates of each round, then the spread of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--walkers", type=int, default=20)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    predictor = load_results(given.results)
    ratios: dict[str, list[float]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder, open_storage(f"sqlite:///{folder}/runs.db") as storage:
        for number in range(given.rounds):
            config = RunConfig(given.results, 100 + number, walkers=given.walkers, steps=given.steps)
            rates, runs, whole = {}, {}, {}
            for name, workers in WAYS.items():
                run = Run.create(storage, config, predictor)
                start = time.monotonic()
                rates[name] = run.execute(Execution(name, workers)).steps_per_second
                whole[name] = time.monotonic() - start
                runs[name] = run.id
            for name in WAYS:
                assert compare(storage, runs["inline"], runs[name]).identical, name
                ratios[name].append(rates[name] / rates["inline"])
            parts = (f"{n} {rates[n]:.1f} steps/s (whole {whole[n]:.0f} s, x {ratios[n][-1]:.2f})" for n in WAYS)
            print(f"round {number + 1}: " + "; ".join(parts), flush=True)
    for name, workers in WAYS.items():
        print(f"{name}, {workers} workers, to one process: {spread(ratios[name])}")


if __name__ == "__main__":
    main()
