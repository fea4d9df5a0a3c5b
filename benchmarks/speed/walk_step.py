"""A full walk step (move, predict, combine, critic, accept) through the compiled results and through SModelS, together.

Usage: python -m benchmarks.walk_step [--results NAME ...] [--steps 300] [--every 10] [--no-oracle]
Walks of three seeds with policy "paper", one process, one core.  Every n-th step is taken a second time from the same
state through SModelS: K has to agree, and the ratio of the times is theirs in the same minute.  Then: the same walks
with combined regions (where a database has correlations), batches of models, memory of further walkers, loading.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from pathlib import Path

from benchmarks.common import RESULTS, machine, spread
from protomodels.combiner import combinability_for
from protomodels.model import ProtoModel
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.loading import load_compiled, load_oracle
from protomodels.predictor.protocol import Predictor
from protomodels.results.store import open_results
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.walker.walk import Walk

WARM_UP = 20
SEEDS = (1, 2, 3)
WALKERS = 20


def main() -> None:
    """Print the figures of each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [str(path) for path in sorted(RESULTS.glob("*.tar.xz"))]
    parser.add_argument("--results", nargs="+", default=names)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--no-oracle", action="store_true", help="leave SModelS out")
    arguments = parser.parse_args()
    print(machine())
    for name in arguments.results:
        oracle = None if arguments.no_oracle else load_oracle(name)
        compiled = load_results(name)
        print(f"{compiled.name}, single regions")
        models = _steps(name, compiled, oracle, arguments.steps, arguments.every)
        if compiled.catalog.combined:
            print(f"{compiled.name}, combined regions ({len(compiled.catalog.combined)} sets)")
            _steps(name, compiled, None, arguments.steps, arguments.every, "combined")
        _batches(name, models)
        _memory(name, compiled)
        _loading(name)


def _walk(name: str, predictor: Predictor, regions: str = "best") -> Walk:
    return Walk(Scorer(predictor, combinability_for(name, None), policy("paper", regions)))


def _steps(
    name: str,
    compiled: CompiledPredictor,
    oracle: Predictor | None,
    n_steps: int,
    every: int,
    regions: str = "best",
) -> list[ProtoModel]:
    walk = _walk(name, compiled, regions)
    slow = _walk(name, oracle) if oracle is not None else None
    ours, theirs, same = [], [], []
    ratios, differences, models = [], [], []
    before = (compiled.counters.predictions, compiled.counters.structures, compiled.counters.lookups)
    for seed in SEEDS:
        state = walk.advance(walk.start(seed, 0), WARM_UP).state
        if slow is not None:
            slow.step(state)  # SModelS touches its maps for the first time
        for number in range(n_steps):
            previous = state
            start = time.perf_counter()
            state, step = walk.step(previous)
            seconds = time.perf_counter() - start
            ours.append(seconds)
            models.append(state.model)
            if slow is not None and number % every == 0:
                start = time.perf_counter()
                _, other = slow.step(previous)
                theirs.append(time.perf_counter() - start)
                ratios.append(theirs[-1] / seconds)
                pairs = ((r.move, r.accepted, r.n_particles) for r in (step, other))
                same.append(len(set(pairs)) == 1)
                differences.append(abs((step.K or 0.0) - (other.K or 0.0)))
    print(f"   seconds a step, compiled: {spread(ours)}, mean {statistics.mean(ours):.3g} ({len(ours)} steps)")
    if slow is not None:
        print(
            f"   seconds a step, SModelS:  {spread(theirs)}, mean {statistics.mean(theirs):.3g} ({len(theirs)} steps)"
        )
        whole = sum(theirs) / len(theirs) * len(ours) / sum(ours)
        print(f"   ratio of the same step:   {spread(ratios)}; of the means {whole:.0f}")
        print(f"   same outcome in {sum(same)} of {len(same)}; |dK| {spread(differences)}")
    counts = compiled.counters
    predictions = counts.predictions - before[0]
    print(
        f"   {predictions} predictions, {(counts.structures - before[1]) / predictions:.1%} with a new structure, "
        f"{(counts.lookups - before[2]) / predictions:.0f} look-ups each"
    )
    return models


def _batches(name: str, models: list[ProtoModel]) -> None:
    """Predictions of many models in one call: those of a walk, and one structure with other masses each."""
    fresh = load_results(name)
    fresh.predict_many(models[:5])
    for title, batch in (("those of the walks", models), ("one structure", _shifted(models[-1], 300))):
        seconds = []
        for first in range(0, len(batch), 50):
            part = batch[first : first + 50]
            start = time.perf_counter()
            fresh.predict_many(part)
            seconds.append((time.perf_counter() - start) / len(part))
        print(f"   batches of 50 models, {title}: seconds a model {spread(seconds)}")


def _shifted(model: ProtoModel, n: int) -> list[ProtoModel]:
    return [ProtoModel({p: m + 0.01 * i for p, m in model.masses.items()}, model.decays, model.ssm) for i in range(n)]


def _memory(name: str, predictor: CompiledPredictor) -> None:
    """Private memory of this process with more and more walkers in it."""
    walk = _walk(name, predictor)
    states = [walk.advance(walk.start(7, 0), 50).state]
    gc.collect()
    first = _private_bytes()
    states += [walk.advance(walk.start(7, walker), 50).state for walker in range(1, WALKERS + 1)]
    gc.collect()
    print(f"   memory of one more walker: {(_private_bytes() - first) / WALKERS / 2**20:.2f} MiB (mean of {WALKERS})")


def _private_bytes() -> int:
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(1024 * int(line.split()[1]) for line in lines if line.startswith("Private_"))


def _loading(name: str) -> None:
    info = open_results(name)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        load_compiled(Path(info.file))
        seconds.append(time.perf_counter() - start)
    print(f"   loading ({info.bytes / 1e6:.0f} MB, checksums compared): seconds {spread(seconds)}")


if __name__ == "__main__":
    main()
