"""The best model of today's data: what it is, what it stands on, and what it could be.

python -m benchmarks.today.winner [--release 3.0.0] [--seeds 1 2 3 ...] [--to FOLDER] [--storage URL]

Of the finished runs that :mod:`benchmarks.today.seeds` makes, with the verdict and error bars that were stored then.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.common import machine
from benchmarks.paper.output import PAGES, Page, spectrum
from benchmarks.paper.runs import TABLE_2024
from benchmarks.today.searches import STORAGE, archive_of, completed
from protomodels.channels import channel_label
from protomodels.cli.score.show import partners_of, stored_judgement
from protomodels.database import ProtomodelRecord, Storage, open_storage
from protomodels.files import model_from_dict
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES
from protomodels.runs.front import hiscores
from protomodels.scoring.judgement import judgement_report
from protomodels.scoring.report import report
from protomodels.tables import Report


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", default="3.0.0")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(1, 11)))
    parser.add_argument("--to", type=Path, default=PAGES / "today", help="folder of the page")
    parser.add_argument("--storage", default=STORAGE)
    given = parser.parse_args()
    with open_storage(given.storage, upgrade=True) as storage:
        best = _best(storage, archive_of(given.release), given.seeds)
        if best is None:
            parser.error("no run is finished: python -m benchmarks.today.seeds makes them")
        seed, record = best
    model = model_from_dict(json.loads(record.model_json))
    page = Page(f"winner-{given.release}", f"python -m benchmarks.today.winner --release {given.release}", given.to)
    page.say(
        f"The best model of release {given.release}, policy default, combined regions, table of 2024: "
        f"{spectrum(model)} GeV, found with seed {seed}; {machine()}."
    )
    page.table(["particle", "GeV", "decays", "multipliers of its pairs"], _particles(model))
    values = {name: getattr(record, name) for name in ("K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm")}
    _show(page, report(values, [asdict(c) for c in record.contributions], [asdict(limit) for limit in record.limits]))
    judged = stored_judgement(record)
    if judged is not None:
        _show(page, judgement_report(judged))
    _show(page, partners_of(record))
    page.write()


def _best(storage: Storage, archive: str, seeds: list[int]) -> tuple[int, ProtomodelRecord] | None:
    """Of all finished runs: seed, and model."""
    table = None if archive == "demo" else TABLE_2024
    found = []
    for seed in seeds:
        run = completed(storage, archive, {"regions": "combined", "combinable": table, "seed": seed})
        if run is not None:
            found += [(hiscore.K, seed, hiscore.id) for hiscore in hiscores(storage, run=run, limit=1)]
    if not found:
        return None
    _, seed, number = max(found)
    return seed, storage.protomodel(number)


def _particles(model: ProtoModel) -> list[list[object]]:
    rows: list[list[object]] = []
    for pid, mass in model.masses.items():
        decays = [f"{channel_label(channel)} {share:.0%}" for channel, share in model.decays.get(pid, {}).items()]
        made = [f"{_pair(pair)} {k:.2f}" for pair, k in model.ssm.items() if k > 0.0 and pid in map(abs, pair)]
        rows.append([PARTICLES[pid].name, f"{mass:.0f}", ", ".join(decays) or None, ", ".join(made) or None])
    return rows


def _pair(pair: Pair) -> str:
    return " ".join(PARTICLES[abs(pid)].name for pid in pair)


def _show(page: Page, found: Report) -> None:
    """A report as Markdown."""
    page.say(f"**{found.title}**")
    for name, value in found.summary:
        page.say(f"- {name}: {value}")
    for table in found.tables:
        page.say(f"*{table.title}*")
        page.table(table.columns, table.rows)
    for note in found.notes:
        page.say(f"- {note}")


if __name__ == "__main__":
    main()
