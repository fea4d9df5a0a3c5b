"""A walk step beside that of an earlier commit, in turn: python -m benchmarks.paired_step --before COMMIT

A process each time, the two in turn, so that both see the same moods of the machine.  A process walks past the first
steps, where kernels and structures are made, and then times each step with policy "paper" (the demo: "default").
"""

from __future__ import annotations

import argparse
import json
import statistics

from benchmarks.common import RESULTS, machine, spread
from benchmarks.earlier import both

TEXT = """
import importlib, json, sys, time
def find(*places):
    for module, name in places:
        try:
            return getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            pass
    raise ImportError(places)
load = find(("{p}predictor", "load_results"))
Scorer = find(("{p}scoring", "Scorer"), ("{p}walker", "Scorer"))
Walk = find(("{p}walker", "Walk"))
places = ("{p}combiner", "{p}scoring", "{p}scoring.front", "{p}combiner.choice", "{p}runs.config", "{p}walker.config")
combinability_for = find(*((place, "combinability_for") for place in places))
from protomodels.settings import policy
results, name, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
walk = Walk(Scorer(load(results), combinability_for(results, None), policy(name)))
seconds = []
for seed in (1, 2, 3):
    state = walk.advance(walk.start(seed, 0), 30).state
    for _ in range(steps):
        start = time.perf_counter()
        state = walk.advance(state, 1).state
        seconds.append(time.perf_counter() - start)
print(json.dumps(seconds))
"""


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", required=True, help="commit to compare with")
    parser.add_argument("--results", nargs="+", default=["demo", str(RESULTS / "smodels-1.2.4.tar.xz")])
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    print(machine())
    with both(arguments.before) as checkouts:
        for results in arguments.results:
            name = "default" if results == "demo" else "paper"
            times: dict[str, list[float]] = {checkout.name: [] for checkout in checkouts}
            for number in range(arguments.rounds):
                for checkout in checkouts if number % 2 else checkouts[::-1]:
                    seconds = json.loads(checkout.python(TEXT, results, name, str(arguments.steps)))
                    times[checkout.name].append(1e3 * statistics.median(seconds))
            old, new = times.values()
            print(f"{results}, policy {name}: milliseconds a step (medians of processes)")
            for label, values in times.items():
                print(f"   {label}: {spread(values)}")
            print(f"   ratio, pair by pair: {spread([b / a for a, b in zip(old, new, strict=True)])}")


if __name__ == "__main__":
    main()
