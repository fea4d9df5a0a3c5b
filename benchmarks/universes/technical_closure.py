"""The technical closure test with one choice of its recipe otherwise at a time: where is the missing K?

python -m benchmarks.universes.technical_closure [--walks] [--starts 4] [--runs 2] [--walkers 50] [--steps 1000]

For each variant K of the injected model, and the highest that climbing finds from it and from models around it;
--walks: what the paper's search finds where limits are raised as far as in the published program.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from benchmarks.common import machine, spread
from benchmarks.paper.output import Page, spectrum, strengths
from benchmarks.paper.runs import OLD, TABLE_2020
from benchmarks.universes.campaigns import DOCS, PUBLISHED
from benchmarks.universes.closure import winner
from benchmarks.universes.technical_variants import Closure, Variant, variants, with_drawn_signal
from protomodels.combiner import Combinability
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring import Scorer
from protomodels.scoring.quick import QuickScore, quick_score, settled_score
from protomodels.walker import Walk
from protomodels.walker.climb import climb

WIDE: Final = "limits raised as far as in the published program"
SHOWN: Final = ("as it is", WIDE)
DRAWS: Final = 40
AROUND: Final = 100.0
"""GeV; how far starts are from the injected model."""


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("starts", 4), ("runs", 2), ("walkers", 50), ("steps", 1000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--walks", action="store_true")
    given = parser.parse_args()
    predictor = load_results(OLD)
    assert isinstance(predictor, CompiledPredictor)
    model = winner()
    closure = Closure(predictor, Combinability.from_file(TABLE_2020), model)
    if given.walks:
        (variant,) = (v for v in variants(closure, with_all_pairs(model)) if v.name == WIDE)
        _walks_page(variant, given.runs, given.walkers, given.steps)
    else:
        _variants_page(closure, given.starts)


def _variants_page(closure: Closure, starts: int) -> None:
    page, model = (
        Page("closure-technical-variants", "python -m benchmarks.universes.technical_closure", DOCS),
        closure.model,
    )
    page.say(f"Database 1.2.4, policy paper; {machine()}. {starts + 1} climbs for each variant.")
    rows, kept = [], []
    for variant in variants(closure, with_all_pairs(model)):
        top = highest(variant, starts)
        rows.append(_row(variant, top))
        print(rows[-1], flush=True)
        if variant.name in SHOWN:
            kept.append((variant, top))
    page.table(["variant", "K of the injected model", "its mu_max", "K after climbing", "masses", "kappa"], rows)
    theirs = list(json.loads(PUBLISHED.read_text())["best_K"]["frozen"].values())
    page.say(f"Published, ten runs: {spread(theirs)}.")
    drawn = [with_drawn_signal(closure, seed) for seed in range(1, DRAWS + 1)]
    K = [K for variant in drawn if (K := variant.scorer.evaluate(variant.model).K) is not None]
    page.say(f"K of the injected model where the signal in regions is drawn ({DRAWS} seeds): {spread(K)}.")
    page.say("Results in the best combination, with their log likelihood ratios:")
    page.table(["model", "K", "results"], [["injected", *_parts(kept[0][0].scorer, model)], *_tops(kept)])
    base = kept[0][0].scorer
    climbed = [[K, top.K if (top := climbed_from(base, start)) else None] for K, start in winners_of_walks(model)]
    page.say("Climbs from the masses of the ten runs of [closure-technical-paper.md](closure-technical-paper.md):")
    page.table(["K of the run", "K after climbing"], climbed)
    page.write()


def _walks_page(variant: Variant, runs: int, walkers: int, steps: int) -> None:
    page = Page("closure-technical-walks", "python -m benchmarks.universes.technical_closure --walks", DOCS)
    page.say(f"{variant.name}: runs of {walkers} x {steps}, database 1.2.4, policy paper, search paper; {machine()}.")
    rows: list[list[object]] = []
    for seed in range(1, runs + 1):
        K, model = walked(variant.scorer, seed, walkers, steps)
        top = climbed_from(variant.scorer, model)
        rows.append([seed, K, spectrum(model), top.K if top else None])
        print(rows[-1], flush=True)
    page.table(["seed", "K", "masses", "K after climbing"], rows)
    page.write()


def _tops(kept: list[tuple[Variant, QuickScore | None]]) -> list[list[object]]:
    return [[f"climbed, {v.name}", *_parts(v.scorer, top.model)] for v, top in kept if top is not None]


def _parts(scorer: Scorer, model: ProtoModel) -> list[object]:
    score = scorer.evaluate(model).score
    if score is None:
        return [None, None]
    return [score.K, ", ".join(f"{c.analysis} {c.region} {c.llr:.2f}" for c in score.contributions)]


def with_all_pairs(model: ProtoModel) -> ProtoModel:
    """The model with the published multipliers of the pairs that its file does not have."""
    known = model_from_dict(json.loads(PUBLISHED.read_text())["real"]["9"][0])
    return replace(model, ssm={pair: k if k > 0.0 else known.kappa(pair) for pair, k in model.ssm.items()})


def highest(variant: Variant, starts: int) -> QuickScore | None:
    """The best of climbs from the injected model and from models around it."""
    rng = np.random.default_rng(1)
    models = [variant.model]
    for _ in range(starts):
        masses = {p: max(1.0, m + float(rng.uniform(-AROUND, AROUND))) for p, m in variant.model.masses.items()}
        models.append(replace(variant.model, masses=masses))
    found = [top for model in models if (top := climbed_from(variant.scorer, model)) and top.K is not None]
    return max(found, key=lambda top: top.K or -math.inf, default=None)


def climbed_from(scorer: Scorer, model: ProtoModel) -> QuickScore | None:
    """The top of the mode of a model; None where it has no K."""

    def score(proposal: ProtoModel, floor: float) -> QuickScore | None:
        found = quick_score(scorer, proposal, floor)
        return None if found is None or found.K is None else settled_score(scorer, found, floor)

    start = score(model, -math.inf)
    return None if start is None else climb(score, start)


def winners_of_walks(model: ProtoModel) -> Iterator[tuple[float, ProtoModel]]:
    """K and masses of the ten runs, from their page."""
    cells = r"\| \d+ \| ([\d.]+) \| (\d+) \| (\d+) \| (\d+) \|"
    pids = (1000001, 1000006, LBP)
    for K, *masses in re.findall(cells, (DOCS / "closure-technical-paper.md").read_text()):
        yield float(K), replace(model, masses=dict(zip(pids, map(float, masses), strict=True)))


def walked(scorer: Scorer, seed: int, walkers: int, steps: int) -> tuple[float, ProtoModel]:
    """The best K of a run and its model."""
    walk = Walk(scorer, end=steps)
    best: list[tuple[float, ProtoModel]] = []
    for number in range(walkers):
        chunk = walk.advance(walk.start(seed, number), steps)
        best += [(score.K, evaluation.model) for _, evaluation, score in chunk.hiscores[-1:]]
    return max(best, key=lambda item: item[0])


def _row(variant: Variant, top: QuickScore | None) -> list[object]:
    injected = variant.scorer.evaluate(variant.model)
    best = [None, None, None] if top is None else [top.K, spectrum(top.model), strengths(top.model)]
    return [variant.name, injected.K, injected.mu_max, *best]


if __name__ == "__main__":
    main()
