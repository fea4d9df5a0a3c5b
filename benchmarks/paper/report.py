"""What runs of one kind found, beside the published ten: winners, moves, where walkers get stuck, seconds.

python -m benchmarks.paper.report [KIND] [--runs 10] [--walkers 50] [--steps 1000]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import REFERENCE, machine, spread
from benchmarks.paper.output import Page, spectrum, strengths
from benchmarks.paper.runs import KINDS, add_arguments, config_of, finished, seconds_of, storage_url
from protomodels.database import HiscoreQuery, ProtomodelRecord, StepRecord, Storage, open_storage
from protomodels.files import model_from_dict
from protomodels.predictor import load_results

PUBLISHED_CORE_HOURS = "600-1,200"
REACHED = 6.0
STUCK_STEPS = 500


@dataclass(frozen=True)
class Walked:
    """One run: its best proto-model, and the steps of each walker."""

    run: str
    best: ProtomodelRecord
    steps: list[list[StepRecord]]

    def highest(self) -> NDArray[np.float64]:
        """Best K of each walker up to each step, shape (walkers, steps); -inf before the first."""
        K = [[-np.inf if s.K is None else s.K for s in walker] for walker in self.steps]
        return np.maximum.accumulate(np.array(K), axis=1)


def read(storage: Storage, run: str) -> Walked:
    """A completed run."""
    best = storage.protomodel(storage.hiscores(HiscoreQuery(run=run), limit=1)[0].id)
    return Walked(run, best, [storage.steps(run, walker) for walker in range(storage.get_run(run).n_walkers)])


def first_step(highest: NDArray[np.float64], wanted: float) -> int | None:
    """The first step at which any walker has this K; None where none has."""
    reached = np.flatnonzero(highest.max(axis=0) >= wanted)
    return int(reached[0]) + 1 if len(reached) else None


def main() -> None:
    """Print and write the page of one kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS, nargs="?", default="paper")
    add_arguments(parser)
    given = parser.parse_args()
    kind = KINDS[given.kind]
    page = Page(f"runs-{given.kind}", "python -m benchmarks.paper.report " + " ".join(sys.argv[1:]))
    predictor = load_results(kind.results)
    seeds = range(1, given.runs + 1)
    with open_storage(storage_url(), upgrade=True) as storage:
        configs = [config_of(kind, seed, given.walkers, given.steps) for seed in seeds]
        runs = [read(storage, finished(storage, predictor, config)) for config in configs]
    page.say(
        f"{given.runs} runs of {given.walkers} x {given.steps} on {predictor.name}, policy {kind.policy}, regions "
        f"{kind.regions}, search {kind.search}; {machine()}."
    )
    _winners(page, runs, published=given.kind in ("paper", "refined"))
    _moves(page, runs)
    _stuck(page, runs)
    _seconds(page, runs)
    page.write()


def _winners(page: Page, runs: list[Walked], published: bool) -> None:
    rows = []
    for number, run in enumerate(runs, start=1):
        model, highest = model_from_dict(json.loads(run.best.model_json)), run.highest()
        first, walkers = first_step(highest, REACHED), int((highest[:, -1] >= REACHED).sum())
        rows.append([number, run.best.K, run.best.Z, spectrum(model), strengths(model), first, walkers])
    page.table(
        ["run", "K", "Z", "particles, GeV", "kappa of own pairs", "steps to K = 6", "walkers above 6"],
        rows,
    )
    ours = [run.best.K for run in runs]
    line = f"Best K: {spread(ours)}, mean {statistics.mean(ours):.3f}."
    if published:
        theirs = json.loads((REFERENCE / "published_runs.json").read_text())
        Ks = [float(K) for K in theirs["best_K"]["real"].values()]
        line += (
            f" Published: {spread(Ks)}, mean {statistics.mean(Ks):.3f}. Below 6.5: {sum(K < 6.5 for K in ours)} here."
        )
        page.say(line)
        page.table(
            ["published run", "K", "Z", "particles, GeV", "kappa of own pairs"],
            (
                [number, found[0]["K"], found[0]["Z"], spectrum(model), strengths(model)]
                for number, found in theirs["real"].items()
                for model in [model_from_dict(found[0])]
            ),
        )
    else:
        page.say(line)


def _moves(page: Page, runs: list[Walked]) -> None:
    """A step may make several moves: it counts for each of them."""
    proposed, accepted = Counter[str](), Counter[str]()
    for run in runs:
        for walker in run.steps:
            for step in walker:
                for name in step.move.split("+"):
                    proposed[name] += 1
                    accepted[name] += step.accepted
    total = sum(len(walker) for run in runs for walker in run.steps)
    page.say("Moves of a step, and how many of such steps were accepted:")
    page.table(
        ["move", "in steps", "accepted"],
        ([name, f"{n / total:.1%}", f"{accepted[name] / n:.1%}"] for name, n in proposed.most_common()),
    )


def _stuck(page: Page, runs: list[Walked]) -> None:
    highest = np.concatenate([run.highest() for run in runs])
    final = highest[:, -1]
    last_new = highest.shape[1] - (highest == final[:, None]).sum(axis=1)
    page.say(
        f"Best K of single walkers: {spread(final.tolist())}. Last step with a new best: {spread(last_new.tolist())}."
    )
    if highest.shape[1] > STUCK_STEPS:
        stuck = (last_new < highest.shape[1] - STUCK_STEPS).mean()
        page.say(f"{stuck:.0%} of the walkers found nothing better in their last {STUCK_STEPS} steps.")
    low = [run.steps[i][-1] for run in runs for i in np.flatnonzero(run.highest()[:, -1] < REACHED).tolist()]
    sizes = ", ".join(f"{n} with {size} particles" for size, n in sorted(Counter(s.n_particles for s in low).items()))
    page.say(f"{len(low)} of {len(final)} walkers stay below {REACHED:g}" + (f"; they end {sizes}." if low else "."))


def _seconds(page: Page, runs: list[Walked]) -> None:
    known = [found for run in runs if (found := seconds_of(run.run)) is not None]
    if not known:
        page.say("No run was walked in one go: its seconds are not known.")
        return
    wall, core = [k["wall_s"] for k in known], [k["core_s"] for k in known]
    page.say(
        f"Wall time of a run on this machine ({len(known)} runs): {spread(wall)} s. Core hours of a run: "
        f"{spread([s / 3600 for s in core])}; published: {PUBLISHED_CORE_HOURS}."
    )


if __name__ == "__main__":
    main()
