"""A walk step through the compiled results and through SModelS, from the same states.

    python -m benchmarks.speed.walk_step [--uses default paper] [--steps 200] [--every 10] [--no-oracle]

One process, one core: the steps that follow on 200 steps of a run of eight walkers.  For the comparison every n-th step
is taken a second time from the same state through SModelS, with single regions: K has to agree, and the ratio of the
times is theirs in the same minute.  Then: batches of models, and loading.
"""

from __future__ import annotations

import argparse
import statistics
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.common import machine, spread
from benchmarks.speed.uses import USES, Use, late_states
from protomodels.model import ProtoModel
from protomodels.predictor.loading import load_compiled, load_oracle
from protomodels.predictor.protocol import Predictor
from protomodels.results.store import open_results
from protomodels.walker.walk import Walk

WALKERS = 8
BEFORE = 200


def main() -> None:
    """Print the figures of each use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uses", nargs="+", default=["default", "paper"], choices=USES)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--no-oracle", action="store_true", help="leave SModelS out")
    given = parser.parse_args()
    print(machine())
    for name in given.uses:
        use = USES[name]
        oracle = None if given.no_oracle else load_oracle(use.results)
        print(f"{name} use: {use.results}, policy {use.policy}, regions {use.regions}")
        models = _steps(use, None, given.steps, given.every)
        if oracle is not None:
            print(f"{name} use beside SModelS, single regions")
            _steps(replace(use, regions="best"), oracle, given.steps, given.every)
        _batches(use, models)
        _loading(use)


def _steps(use: Use, oracle: Predictor | None, n_steps: int, every: int) -> list[ProtoModel]:
    predictor = use.predictor()
    walk = use.walk(predictor)
    slow = None if oracle is None else Walk(replace(walk.scorer, predictor=oracle))
    ours, theirs, same = [], [], []
    ratios, differences, models = [], [], []
    states = late_states(walk, 1, WALKERS, BEFORE, use.exchange)
    counts = predictor.counters
    before = (counts.predictions, counts.structures, counts.lookups)
    for state in states.values():
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
        print(f"   seconds a step, SModelS: {spread(theirs)}, mean {statistics.mean(theirs):.3g} ({len(theirs)} steps)")
        whole = sum(theirs) / len(theirs) * len(ours) / sum(ours)
        print(f"   ratio of the same step: {spread(ratios)}; of the means {whole:.0f}")
        print(f"   same outcome in {sum(same)} of {len(same)}; |dK| {spread(differences)}")
    predictions = counts.predictions - before[0]
    print(
        f"   {predictions} predictions, {(counts.structures - before[1]) / predictions:.1%} with a new structure, "
        f"{(counts.lookups - before[2]) / predictions:.0f} look-ups each"
    )
    return models


def _batches(use: Use, models: list[ProtoModel]) -> None:
    """Predictions of many models in one call: those of a walk, and one structure with other masses each."""
    fresh = use.predictor()
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


def _loading(use: Use) -> None:
    info = open_results(use.results)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        load_compiled(Path(info.file))
        seconds.append(time.perf_counter() - start)
    print(f"   loading ({info.bytes / 1e6:.0f} MB, checksums compared): seconds {spread(seconds)}")


if __name__ == "__main__":
    main()
