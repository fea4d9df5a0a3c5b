"""The global p-value of today's data: how often does the same search find as high a K without new physics?

python -m benchmarks.today.pvalue [--release 3.0.0] [--walkers 8] [--steps 80] [--seeds 1 2 3] [--universes 200]
                                  [--factors 1.0 0.65] [--page-only] [--to FOLDER] [--storage URL]

Policy default, combined regions, table of 2024.  The run of the first seed is judged, whatever the others find.  Each
universe is drawn with every factor before the next one begins.  Whatever stops the script, the same command goes on;
--page-only writes the page from the universes that are finished.  More universes later: --universes 500 keeps the 200.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.common import machine, spread
from benchmarks.paper.output import PAGES, Page
from benchmarks.paper.runs import FOLDER, TABLE_2024
from benchmarks.today.searches import STORAGE, archive_of, completed, searched
from benchmarks.universes.campaigns import seconds
from protomodels.campaign.global_p_value import GlobalPValue, tail_words
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.campaign.side_by_side import PValues, pvalues_of
from protomodels.database import RunState, Storage, open_storage
from protomodels.plots.front import plot
from protomodels.predictor import load_results
from protomodels.runs import Execution
from protomodels.runs.config import stored_versions
from protomodels.runs.front import hiscores
from protomodels.runs.hiscores import particles_of

FIRST: Final = 1001
"""Seed of the first universe: none of the runs on the data has it."""
LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)


def main() -> None:
    """Search what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_search(parser)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of runs on the data; one is judged")
    parser.add_argument("--universes", type=int, default=200)
    parser.add_argument("--factors", type=float, nargs="+", default=[1.0, 0.65], help="on the widths that are drawn")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    archive = archive_of(given.release)
    with open_storage(given.storage, upgrade=True) as storage:
        if not given.page_only:
            runs = [searched(storage, archive, search_of(given, seed)) for seed in given.seeds]
            walk(storage, archive, runs[0], given.universes, given.factors)
        found = {seed: completed(storage, archive, search_of(given, seed)) for seed in given.seeds}
        if found[given.seeds[0]] is None:
            parser.error(f"the run that is judged, of seed {given.seeds[0]}, is not finished")
        _write(storage, given, {seed: run for seed, run in found.items() if run is not None})


def add_search(parser: argparse.ArgumentParser) -> None:
    """The options that say which search judges, and where it is kept."""
    parser.add_argument("--release", default="3.0.0")
    for name, number in (("walkers", 8), ("steps", 80)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--page-only", action="store_true", help="search nothing: the page from what is finished")
    parser.add_argument("--to", type=Path, default=PAGES / "today", help="folder of the page")
    parser.add_argument("--storage", default=STORAGE)


def search_of(given: argparse.Namespace, seed: int) -> dict[str, Any]:
    """The settings of a run on the data."""
    table = None if given.release == "demo" else TABLE_2024
    return {
        "walkers": given.walkers,
        "steps": given.steps,
        "seed": seed,
        "regions": "combined",
        "combinable": table,
    }


def walk(storage: Storage, archive: str, judged: str, universes: int, factors: Sequence[float]) -> None:
    """Search the universes that are missing, with a line for each."""
    predictor = load_results(archive)
    asked = [PValueConfig.of_run(storage, judged, universes=universes, seed=FIRST, fudge=factor) for factor in factors]
    campaigns = [PValueCampaign.create(storage, config, predictor) for config in asked]
    for position in range(universes):
        for campaign in campaigns:
            before = campaign.ensemble.record(position)
            found = campaign.ensemble.walk(position, Execution("process"))
            if before is None or before.state is not RunState.COMPLETED:
                at = f"factor {campaign.config.fudge:g}, universe {position + 1} of {universes}"
                print(f"{at}: K {found.best_K}; {campaign.answer()}", flush=True)


def answers_of(storage: Storage, judged: str) -> dict[float, GlobalPValue]:
    """By factor, the global p-value of a run with most universes finished; without those that have none."""
    found: dict[float, GlobalPValue] = {}
    if storage.list_campaigns(None, judged_run=judged):
        for answer in sorted(pvalues_of(storage, judged).answers, key=lambda answer: answer.n):
            if answer.n:
                found[answer.fudge] = answer
    return found


def _write(storage: Storage, given: argparse.Namespace, runs: dict[int, str]) -> None:
    judged = runs[given.seeds[0]]
    found = answers_of(storage, judged)
    answers = {factor: found[factor] for factor in given.factors if factor in found}
    name = f"pvalue-{given.release}"
    command = (
        f"python -m benchmarks.today.pvalue --release {given.release} --walkers {given.walkers} --steps {given.steps}"
    )
    page = Page(name, command, given.to)
    page.say(
        f"Release {given.release}, policy default, combined regions, table of 2024. Data and universes are searched "
        f"alike: {given.walkers} x {given.steps} steps, search version "
        f"{stored_versions(storage.get_run(judged))['search']}. {machine()}."
    )
    page.say(
        f"Runs on the data. The one of seed {given.seeds[0]} is judged; the others say what chance of a seed does."
    )
    header = ["seed", "K", *(f"universes that reach it, factor {factor:g}" for factor in answers), "particles (GeV)"]
    page.table(header, [_of_data(storage, seed, run, answers) for seed, run in runs.items()])
    header = ["factor", "universes", "reach K", "p = (1 + k) / (1 + n)", "Z", "95% interval of k / n"]
    page.table([*header, "p by density", "p by a tail fit"], [_of_factor(a) for a in answers.values()])
    for factor, answer in answers.items():
        page.say(f"Factor {factor:g}: {tail_words(answer.tail)}.")
    page.say("Best K in universes:")
    levels = [f"{level:.0%}" for level in LEVELS]
    page.table(["factor", "no model is seen in", *levels], [_levels(a) for a in answers.values()])
    for factor, answer in answers.items():
        values = sorted(K for K in answer.K_fake if math.isfinite(K))
        page.say(f"Factor {factor:g}: " + ", ".join(f"{K:.2f}" for K in values) + ".")
    walls = [s for a in answers.values() for s in _seconds(storage, a)]
    if walls:
        page.say(f"Wall time of a universe on all cores, with other work beside it: {spread(walls)} s.")
    if answers:
        page.say(f"![K of the data and of universes]({name}.svg)")
        given.to.mkdir(parents=True, exist_ok=True)
        plot(PValues(judged, tuple(answers.values())), to=given.to / f"{name}.svg")
    page.write()


def _of_data(storage: Storage, seed: int, run: str, answers: dict[float, GlobalPValue]) -> list[object]:
    best = hiscores(storage, run=run, limit=1)
    if not best:
        return [seed, None, *("-" for _ in answers), "no model is seen"]
    reach = [f"{sum(K >= best[0].K for K in answer.K_fake)} of {answer.n}" for answer in answers.values()]
    return [seed, best[0].K, *reach, particles_of(best[0].masses)]


def _of_factor(answer: GlobalPValue) -> list[object]:
    interval, tail = answer.interval(), answer.tail
    ends = f"{interval.low:.2g} to {interval.high:.2g}"
    density = None if answer.p_density is None else f"{answer.p_density:.2g}"
    fitted = None
    if tail.p is not None and tail.interval is not None:
        fitted = f"{'<= ' if tail.at_most else ''}{tail.p:.2g} ({tail.interval.low:.2g} to {tail.interval.high:.2g})"
    found = f"{answer.n} of {answer.wanted}"
    return [
        f"{answer.fudge:g}",
        found,
        answer.reaching,
        f"{answer.p:.2g}",
        f"{answer.significance:.2f}",
        ends,
        density,
        fitted,
    ]


def _levels(answer: GlobalPValue) -> list[object]:
    K = np.array(answer.K_fake)
    values = np.quantile(K, LEVELS, method="inverted_cdf")  # no mean with -inf
    return [f"{answer.fudge:g}", int(np.isneginf(K).sum()), *(f"{value:.2f}" for value in values)]


def _seconds(storage: Storage, answer: GlobalPValue) -> list[float]:
    members = storage.campaign_runs(answer.campaign).values()
    done = [member.run for member in members if member.run.state is RunState.COMPLETED]
    return [found for run in done if (found := seconds(storage, run)) is not None]


if __name__ == "__main__":
    main()
