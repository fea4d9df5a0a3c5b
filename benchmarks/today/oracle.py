"""Does an independent calculation agree on K of the winners?

python -m benchmarks.today.oracle [--release 3.0.0] [--storage URL] [--models FILE ...] [--to FOLDER]

The winners are the best hiscores of all runs of a storage on this release; or models from files, with policy default,
combined regions and the table of 2024.  Signals come from SModelS 3.1.1, likelihoods and prior from
benchmarks.independent, for the members and the mu-hat that the program found.  Exits with 1 where single regions and
limits differ by more than 0.001 in K.  SModelS needs two minutes to load a release, and seconds for a model.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.common import machine
from benchmarks.independent.combinations import penalty, strength
from benchmarks.independent.members import Member, Oracle
from benchmarks.paper.output import PAGES, Page
from benchmarks.paper.runs import TABLE_2024
from benchmarks.today.searches import STORAGE, archive_of
from protomodels.database import open_storage
from protomodels.files import model_from_dict
from protomodels.predictor import load_results
from protomodels.runs.config import RunConfig
from protomodels.runs.front import hiscores
from protomodels.runs.hiscores import particles_of
from protomodels.runs.run import scorer_of
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.front import make_scorer, read

AGREES: Final = 1e-3
"""In K."""
VISIBLE: Final = 1e-3
"""fb; weaker productions have no multiplier that counts."""


@dataclass(frozen=True)
class Winner:
    """A model, as the program scores it and as the oracle does.

    Attributes
    ----------
    penalty: what the prior takes from K, written again.
    """

    name: str
    evaluation: Evaluation
    members: list[Member]
    penalty: float

    def singles(self) -> tuple[float, float]:
        """K without sets of regions, ours and the oracle's."""
        alone = [member for member in self.members if not member.is_set]
        ours = 2.0 * sum(member.entry.llr for member in alone) - self.evaluation.parsimony.penalty
        return ours, 2.0 * sum(member.llr for member in alone) - self.penalty

    def K(self) -> float:  # noqa: N802 - the field's letter
        """The oracle's K, with sets."""
        return 2.0 * sum(member.llr for member in self.members) - self.penalty

    def agrees(self) -> bool:
        """Are single regions and limits the same?"""
        ours, theirs = self.singles()
        return abs(ours - theirs) <= AGREES

    def explained(self) -> bool:
        """Is all that sets of regions differ by explained?"""
        return all(member.explained for member in self.members)


def main() -> None:
    """Compare, write the page, and say by the exit status whether all agree."""
    given = asked(__doc__)
    archive, scored = models_of(given)
    oracle = Oracle(archive)
    winners = []
    for name, evaluation in scored:
        if evaluation.score is None:
            print(f"{name}: {evaluation.reason}", flush=True)
            continue
        winners.append(Winner(name, evaluation, oracle.members(evaluation), prior(evaluation)))
        print(name, evaluation.K, winners[-1].K(), flush=True)
    page = Page(f"oracle-{given.release}", f"python -m benchmarks.today.oracle --release {given.release}", given.to)
    report(page, given.release, winners)
    page.write()
    sys.exit(0 if winners and all(winner.agrees() for winner in winners) else 1)


def asked(description: str | None) -> argparse.Namespace:
    """Options of a script that looks at winners: which, and where its page goes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", default="3.0.0")
    parser.add_argument("--storage", default=STORAGE)
    parser.add_argument("--models", nargs="+", default=[], help="files instead, JSON or SLHA")
    parser.add_argument("--to", type=Path, default=PAGES / "today", help="folder of the page")
    return parser.parse_args()


def models_of(given: argparse.Namespace) -> tuple[str, Iterator[tuple[str, Evaluation]]]:
    """The archive, and the models by name, scored on it."""
    archive = archive_of(given.release)
    return archive, of_files(archive, given.models) if given.models else of_storage(archive, given.storage)


def of_storage(archive: str, url: str) -> Iterator[tuple[str, Evaluation]]:
    """The best hiscore of each run on these results, scored as its run did; data of universes are not compared."""
    predictor = load_results(archive)
    with open_storage(url, create=False) as storage:
        for run in reversed(storage.list_runs(1000, results=predictor.fingerprint)):
            config, best = RunConfig.from_json(run.config_json), hiscores(storage, run=run.id, limit=1)
            if config.universe is None and len(best):
                scorer = scorer_of(storage, run.id, config, predictor)
                model = model_from_dict(json.loads(best[0].model_json))
                yield f"run {run.id}, seed {config.seed}", scorer.evaluate(model)


def of_files(archive: str, paths: list[str]) -> Iterator[tuple[str, Evaluation]]:
    """Models of files, scored as a run of today would."""
    scorer = make_scorer(archive, "default", "combined", TABLE_2024)
    for path in paths:
        yield Path(path).name, scorer.evaluate(*read(path))


def prior(evaluation: Evaluation) -> float:
    """-2 ln pi, counted again from the model and its cross sections at mu-hat."""
    spread = evaluation.scorer.policy.multiplier_spread
    sigma = evaluation.sections.sigma * (evaluation.mu_hat or 1.0 if spread else 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        kappas = (sigma[:, -1] / evaluation.sections.reference[:, -1])[(sigma > VISIBLE).any(axis=1)]
    known = kappas[np.isfinite(kappas)].tolist()
    shares = [list(channels.values()) for channels in evaluation.model.decays.values() if channels]
    # a production without a reference has a multiplier of its own
    found = penalty(evaluation.model.n_particles, shares, known) + 0.25 * (len(kappas) - len(known))
    return found + (strength(known, spread) if spread else 0.0)


def report(page: Page, release: str, winners: list[Winner]) -> None:
    """The tables of the page."""
    agree = sum(winner.agrees() and winner.explained() for winner in winners)
    page.say(
        f"Release {release}: the oracle agrees on K of {agree} of {len(winners)} winners: single regions and limits "
        f"within {AGREES}, sets of regions too, or apart for a reason that accounts for it. Signals by SModelS 3.1.1, "
        f"likelihoods and prior by `benchmarks.independent`; {machine()}."
    )
    header = [
        "winner",
        "particles (GeV)",
        "K",
        "single: K",
        "oracle",
        "apart",
        "sets: oracle's K",
        "apart",
        "signals apart",
    ]
    page.table([*header, "why"], [_row(winner) for winner in winners])
    page.say(
        "*single*: K from single regions and limits alone. *sets*: K with sets of correlated regions, by SModelS's own "
        "code or pyhf. *signals apart*: largest relative difference of a signal that enters."
    )
    columns = ["winner", "analysis", "region", "", "signal", "ln L ratio", "oracle", "at edges"]
    page.table(columns, [_member_row(winner, member) for winner in winners for member in winner.members])


def _row(winner: Winner) -> list[object]:
    (ours, theirs), K = winner.singles(), winner.K()
    sets = any(member.is_set for member in winner.members)
    why = [member.why + ("" if member.explained else " (not explained)") for member in winner.members if member.why]
    return [
        *(winner.name, particles_of(winner.evaluation.model.masses), winner.evaluation.K),
        *(ours, theirs, f"{abs(ours - theirs):.1e}"),
        *((K, f"{abs(K - (winner.evaluation.K or 0.0)):.1e}") if sets else (None, None)),
        *(f"{max(member.signals for member in winner.members):.1e}", "; ".join(why) or None),
    ]


def _member_row(winner: Winner, member: Member) -> list[object]:
    entry = member.entry
    unit = "fb" if entry.is_ul else "events"
    numbers = (entry.llr, member.llr, f"{100.0 * entry.marked:.0f}%")
    return [winner.name, entry.analysis, entry.region, member.kind, f"{entry.signal:.3f} {unit}", *numbers]


if __name__ == "__main__":
    main()
