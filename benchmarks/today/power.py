"""Would it be found, if it were there?  The winner of the data put into universes, and the same search in each.

python -m benchmarks.today.power [--release 3.0.0] [--walkers 8] [--steps 80] [--seed 1] [--universes 20]
                                 [--factor 1.0] [--page-only] [--to FOLDER] [--storage URL]

Injected is the best model of the run that :mod:`benchmarks.today.pvalue` judges: as it is, with half and with twice its
cross sections, and with all multipliers 1 (also of pairs that it does not produce).  What "found again" means is in
:mod:`benchmarks.today.found_again`.  Power is the share of universes whose best K is above the 95% quantile of the
universes without new physics, those of the global p-value with the same factor: finish these first.  Whatever stops the
script, the same command goes on; --page-only writes the page from the universes that are finished.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.common import machine, spread
from benchmarks.paper.output import Page
from benchmarks.paper.runs import FOLDER
from benchmarks.today.found_again import ALIKE, Injected
from benchmarks.today.pvalue import add_search, answers_of, search_of
from benchmarks.today.searches import archive_of, completed
from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import Closure, ClosureConfig
from protomodels.campaign.closure_result import ClosureResult, mass_spreads, partners
from protomodels.campaign.same_search import check_goes_on, check_same_search
from protomodels.database import RunState, Storage, open_storage
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.predictor import Predictor, load_results
from protomodels.runs import Execution, RunConfig
from protomodels.runs.front import hiscores
from protomodels.runs.hiscores import particles_of
from protomodels.runs.run import scorer_of
from protomodels.scoring.ablation import ablate
from protomodels.statistics.intervals import clopper_pearson

FIRST: Final = 5001
"""Seed of the first universe: others than those without a signal."""
CRITICAL: Final = 0.95
"""Quantile of the universes without new physics."""
STRENGTHS: Final = (1.0, 0.5, 2.0)
COUPLED: Final = "all multipliers 1"


@dataclass(frozen=True)
class Test:
    """One way to inject the winner, with the searches for it."""

    name: str
    campaign: ClosureCampaign

    @property
    def found(self) -> list[ClosureResult]:
        """What the finished searches found."""
        return list(self.campaign.answer().results)


def main() -> None:
    """Search what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_search(parser)
    parser.add_argument("--seed", type=int, default=1, help="of the run on the data that is judged")
    parser.add_argument("--universes", type=int, default=20)
    parser.add_argument("--factor", type=float, default=1.0, help="on the widths that are drawn")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    archive = archive_of(given.release)
    with open_storage(given.storage, upgrade=True) as storage:
        judged = completed(storage, archive, search_of(given, given.seed))
        if judged is None:
            parser.error(f"the run of seed {given.seed} is not finished: python -m benchmarks.today.pvalue makes it")
        predictor = load_results(archive)
        winner = winner_of(storage, judged)
        tests = tests_of(storage, judged, winner, predictor, given.universes, given.factor)
        if not given.page_only:
            check_goes_on(storage.get_run(judged))
            walk(storage, judged, tests, given.universes)
        injected = _injected(storage, judged, winner, predictor)
        _write(storage, given, judged, injected, tests)


def winner_of(storage: Storage, run: str) -> ProtoModel:
    """The best model of a run."""
    best = storage.protomodel(hiscores(storage, run=run, limit=1)[0].id)
    return model_from_dict(json.loads(best.model_json))


def tests_of(
    storage: Storage, judged: str, winner: ProtoModel, predictor: Predictor, universes: int, factor: float
) -> list[Test]:
    """The campaigns, with the search of the judged run; begun, or those that are stored."""
    base = RunConfig.from_json(storage.get_run(judged).config_json)
    asked = [(f"cross sections times {strength:g}", winner, strength) for strength in STRENGTHS]
    asked.append((COUPLED, replace(winner, ssm={}), 1.0))
    tests = []
    for name, model, strength in asked:
        signal = json.dumps(model.as_dict(), sort_keys=True)
        config = ClosureConfig.of_search(
            base, Closure.PHYSICS, signal, runs=universes, seed=FIRST, fudge=factor, strength=strength
        )
        tests.append(Test(name, ClosureCampaign.create(storage, config, predictor)))
    return tests


def walk(storage: Storage, judged: str, tests: list[Test], universes: int) -> None:
    """Search the universes that are missing, with a line for each; all are searched as the data were, or refused."""
    for position in range(universes):
        for test in tests:
            ensemble = test.campaign.ensemble
            before, member = ensemble.record(position), ensemble.members[position]
            found = ensemble.walk(position, Execution("process"))
            check_same_search(storage.get_run(judged), found, member.seed, member.universe)
            if before is None or before.state is not RunState.COMPLETED:
                print(f"{test.name}, universe {position + 1} of {universes}: K {found.best_K}", flush=True)


def _injected(
    storage: Storage, judged: str, winner: ProtoModel, predictor: Predictor
) -> tuple[Injected, dict[int, float | None]]:
    """What has to be found, and K of the data without each particle."""
    config = RunConfig.from_json(storage.get_run(judged).config_json)
    rests = ablate(scorer_of(storage, judged, config, predictor).evaluate(winner))
    assert rests is not None
    return Injected.of(winner.masses, rests), rests.without_particle


def _write(
    storage: Storage,
    given: argparse.Namespace,
    judged: str,
    known: tuple[Injected, dict[int, float | None]],
    tests: list[Test],
) -> None:
    injected, without = known
    null = answers_of(storage, judged).get(given.factor)
    critical = None if null is None else float(np.quantile(null.K_fake, CRITICAL, method="inverted_cdf"))
    command = (
        f"python -m benchmarks.today.power --release {given.release} --walkers {given.walkers} --steps {given.steps}"
    )
    page = Page(f"power-{given.release}", command, given.to)
    page.say(
        f"Release {given.release}, policy default, combined regions, table of 2024; {given.walkers} x {given.steps} "
        f"steps in each universe, as for the p-value, factor {given.factor:g}; {machine()}."
    )
    page.say(f"Injected: the best model of seed {given.seed}, {particles_of(injected.masses)} GeV.")
    if null is not None:
        page.say(f"Above {critical:.3f} is K of 5% of the {null.n} universes without new physics.")
    header = ["injected", "universes", "K", "above it", "95% interval", "content found", "found again", "95% interval"]
    page.table(header, [_row(test, injected, critical) for test in tests])
    page.say(
        "Content: each particle that contributes has one of its kind. Found again: also the masses that count lie "
        "within 20% or 30 GeV. A particle contributes where K of the data falls by 1 or more without it; its mass "
        "counts where less than half of K is left, and for X_Z1."
    )
    page.table(["particle", "GeV", "K of the data without it", ""], _roles(injected, without))
    page.say("Masses of what stands for the injected particles, whether found again or not:")
    header = ["injected", "particle", "there in", "off by, GeV", "spread, GeV"]
    page.table(header, [row for test in tests for row in _masses(test, injected)])
    page.write()


def _row(test: Test, injected: Injected, critical: float | None) -> list[object]:
    found = test.found
    n, K = len(found), [f.K for f in found if f.K is not None]
    content = sum(injected.has_content(f.masses) for f in found)
    again = sum(injected.is_found(f.masses) for f in found)
    above = None if critical is None else sum(value > critical for value in K)
    power = [None, None] if above is None else [f"{above} of {n}", _interval(above, n)]
    return [test.name, n, spread(K) if K else None, *power, f"{content} of {n}", f"{again} of {n}", _interval(again, n)]


def _interval(k: int, n: int) -> str:
    found = clopper_pearson(k, n)
    return f"{found.low:.2f} to {found.high:.2f}"


def _roles(injected: Injected, without: dict[int, float | None]) -> list[list[object]]:
    left = {pid: "nothing left" if K is None else f"{K:.3f}" for pid, K in without.items()}
    return [[PARTICLES[p].name, f"{m:.0f}", left.get(p), injected.role(p)] for p, m in injected.masses.items()]


def _masses(test: Test, injected: Injected) -> list[list[object]]:
    found = [replace(f, partner=partners(injected.masses, f.masses, ALIKE)) for f in test.found]
    spreads = mass_spreads(injected.masses, found)
    n = len(found)
    return [
        [
            test.name,
            PARTICLES[s.pid].name,
            f"{s.n} of {n}",
            f"{s.bias:+.0f}" if s.n else None,
            f"{s.spread:.0f}" if s.n > 1 else None,
        ]
        for s in spreads
    ]


if __name__ == "__main__":
    main()
