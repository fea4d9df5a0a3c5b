"""Do different seeds of the default search find the same best model?

python -m benchmarks.today.seeds [--release 3.0.0] [--seeds 1 2 3 ...] [--long SEED] [--steps N] [--exchange N]
                                 [--to FOLDER] [--storage URL]

Nothing but results, regions, table and seed is given: the rest is what a user gets.  A further, five times as long run
with each seed of --long says what more time would find; --steps and --exchange try another search (and write another
page).  Ten runs take some 45 minutes on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.common import machine
from benchmarks.paper.output import PAGES, Page
from benchmarks.paper.runs import FOLDER, TABLE_2024
from benchmarks.today.searches import STORAGE, archive_of, core_minutes, searched
from protomodels.database import Storage, open_storage
from protomodels.runs.front import hiscores
from protomodels.runs.hiscores import particles_of

NEAR: Final = 0.5
"""In K: a run this close to the highest one has found the same."""
HIGHEST: Final = {"3.0.0": 21.08}
"""The highest K ever seen in a release under this policy, by any version of the search (here 9, seed 4)."""
LONG: Final = 5000
"""Steps of a long run."""


def main() -> None:
    """Search with each seed, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", default="3.0.0")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--long", type=int, nargs="*", default=[], help="seeds of long runs")
    for name in ("steps", "exchange"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--to", type=Path, default=PAGES / "today", help="folder of the page")
    parser.add_argument("--storage", default=STORAGE)
    given = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    given.to.mkdir(parents=True, exist_ok=True)
    archive = archive_of(given.release)
    rows: list[list[object]] = []
    other = {name: value for name in ("steps", "exchange") if (value := getattr(given, name)) is not None}
    with open_storage(given.storage, upgrade=True) as storage:
        for more, seeds in (({"steps": LONG}, given.long), (other, given.seeds)):
            for seed in seeds:
                rows.append(_row(storage, archive, seed, more))
                print(rows[-1], flush=True)
    heights = [float(str(row[2])) for row in rows]
    best = max(heights)
    highest = max(best, HIGHEST.get(given.release, best))
    near, nearest = (sum(K > top - NEAR for K in heights[len(given.long) :]) for top in (best, highest))
    words = "".join(f" --{name} {value}" for name, value in other.items())
    name = "-".join([f"seeds-{given.release}", *(f"{name}-{value}" for name, value in other.items())])
    page = Page(name, f"python -m benchmarks.today.seeds --release {given.release}{words}", given.to)
    page.say(
        f"Release {given.release}, policy default, combined regions, table of 2024{words}, the rest as it comes: "
        f"{near} of {len(given.seeds)} seeds within {NEAR} of the highest K of these, {best:.2f}, and {nearest} of the "
        f"highest ever seen, {highest:.2f}; {machine()}."
    )
    page.table(["seed", "steps", "K", "core minutes", "particles (GeV)"], rows)
    page.write()


def _row(storage: Storage, archive: str, seed: int, more: Mapping[str, int]) -> list[object]:
    options = {"regions": "combined", "combinable": TABLE_2024, "seed": seed, **more}
    found = searched(storage, archive, options)
    best = hiscores(storage, run=found, limit=1)[0]
    record = storage.get_run(found)
    return [seed, record.n_steps, best.K, core_minutes().get(found), particles_of(best.masses)]


if __name__ == "__main__":
    main()
