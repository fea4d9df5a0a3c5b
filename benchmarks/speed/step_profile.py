"""Where the time of a walk step goes, late in a run, and what the look-ups alone would cost at the speed of memory.

    python -m benchmarks.speed.step_profile [--uses default paper] [--walkers 50] [--steps 200]

Exclusive wall-clock times of the parts of a step, in the next 80 steps of a run that has done so many; a
hiscore counts with all that it needs.  Every prediction is made twice: the second time nothing has to be looked up,
so that the difference is what look-ups cost (and what the processor's caches had forgotten).  The second time is taken
off.  Then the floor: see :mod:`benchmarks.speed.floor`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any, Final

import protomodels.predictor.compiled as compiled_module
import protomodels.predictor.structures.structure as structure_module
import protomodels.scoring.decision.judge as judge_module
import protomodels.scoring.quick as quick_module
import protomodels.walker.moves.merge as merge_module
import protomodels.walker.walk as walk_module
from benchmarks.common import machine
from benchmarks.speed.floor import print_floor
from benchmarks.speed.uses import USES, Use, gone_on, late_states

TIMED: Final = 80
LOOKUPS: Final = "look-ups in maps"
SUMS: Final = "prediction kernel without look-ups: weights, sums, clusters, collecting"
DECISION: Final = "decision kernel: critic, candidates, pairs, best combination"
PARTS: Final[list[tuple[Any, str, str]]] = [
    (walk_module.Walk, "_propose", "proposals"),
    (merge_module, "merged", "merged copies"),
    (quick_module, "cross_sections", "cross sections"),
    (merge_module, "cross_sections", "cross sections"),
    (compiled_module.CompiledPredictor, "_recipe", "structures: keys, and building new ones"),
    (structure_module.Structure, "learn", "structures: learning new pairs of chains"),
    (compiled_module, "predict_model", LOOKUPS),
    (compiled_module.CompiledPredictor, "predict", "the rest of a prediction"),
    (quick_module, "parsimony", "prior"),
    (quick_module, "scaled_counts", "prior"),
    (judge_module, "decide", DECISION),
    (judge_module.Judge, "decide", "the rest of a decision"),
    (quick_module.QuickScore, "normalised", "scaling to mu-hat = 1"),
    (walk_module, "quick_score", "the rest of a score"),
    (walk_module.Walk, "_evaluated", "hiscores"),
    (walk_module.Walk, "advance", "the rest of a step: state, random numbers, acceptance, records"),
]
WHOLE: Final = ("hiscores",)
"""What counts with all that happens within it."""


class Clock:
    """Exclusive times of nested functions, seconds by label."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner: list[float] = []
        self._deaf = False

    def wrap(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            if self._deaf:
                return function(*arguments, **named)
            self._deaf = label in WHOLE
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self._add(label, time.perf_counter() - start, self._inner.pop())
                self._deaf = False

        return timed

    def twice(self, function: Callable[..., Any], first: str, second: str) -> Callable[..., Any]:
        """The function, called a second time: what the first call took longer goes to ``first``."""

        def timed(*arguments: Any) -> Any:
            if self._deaf:
                return function(*arguments)
            start = time.perf_counter()
            found = function(*arguments)
            middle = time.perf_counter()
            function(*arguments)
            end = time.perf_counter()
            again = min(end - middle, middle - start)
            self._add(first, middle - start - again, 0.0)
            self._add(second, again, 0.0)
            self._add("(again)", end - middle, 0.0)
            return found

        return timed

    def _add(self, label: str, spent: float, inner: float) -> None:
        self.seconds[label] = self.seconds.get(label, 0.0) + spent - inner
        if self._inner:
            self._inner[-1] += spent


def main() -> None:
    """Print the table and the floor of each use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uses", nargs="+", default=["default", "paper"], choices=USES)
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=200, help="before those that are timed")
    given = parser.parse_args()
    print(machine())
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in PARTS]
    for use in given.uses:
        _profile(use, USES[use], given.walkers, given.steps)
        for owner, name, function in originals:
            setattr(owner, name, function)


def _profile(name: str, use: Use, walkers: int, steps: int) -> None:
    predictor = use.predictor()
    walk = use.walk(predictor)
    states = late_states(walk, 1, walkers, steps, use.exchange)
    clock = Clock()
    for owner, function, label in PARTS:
        made = getattr(owner, function)
        setattr(owner, function, clock.twice(made, label, SUMS) if label == LOOKUPS else clock.wrap(made, label))
    counters = predictor.counters
    before = (counters.predictions, counters.structures, counters.lookups)
    start = time.perf_counter()
    states = gone_on(walk, states, 1, steps, TIMED, use.exchange)
    seconds = dict(clock.seconds)
    whole, n = time.perf_counter() - start - seconds.pop("(again)"), TIMED * walkers
    predictions = (counters.predictions - before[0]) / n
    lookups = (counters.lookups - before[2]) / n
    print(f"{name} use, {predictor.name}: {1e3 * whole / n:.3f} ms a step (mean of {n}, clocks included)")
    for label, spent in sorted(seconds.items(), key=lambda item: -item[1]):
        print(f"   {1e3 * spent / n:7.3f} ms {100 * spent / whole:5.1f}%  {label}")
    print(
        f"   a step: {predictions:.2f} predictions, {(counters.structures - before[1]) / n:.3f} new structures, "
        f"{lookups:.1f} look-ups; {sum(state.model.n_particles for state in states.values()) / walkers:.1f} particles"
    )
    print_floor(predictor, lookups, 1e3 * seconds[LOOKUPS] / n, 1e3 * whole / n)


if __name__ == "__main__":
    main()
