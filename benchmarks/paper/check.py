"""The best proto-models of the runs of a kind, through SModelS: are they legal, and do they score what we say?

python -m benchmarks.paper.check [KIND] [--runs 10] [--walkers 50] [--steps 1000]
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from dataclasses import replace

import numpy as np
from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

from benchmarks.paper.output import Page, spectrum, strengths
from benchmarks.paper.report import read
from benchmarks.paper.runs import KINDS, add_arguments, config_of, finished, storage_url
from protomodels.database import open_storage
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES
from protomodels.predictor import load_results
from protomodels.predictor.loading import load_oracle
from protomodels.runs.run import scorer_of
from protomodels.scoring import Evaluation, Scorer
from protomodels.scoring.ablation import ablate

SHOWN = 8


def main() -> None:
    """Print and write the page of one kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS, nargs="?", default="paper")
    add_arguments(parser)
    given = parser.parse_args()
    kind = KINDS[given.kind]
    page = Page(f"winner-{given.kind}", "python -m benchmarks.paper.check " + " ".join(sys.argv[1:]))
    predictor = load_results(kind.results)
    with open_storage(storage_url(), upgrade=True) as storage:
        configs = [config_of(kind, seed, given.walkers, given.steps) for seed in range(1, given.runs + 1)]
        found = [read(storage, finished(storage, predictor, config)) for config in configs]
        best = max(found, key=lambda run: run.best.K)
        scorer = scorer_of(storage, best.run, configs[0], predictor)
    single = replace(scorer, policy=replace(scorer.policy, regions="best"))
    through_smodels = replace(single, predictor=load_oracle(kind.results))
    rows = []
    for number, run in enumerate(found, start=1):
        one = model_from_dict(json.loads(run.best.model_json))
        theirs = _scored(through_smodels, one)
        largest = max(limit.r_obs for limit in theirs.limits)
        rows.append([number, spectrum(one), run.best.K, _scored(single, one).K, theirs.K, theirs.Z, largest])
    page.say("The best proto-model of each run (the K of SModelS is that of its single regions):")
    header = (
        "run, particles; K of the run, K of single regions, the same by SModelS, Z by SModelS, largest r by SModelS"
    )
    page.table(header.replace(";", ",").split(", "), rows)
    model = model_from_dict(json.loads(best.best.model_json))
    score, oracle = _scored(scorer, model), _scored(through_smodels, model)
    page.say("The best of all:")
    page.say(f"{spectrum(model)} GeV; kappa {strengths(model)}; run {found.index(best) + 1}.")
    page.say(
        f"K {score.K:.4f}, Z {score.Z:.4f}, mu_max {score.mu_max:.4f}; by SModelS, regions not combined, K "
        f"{oracle.K:.4f}. Penalty {score.parsimony.penalty:.2f}: "
        f"{score.parsimony.n_particles} particles, {score.parsimony.n_br} branching ratios, "
        f"{score.parsimony.n_ssm:g} multipliers."
    )
    _limits(page, score, oracle)
    _combination(page, score, {(c.analysis, c.region): c.signal for c in oracle.contributions})
    _ablation(page, scorer, score)
    page.write()


def _scored(scorer: Scorer, model: object) -> Evaluation:
    score = scorer.evaluate(model)  # type: ignore[arg-type]
    if score.K is None:
        raise SystemExit("the best proto-model of the runs has no score")
    return score


def _limits(page: Page, score: Evaluation, oracle: Evaluation) -> None:
    """Table 4 of the paper: what holds the model back."""
    theirs = {(m.analysis, m.region): m.r_obs for m in oracle.limits}
    rows = [[m.analysis, m.region, m.r_obs, theirs.get((m.analysis, m.region)), m.r_exp] for m in score.limits[:SHOWN]]
    page.say("Limits (r = signal / 95% CL limit), the strongest first:")
    page.table(["analysis", "region", "r observed", "the same, SModelS", "r expected"], rows)
    largest = max(theirs.values())
    page.say(f"Largest r observed of all {len(theirs)} limits by SModelS: {largest:.4f} (allowed: 1.3).")


def _combination(page: Page, score: Evaluation, theirs: dict[tuple[str, str], float]) -> None:
    """Table 3 of the paper: what the score is made of."""
    rows = []
    for c in score.contributions:
        names = " ".join(PARTICLES[p].name for p in sorted(c.particles) if p != 1000022)
        excess = None if math.isnan(c.delta) else (c.observed - c.expected) / math.sqrt(c.expected + c.delta**2)
        error = "" if math.isnan(c.delta) else f" +- {c.delta:.3g}"
        llr = None if math.isnan(c.delta) else _by_smodels(c.signal, c.expected, c.delta, c.observed)
        unit = " fb" if c.is_ul else ""
        counts = [f"{c.observed:.4g}{unit}", f"{c.expected:.4g}{error}{unit}", excess]
        rows.append([c.analysis, c.region, *counts, names, c.signal, theirs.get((c.analysis, c.region)), c.llr, llr])
    page.say("The best combination:")
    header = "analysis, region, observed, expected, excess in sigma, particles, signal, the same by SModelS, ln L ratio"
    page.table([*header.split(", "), "the same by SModelS"], rows)
    page.say(
        "SModelS has no likelihood for upper limits (eq. 3.2 of the paper is ours) nor, here, for combined regions."
    )


def _by_smodels(signal: float, background: float, delta: float, observed: float) -> float:
    computer = LikelihoodComputer(Data(observed, background, delta**2, nsignal=[signal]))
    return float(computer.likelihood(0.0, return_nll=True) - computer.likelihood(1.0, return_nll=True))


def _ablation(page: Page, scorer: Scorer, score: Evaluation) -> None:
    """What drives the model."""
    rests = ablate(score)
    rows: list[list[object]] = [[f"without {PARTICLES[p].name}", K] for p, K in rests.without_particle.items()]
    rows += [[f"without {name} in the combination", K] for name, K in rests.without_analysis.items()]
    rows.sort(key=lambda row: np.inf if row[1] is None else float(str(row[1])))
    page.say("What the score rests on:")
    page.table(["model", "K"], [["whole", score.K], *rows])


if __name__ == "__main__":
    main()
