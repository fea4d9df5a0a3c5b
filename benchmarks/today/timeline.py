"""Best K of each release by the same search, with its p-value; and the newest winner through all releases.

python -m benchmarks.today.timeline [--releases 1.2.4 3.0.0] [--walkers 8] [--steps 80] [--universes 50] [--seed 1]
                                    [--policy default] [--regions combined] [--to FOLDER] [--storage URL]

Hours for 50 universes; what is done is kept in the storage, and the same command goes on where it stopped.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from benchmarks.common import RESULTS, machine
from benchmarks.paper.output import PAGES, Page
from benchmarks.paper.runs import FOLDER, TABLE_2024
from benchmarks.today.searches import STORAGE, archive_of, searched
from protomodels.campaign.front import pvalue
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.timeline import Timeline, timeline
from protomodels.database import open_storage
from protomodels.plots.front import plot
from protomodels.runs.front import hiscores
from protomodels.runs.hiscores import particles_of

PREFIX: Final = "smodels-"


def main() -> None:
    """Search what is missing, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", nargs="+", default=at_hand(), help="at least two, the oldest first")
    numbers = {"walkers": 8, "steps": 80, "universes": 50, "seed": 1}
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    for name, text in (("policy", "default"), ("regions", "combined"), ("combinable", TABLE_2024)):
        parser.add_argument(f"--{name}", default=text)
    parser.add_argument("--to", type=Path, default=PAGES / "today", help="folder of the page")
    parser.add_argument("--storage", default=STORAGE, help="universes of the global p-value are taken from there")
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    archives = [archive_of(release) for release in given.releases]
    options = {name: getattr(given, name) for name in ("walkers", "steps", "seed", "policy", "regions", "combinable")}
    given.to.mkdir(parents=True, exist_ok=True)
    with open_storage(given.storage, upgrade=True) as storage:
        runs = {archive: searched(storage, archive, options) for archive in archives}
        answers = {}
        for archive, judged in runs.items():
            answers[archive] = pvalue(judged, universes=given.universes, seed=given.seed + 1000, storage=storage)
            print(f"{Path(archive).name}: {answers[archive]}", flush=True)
        newest = archives[-1]
        followed = timeline(run=runs[newest], results=archives, best=1, storage=storage, as_given=True)
        best = {archive: hiscores(storage, run=found, limit=1) for archive, found in runs.items()}
        page = Page("timeline", f"python -m benchmarks.today.timeline --steps {given.steps}", given.to)
        page.say(
            f"The same search in each release: {given.walkers} x {given.steps} steps, seed {given.seed}, policy "
            f"{given.policy}, regions {given.regions}, table of 2024; {given.universes} universes each; {machine()}."
        )
        header = ["release", "best K", "its model", "universes", "p = (1 + k) / (1 + n)", "95% interval"]
        page.table(
            header, [_row(_name(a), particles_of(best[a][0].masses) if best[a] else "-", answers[a]) for a in archives]
        )
    _follow(page, followed)
    page.write()
    plot(followed, to=given.to / "timeline.svg")


def at_hand() -> list[str]:
    """Numbers of the releases in the folder of real results, the oldest first."""
    names = [path.name.removeprefix(PREFIX).removesuffix(".tar.xz") for path in RESULTS.glob(f"{PREFIX}*.tar.xz")]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def _row(name: str, model: str, answer: GlobalPValue) -> list[object]:
    interval = answer.interval()
    return [name, answer.K_observed, model, answer.n, answer.p, f"{interval.low:.3f} to {interval.high:.3f}"]


def _follow(page: Page, followed: Timeline) -> None:
    """The newest winner, release by release, with what came in between."""
    (history,) = followed
    word, why = history.verdict
    page.say(
        f"The winner of {followed.releases[-1]} in all of them: {word} ({why}). It was found there: K of that release "
        "is the best of a search, K of the others is not."
    )
    page.table(
        ["release", "K", "Z", "mu_max", "limited by", "why no K"],
        [[s.release, s.K, s.Z, s.mu_max, s.limit, s.reason] for s in history.standings],
    )
    rows = [
        [step.after, c.analysis, c.kind, c.what, c.after.as_evidence, c.after.as_limit]
        for step in history.steps
        for c in step.changes[:5]
        if c.after is not None
    ]
    page.table(["release", "analysis", "", "what", "as evidence", "as limit"], rows)


def _name(archive: str) -> str:
    return Path(archive).name.removesuffix(".tar.xz")


if __name__ == "__main__":
    main()
