"""Where the time of a compiled walk step goes, and what the look-ups alone would cost at the speed of memory.

Usage: python -m benchmarks.step_profile [--results NAME] [--steps 300] [--regions best|combined]
Exclusive wall-clock times of the parts of a step (policy "paper", three seeds), without a profiler's overhead on the
rest.  Then: look-ups a step, facets visited a look-up, the latency of a dependent memory access in an array of the
compiled file's size and in one that stays in cache, and the product of these.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import protomodels.predictor.compiled as compiled_module
import protomodels.predictor.structures.structure as structure_module
import protomodels.scoring.scorer as scoring_module
import protomodels.walker.moves.merge as merge_module
import protomodels.walker.walk as walk_module
from benchmarks.common import RESULTS, machine
from benchmarks.walk_step import SEEDS, WARM_UP
from protomodels.combiner import combinability_for
from protomodels.kernel import kernel
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.maps.locate import _distance, locate
from protomodels.results.compiled.tables import Grids
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.walker.walk import Walk

PARTS: list[tuple[Any, str, str]] = [
    (walk_module.Walk, "_propose", "moves"),
    (walk_module.Walk, "step", "the rest of a step: state, random numbers, acceptance"),
    (merge_module, "merged", "merged copies"),
    (scoring_module, "cross_sections", "cross sections"),
    (merge_module, "cross_sections", "cross sections"),
    (compiled_module.CompiledPredictor, "_recipe", "structures: key, and building new ones"),
    (structure_module.Structure, "learn", "structures: learning new pairs of chains"),
    (compiled_module, "predict_model", "look-ups, sums of regions, clusters of limits"),
    (compiled_module.CompiledPredictor, "predict", "the rest of a prediction"),
    (scoring_module, "published_limits", "critic"),
    (scoring_module.Scorer, "candidates", "choice of candidates"),
    (scoring_module.Scorer, "pairwise", "allowed pairs"),
    (scoring_module, "best_combination", "best combination"),
    (scoring_module.Scorer, "normalised", "scaling to mu-hat = 1"),
    (scoring_module.Scorer, "evaluate_predictions", "the rest of a score"),
]

Ints = NDArray[np.int64]


class Clock:
    """Exclusive times of nested functions."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner: list[float] = []

    def wrap(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent = time.perf_counter() - start
                self.seconds[label] = self.seconds.get(label, 0.0) + spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return timed


def main() -> None:
    """Print the table and the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default=str(RESULTS / "smodels-1.2.4.tar.xz"))
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--regions", default="best")
    arguments = parser.parse_args()
    print(machine())
    results = load_results(arguments.results)
    chosen = policy("paper", arguments.regions)
    walk = Walk(Scorer(results, combinability_for(arguments.results, None), chosen))
    states = [walk.advance(walk.start(seed, 0), WARM_UP).state for seed in SEEDS]
    clock = Clock()
    for owner, name, label in PARTS:
        setattr(owner, name, clock.wrap(getattr(owner, name), label))
    before = results.counters.lookups
    start = time.perf_counter()
    for state in states:
        for _ in range(arguments.steps):
            state, _, _ = walk.step(state)
    whole = time.perf_counter() - start
    n = len(states) * arguments.steps
    lookups = (results.counters.lookups - before) / n
    print(f"{results.name}, regions {arguments.regions}: {1e3 * whole / n:.2f} ms a step (mean of {n})")
    for label, seconds in sorted(clock.seconds.items(), key=lambda item: -item[1]):
        print(f"   {1e3 * seconds / n:7.3f} ms {100 * seconds / whole:5.1f}%  {label}")
    _floor(results, lookups, 1e3 * clock.seconds["look-ups, sums of regions, clusters of limits"] / n)


def _floor(results: CompiledPredictor, lookups: float, spent_ms: float) -> None:
    grids = results._grids
    rng = np.random.default_rng(1)
    grid = rng.integers(0, len(grids.about), 2000)
    grid = grid[grids.about["dimension"][grid] > 1]
    where = np.zeros((len(grid), 8))
    for row, number in enumerate(grid):
        d = grids.about["dimension"][number]
        where[row, :d] = rng.uniform(grids.low[number, :d], grids.high[number, :d])
    facets = _facets(grids, grid, where)
    _locate_all(grids, grid, where)
    start = time.perf_counter()
    _locate_all(grids, grid, where)
    each = (time.perf_counter() - start) / len(grid)
    far, near = _latency(grids.equations.nbytes // 8), _latency(4096)
    cost_far, cost_near = (1e-6 * lookups * facets * ns for ns in (far, near))
    print(f"   {lookups:.0f} look-ups a step, {1e3 * spent_ms / lookups:.1f} us each with all that is made of them")
    print(f"   {facets:.0f} facets visited to locate a random point, {1e6 * each:.1f} us")
    print(f"   a dependent access: {far:.0f} ns in memory, {near:.1f} ns in cache")
    print(
        f"   floor of the look-ups of a step: {cost_near:.3f} ms in cache, {cost_far:.2f} ms if every access missed it"
    )


@kernel
def _facets(grids: Grids, grid: Ints, where: NDArray[np.float64]) -> float:
    """Mean number of facets that the walk over the lifted ones looks at."""
    total = 0
    for row in range(len(grid)):
        about = grids.about[grid[row]]
        d, x = about.dimension, where[row]
        lifted = 0.0
        for k in range(d):
            lifted += x[k] * x[k]
        lifted = lifted * about.scale + about.offset
        simplex, changed = 0, True
        equations = grids.equations[about.equation_start :]
        best = _distance(d, equations, x, lifted)
        while changed and best <= 0.0:
            changed = False
            for k in range(d + 1):
                neighbor = grids.neighbors[about.vertex_start + simplex * (d + 1) + k]
                if neighbor == -1:
                    continue
                total += 1
                value = _distance(d, equations[neighbor * (d + 2) :], x, lifted)
                if value > best + 1e-6 * (1.0 + abs(best)):
                    best, simplex, changed = value, neighbor, True
    return total / len(grid)


@kernel
def _locate_all(grids: Grids, grid: Ints, where: NDArray[np.float64]) -> int:
    c, found = np.empty(9), 0
    for row in range(len(grid)):
        found += locate(grids, grid[row], where[row], c) >= 0
    return found


@kernel
def _chase(following: Ints, n: int) -> int:
    place = 0
    for _ in range(n):
        place = following[place]
    return place


def _latency(size: int) -> float:
    """Nanoseconds of an access whose address depends on the one before, in an array of ``size`` numbers."""
    order = np.random.default_rng(1).permutation(size)
    following = np.empty(size, dtype=np.int64)
    following[order] = np.roll(order, -1)
    n = 2_000_000
    _chase(following, 1000)
    start = time.perf_counter()
    _chase(following, n)
    return 1e9 * (time.perf_counter() - start) / n


if __name__ == "__main__":
    main()
