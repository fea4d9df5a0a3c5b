"""A walk step late in a run beside that of an earlier commit, in turns.

    python -m benchmarks.speed.paired_step --before COMMIT [--uses default paper] [--walkers 50] [--rounds 5]

COMMIT may be a folder with the files of one.  A round is a run here of 50 walkers x 200 steps with the exchanges that
the command line has, and then a process of each commit that goes on from its states, so that both stand on the same
models.  After 20 steps for kernels, maps and memories each does 80 more: in odd periods every step is timed alone, in
even ones the steps of a chunk together, as workers take them, hiscores included.  A period has ten steps, after which
walkers exchange models (policy "paper": twenty, and they do not).  The two part ways after rounding, so the report says
what models each stood on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final

from benchmarks.common import machine, spread
from benchmarks.earlier import Checkout, both
from benchmarks.speed.uses import USES, Use, late_states

WARM_UP: Final = 20
TIMED: Final = 80
PERIOD: Final = 20
"""Steps of a chunk where walkers do not exchange models."""
TEXT: Final = """
import importlib, json, statistics, sys, time
from pathlib import Path
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
WalkState = find(("{p}walker.state", "WalkState"))
exchange = find(("{p}walker.exchange", "exchange"))
places = ("{p}combiner", "{p}scoring", "{p}scoring.front", "{p}combiner.choice", "{p}runs.config", "{p}walker.config")
combinability_for = find(*((place, "combinability_for") for place in places))
from protomodels.settings import policy
results, combinable, name, regions, file, *numbers = sys.argv[1:]
every, period, warm_up, steps, seed = map(int, numbers)
walk = Walk(Scorer(load(results), combinability_for(results, combinable or None), policy(name, regions)))
states = {i: WalkState.from_json(*texts) for i, texts in enumerate(json.loads(Path(file).read_text()))}
done = states[0].step
single, chunks, records, cpu = [], [], [], 0.0
for number in range((warm_up + steps) // period):
    ready = number * period >= warm_up
    for walker, state in states.items():
        used = time.process_time()
        for size in [1] * period if number % 2 == 0 else [period]:
            start = time.perf_counter()
            chunk = walk.advance(state, size)
            seconds = time.perf_counter() - start
            state = chunk.state
            if ready:
                records.extend(chunk.steps)
                (single if number % 2 == 0 else chunks).append(1e3 * seconds / size)
        cpu += ready * (time.process_time() - used)
        states[walker] = state
    if every:
        taken = exchange(states, seed, done + (number + 1) * period)
        states.update({walker: state for walker, (_, state) in taken.items()})
known = [step.K for step in records if step.K is not None]
print(json.dumps({
    "single": single, "chunks": chunks, "cpu": 1e3 * cpu / len(records), "K": statistics.mean(known),
    "particles": statistics.mean([step.n_particles for step in records]),
    "accepted": statistics.mean([step.accepted for step in records]),
}))
"""


def main() -> None:
    """Print a table for each use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", required=True, help="commit to compare with, or a folder with its files")
    parser.add_argument("--uses", nargs="+", default=["default", "paper"], choices=USES)
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=200, help="before those that are timed")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    print(machine())
    with both(given.before) as checkouts:
        for name in given.uses:
            _compare(checkouts, name, USES[name], given.walkers, given.steps, given.rounds)


def _compare(checkouts: tuple[Checkout, Checkout], name: str, use: Use, walkers: int, steps: int, rounds: int) -> None:
    """One use: a process of each checkout a round, the older one first in ``checkouts``."""
    found: dict[str, list[dict[str, Any]]] = {checkout.name: [] for checkout in checkouts}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "states.json"
        for number in range(rounds + 1):
            states = late_states(use.walk(), number, *((walkers, steps) if number else (2, 20)), use.exchange)
            file.write_text(json.dumps([state.to_json() for state in states.values()]))
            for checkout in checkouts if number % 2 else checkouts[::-1]:
                one = _measured(checkout, use, file, number)
                if number:  # the first time compiles kernels and reads pages
                    found[checkout.name].append(one)
    print(
        f"{name} use, asked: median of a step <= {use.asked} ms; {walkers} walkers after {steps} steps, {rounds} rounds"
    )
    for label, rows in found.items():
        print(f"   {label}:")
        for part, words in (("single", "steps alone"), ("chunks", "in chunks")):
            values = [value for row in rows for value in row[part]]
            print(f"      ms a step, {words}: {spread(values)}, mean {statistics.mean(values):.3g} (n = {len(values)})")
        for part, words in (
            ("cpu", "CPU ms a step"),
            ("K", "mean K"),
            ("particles", "mean number of particles"),
            ("accepted", "share of accepted steps"),
        ):
            print(f"      {words}: {spread([row[part] for row in rows])}")
    pairs = list(zip(*found.values(), strict=True))
    for part, words in (("single", "steps alone"), ("chunks", "chunks")):
        medians = [statistics.median(a[part]) / statistics.median(b[part]) for a, b in pairs]
        means = [statistics.mean(a[part]) / statistics.mean(b[part]) for a, b in pairs]
        print(
            f"   times as fast, round by round, {words}: medians {spread(medians)}; means {spread(means)}", flush=True
        )


def _measured(checkout: Checkout, use: Use, file: Path, seed: int) -> dict[str, Any]:
    """What a process of a checkout measures."""
    numbers = (use.exchange, use.exchange or PERIOD, WARM_UP, TIMED, seed)
    places = (use.results, use.combinable or "", use.policy, use.regions, str(file))
    found: dict[str, Any] = json.loads(checkout.python(TEXT, *places, *map(str, numbers)))
    return found


if __name__ == "__main__":
    main()
