"""Which regions represent an analysis: K before and after sensitivity is asked first, and control regions in universes.

python -m benchmarks.candidates [--models 200] [--universes 200]
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from benchmarks.common import machine
from benchmarks.paper.output import PAGES, Page
from benchmarks.paper.runs import NEW
from benchmarks.random_models import random_models
from protomodels.combiner import combinability_for
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictions, load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.regions import most_excess
from protomodels.scoring.scorer import REGION_STATISTICS, Scorer
from protomodels.settings import REGION_CHOICES, policy
from protomodels.universes import Universe, in_universe

SEED: Final = 40_000
WITH_CONTROL: Final = "ATLAS-SUSY-2018-16"


@dataclass(frozen=True)
class AskedAfter(Scorer):
    """As version 0.1.0: the region with the largest excess is chosen, and left out where it cannot see the model."""

    def candidates(self, predictions: Predictions, mu_max: float) -> Predictions:
        """What may enter combinations."""
        chosen = predictions.take(REGION_STATISTICS[self.policy.regions](predictions, self.policy))
        if math.isinf(mu_max):
            return chosen
        return chosen.take(np.flatnonzero(chosen.r_exp * mu_max >= self.policy.min_sensitivity))


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("models", "universes"):
        parser.add_argument(f"--{name}", type=int, default=200)
    given = parser.parse_args()
    command = f"python -m benchmarks.candidates --models {given.models} --universes {given.universes}"
    page = Page("candidates", command, PAGES / "universes")
    page.say(f"Database 3.0.0, policy default, rules of ours; {machine()}.")
    predictor, models = load_results(NEW), list(random_models(SEED, given.models))
    header = [
        "--regions",
        "models with K",
        "analyses that see the model",
        "left out before",
        "left out now",
        "most often",
    ]
    header += ["K changed", "change of K: mean", "smallest", "largest"]
    page.say(f"{given.models} random models, min_sensitivity asked after the choice (before) and ahead of it (now):")
    page.table(header, [_before_and_after(predictor, regions, models) for regions in REGION_CHOICES])
    page.say(
        f"Of {given.universes} universes, those in which a control region represents {WITH_CONTROL}, for models with "
        "compressed sleptons; were the twelve not known as such (by excess alone), and now:"
    )
    header = ["models", "universes each", "by excess alone: mean", "smallest", "largest", "now"]
    page.table(header, [_control(predictor, given.universes)])
    page.write()


def _seeing(predictions: Predictions, mu_max: float, cut: float) -> set[str]:
    able = predictions.has_likelihood & ~predictions.is_control
    if not math.isinf(mu_max):
        able &= predictions.r_exp * mu_max >= cut
    return set(predictions.analysis[able].tolist())


def _before_and_after(predictor: CompiledPredictor, regions: str, models: Sequence[ProtoModel]) -> list[object]:
    chosen, table = policy("default", regions), combinability_for(NEW)
    now, before = Scorer(predictor, table, chosen), AskedAfter(predictor, table, chosen)
    changes, seeing = [], 0
    lost: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for model in models:
        new = now.evaluate(model)
        old = before.evaluate_predictions(model, new.sections, new.predictions, new.allowed)
        if new.K is None:
            continue
        seen = _seeing(new.predictions, new.mu_max, chosen.min_sensitivity)
        seeing += len(seen)
        for scorer in (now, before):
            candidates = scorer.candidates(new.predictions, new.mu_max)
            lost[scorer is now].update(seen - set(candidates.analysis.tolist()))
        changes.append(new.K - (-math.inf if old.K is None else old.K))
    change = np.array(changes)
    often = ", ".join(f"{name} {count}" for name, count in lost[False].most_common(3))
    moved = np.abs(change) > 1e-6
    counts = [regions, len(change), seeing, lost[False].total(), lost[True].total(), often, int(moved.sum())]
    finite = change[np.isfinite(change)]
    return [*counts, float(finite.mean()), float(finite.min()), float(finite.max())]


def _control(predictor: CompiledPredictor, universes: int) -> list[object]:
    drawn = [in_universe(predictor, Universe(seed)) for seed in range(SEED, SEED + universes)]
    unknown = [_unknown(there) for there in drawn]
    counts: dict[bool, list[int]] = {True: [], False: []}
    for model in _compressed_sleptons():
        seen = predictor.predict(model)
        own = (seen.analysis == WITH_CONTROL) & ~seen.is_ul
        if not (own & ~seen.is_control).any() or not (own & seen.is_control).any():
            continue
        for known, there in ((True, drawn), (False, unknown)):
            counts[known].append(sum(_represented(one, model, predictor) for one in there))
    by_counts, now = counts[False], counts[True]
    return [len(now), universes, float(np.mean(by_counts)), min(by_counts), max(by_counts), max(now)]


def _compressed_sleptons() -> Iterator[ProtoModel]:
    """X_e and X_mu of one mass, a little above the LBP: what the analysis looks for."""
    for mass in (100.0, 130.0, 160.0, 200.0, 250.0):
        for gap in (12.0, 20.0, 30.0):
            masses = {LBP: mass - gap, 1000011: mass, 1000013: mass}
            yield ProtoModel(masses, {1000011: {(LBP, 11): 1.0}, 1000013: {(LBP, 13): 1.0}})


def _unknown(there: CompiledPredictor) -> CompiledPredictor:
    """The same data, without anything that tells control regions from others."""
    catalog = there.catalog
    names = np.where(catalog.is_control, "another region", catalog.region)
    sets = {row: replace(entry, control=()) for row, entry in catalog.combined.items()}
    return there.with_data(replace(catalog, region=names, combined=sets), there.observed_limits, there.universe)


def _represented(there: CompiledPredictor, model: ProtoModel, published: CompiledPredictor) -> bool:
    predictions = there.predict(model)
    rows = predictions.rows[most_excess(predictions, True)]
    return bool((published.catalog.is_control[rows] & (published.catalog.analysis[rows] == WITH_CONTROL)).any())


if __name__ == "__main__":
    main()
