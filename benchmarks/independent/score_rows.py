"""Rows of the table: K, the largest allowed signal strength, and the best combination."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.independent.combinations import best_of_all, penalty
from benchmarks.independent.likelihoods import one_region, truncated_gaussian
from benchmarks.independent.row import NEW, OLD, Row
from benchmarks.random_models import random_models
from protomodels.combiner import combinability_for
from protomodels.predictor import Predictions, load_results
from protomodels.scoring.evaluation import Contribution, Evaluation
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy

TWO = 2
MANY = 12
"""Candidates: every subset of more would take too long."""


def scores(signals: int, models: int) -> Row:
    """K from the contributions that an evaluation lists."""
    worst, cases = 0.0, 0
    for found in _evaluations(models):
        score = found.score
        if score is None:
            continue
        sections = found.sections
        visible = sections.sigma.max(axis=1, initial=0.0) > 1e-3
        shares = [list(channels.values()) for channels in found.model.decays.values()]
        kappas = sections.kappas()[visible]
        # a production without a reference has a multiplier of its own
        own = penalty(found.model.n_particles, shares, kappas[np.isfinite(kappas)].tolist())
        own += 0.25 * float((~np.isfinite(kappas)).sum())
        llr = sum(_ratio(entry) for entry in score.contributions)
        worst = max(worst, abs(2.0 * llr - own - score.K))
        cases += 1
    return Row("K from contributions, paper on 1.2.4, default on 3.0.0", f"{cases} random models", f"{worst:.1e}")


def largest_strengths(signals: int, models: int) -> Row:
    """mu_max: 1.3 over the largest r of all upper limits and of the most sensitive region of each analysis."""
    worst, cases = 0.0, 0
    for found in _evaluations(models):
        p = found.predictions
        r = {i: s / o for i, (s, o) in enumerate(zip(p.sigma, p.limit_observed, strict=True)) if o > 0.0}
        best: dict[str, int] = {}
        for i in r:
            row = p.rows[i]
            if p.catalog.is_ul[row]:
                best[f"{i}"] = i
            elif not p.catalog.is_control[row] and np.isfinite(p.limit_expected[i]):
                own = best.setdefault(str(p.catalog.analysis[row]), i)
                if p.sigma[i] / p.limit_expected[i] > p.sigma[own] / p.limit_expected[own]:
                    best[str(p.catalog.analysis[row])] = i
        if best:
            own_mu = 1.3 / max(r[i] for i in best.values())
            worst = max(worst, abs(found.allowed.mu_max / own_mu - 1.0))
            cases += 1
    return Row("largest allowed signal strength", f"{cases} random models", f"{worst:.1e} of it")


def best_combinations(signals: int, models: int) -> Row:
    """The best legal combination beside every subset of the candidates, where these are few."""
    worst, cases = 0.0, 0
    for found in _evaluations(models):
        mu_max = found.allowed.mu_max
        if found.score is None or not math.isfinite(mu_max):
            continue
        candidates = found.scorer.candidates(found.predictions, mu_max)
        if not TWO <= len(candidates) <= MANY:
            continue
        own = best_of_all(
            partial(_candidate_ratio, candidates),
            found.scorer.pairwise(candidates),
            mu_max,
            found.scorer.policy.min_results,
        )
        worst = max(worst, abs(own - found.score.best.log_ratio))
        cases += 1
    what = f"best combination beside every subset of at most {MANY} candidates"
    return Row(what, f"{cases} random models", f"{worst:.1e} in ln L")


def _evaluations(models: int) -> Iterator[Evaluation]:
    """Random models under policy paper on 1.2.4, and under policy default on 3.0.0."""
    for name, kind in ((OLD, "paper"), (NEW, "default")):
        scorer = Scorer(load_results(name), combinability_for(name, None), policy(kind))
        for model in random_models(3, models):
            yield scorer.evaluate(model)


def _ratio(entry: Contribution) -> float:
    return _ratio_of(entry.is_ul, entry.signal, entry.observed, entry.expected, entry.delta)


def _candidate_ratio(candidates: Predictions, i: int, mu: float) -> float:
    signal, row, catalog = mu * float(candidates.signal[i]), candidates.rows[i], candidates.catalog
    if catalog.is_ul[row]:
        return _ratio_of(True, signal, float(candidates.limit_observed[i]), float(candidates.limit_expected[i]))
    known = float(catalog.observed[row]), float(catalog.background[row]), float(catalog.delta[row])
    return _ratio_of(False, signal, *known)


def _ratio_of(is_ul: bool, signal: float, observed: float, expected: float, delta: float = math.nan) -> float:
    """ln L of a signal less that of none: from limits in fb, or from events."""
    if is_ul:
        return truncated_gaussian(signal, observed, expected) - truncated_gaussian(0.0, observed, expected)
    return one_region(signal, expected, delta, observed) - one_region(0.0, expected, delta, observed)
