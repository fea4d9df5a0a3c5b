"""A walk step late in a run beside that of an earlier commit, in turns.

    python -m benchmarks.speed.paired_step --before COMMIT [--uses default paper] [--rounds 5]

COMMIT may be a folder with the files of one.  A process each time, the two in turn, so that both see the same moods of
the machine.  Each makes a run in memory (8 walkers x 200 steps, exchanges as in a run of the command line), which also
warms kernels and maps, and goes on with it for as long: in odd periods every step is timed alone, in even ones the
steps of a chunk together, as workers take them, hiscores included.  Walks of two commits part ways after rounding, so
a table says what models each stood on.
"""

from __future__ import annotations

import argparse
import inspect
import json
import statistics
from typing import Any, Final

from benchmarks.common import machine, spread
from benchmarks.earlier import Checkout, both
from benchmarks.speed.uses import USES, Use, late_states

TEXT: Final = (
    """
from __future__ import annotations
import importlib, json, statistics, sys, time
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
exchange = find(("{p}walker.exchange", "exchange"))
places = ("{p}combiner", "{p}scoring", "{p}scoring.front", "{p}combiner.choice", "{p}runs.config", "{p}walker.config")
combinability_for = find(*((place, "combinability_for") for place in places))
from protomodels.settings import policy
"""
    + inspect.getsource(late_states)
    + """
results, combinable, name, regions, *numbers = sys.argv[1:]
every, walkers, steps, seed = map(int, numbers)
walk = Walk(Scorer(load(results), combinability_for(results, combinable or None), policy(name, regions)))
begin = time.perf_counter()
states = late_states(walk, seed, walkers, steps, every)
early = 1e3 * (time.perf_counter() - begin) / (walkers * steps)
single, chunks, records, cpu, period = [], [], [], 0.0, every or 50
for number in range(steps // period):
    for walker, state in states.items():
        used = time.process_time()
        for size in [1] * period if number % 2 == 0 else [period]:
            start = time.perf_counter()
            chunk = walk.advance(state, size)
            seconds = time.perf_counter() - start
            state = chunk.state
            records.extend(chunk.steps)
            (single if number % 2 == 0 else chunks).append(1e3 * seconds / size)
        cpu += time.process_time() - used
        states[walker] = state
    if every:
        taken = exchange(states, seed, steps + (number + 1) * period)
        states.update({walker: state for walker, (_, state) in taken.items()})
known = [step.K for step in records if step.K is not None]
print(json.dumps({
    "single": single, "chunks": chunks, "early": early, "cpu": 1e3 * cpu / len(records),
    "K": statistics.mean(known), "particles": statistics.mean([step.n_particles for step in records]),
    "accepted": statistics.mean([step.accepted for step in records]),
}))
"""
)


def main() -> None:
    """Print a table for each use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="commit to compare with, or a folder with its files")
    parser.add_argument("--uses", nargs="+", default=["default", "paper"], choices=USES)
    parser.add_argument("--walkers", type=int, default=8)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(machine())
    with both(given.before) as checkouts:
        for name in given.uses:
            _compare(checkouts, name, USES[name], given.walkers, given.steps, given.rounds)


def _compare(checkouts: tuple[Checkout, Checkout], name: str, use: Use, walkers: int, steps: int, rounds: int) -> None:
    """One use: a process of each checkout a round, the older one first in ``checkouts``."""
    found: dict[str, list[dict[str, Any]]] = {checkout.name: [] for checkout in checkouts}
    for checkout in checkouts:  # kernels and pages, once
        _measured(checkout, use, 2, 50, 0)
    for number in range(rounds):
        for checkout in checkouts if number % 2 else checkouts[::-1]:
            found[checkout.name].append(_measured(checkout, use, walkers, steps, number + 1))
    print(f"{name} use, asked: median of a step <= {use.asked} ms; steps {steps + 1} to {2 * steps}, {rounds} rounds")
    for label, rows in found.items():
        single = [value for row in rows for value in row["single"]]
        chunks = [value for row in rows for value in row["chunks"]]
        print(
            f"   {label}: ms a step, alone: {spread(single)}, mean {statistics.mean(single):.3g} ({len(single)} steps)"
        )
        print(
            f"      ms a step, in chunks: {spread(chunks)}, mean {statistics.mean(chunks):.3g} ({len(chunks)} chunks)"
        )
        for key, words in (
            ("early", f"wall ms a step before, steps 1 to {steps}"),
            ("cpu", "CPU ms a step"),
            ("K", "mean K"),
            ("particles", "mean number of particles"),
            ("accepted", "share of accepted steps"),
        ):
            print(f"      {words}: {spread([row[key] for row in rows])}")
    old, new = found.values()
    for part, what in (("single", "steps alone"), ("chunks", "chunks")):
        medians = [statistics.median(b[part]) / statistics.median(a[part]) for a, b in zip(old, new, strict=True)]
        means = [statistics.mean(b[part]) / statistics.mean(a[part]) for a, b in zip(old, new, strict=True)]
        print(
            f"   here / {next(iter(found))}, round by round, {what}: medians {spread(medians)}; means {spread(means)}"
        )


def _measured(checkout: Checkout, use: Use, walkers: int, steps: int, seed: int) -> dict[str, Any]:
    """What a process of a checkout measures."""
    numbers = (use.exchange, walkers, steps, seed)
    places = (use.results, use.combinable or "", use.policy, use.regions)
    found: dict[str, Any] = json.loads(checkout.python(TEXT, *places, *map(str, numbers)))
    return found


if __name__ == "__main__":
    main()
