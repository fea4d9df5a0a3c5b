"""The table of docs/validation.md: the program beside the independent formulas of this folder.

Usage: python -m benchmarks.independent.table [--signals 20] [--models 100] [--write]
A row is made by one function of ``SECTIONS``.  With --write the rows replace those between the two marks of
docs/validation.md; 500 signals for each set of regions are in benchmarks.independent.several_sets.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, norm

from benchmarks.common import REFERENCE, RESULTS, machine
from benchmarks.independent.combinations import best_of_all, penalty
from benchmarks.independent.likelihoods import one_region, truncated_gaussian
from benchmarks.independent.several_sets import compare, sets_of
from benchmarks.random_models import random_models
from protomodels.combiner import combinability_for
from protomodels.predictor import Predictions, load_results
from protomodels.scoring.evaluation import Contribution, Evaluation
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.statistics.curves import REGION, Curves
from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import clopper_pearson
from protomodels.statistics.truncated_gaussian import limit_log_likelihood

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
MARKS = ("<!-- independent formulas: begin -->", "<!-- independent formulas: end -->")
OLD, NEW = str(RESULTS / "smodels-1.2.4.tar.xz"), str(RESULTS / "smodels-3.0.0.tar.xz")
TWO = 2
MANY = 12
"""Candidates: every subset of more would take too long."""


class Row(NamedTuple):
    """What was compared, in how many cases, and the largest difference."""

    what: str
    cases: str
    difference: str


def single_regions(signals: int, models: int) -> Row:
    """Every signal region of two databases at three signals each."""
    rng = np.random.default_rng(1)
    worst, cases = 0.0, 0
    for name in (OLD, NEW):
        catalog = load_results(name).catalog
        rows = [row for row in np.flatnonzero(~catalog.is_ul) if row not in catalog.combined]
        for row in rows:
            n, b, delta = catalog.observed[row], catalog.background[row], catalog.delta[row]
            s = rng.exponential(2.0 * delta + 2.0, 3)
            one = Curves(np.array([REGION]), np.array([1.0]), np.array([b]), np.array([delta]), np.array([n]))
            own = np.array([one_region(x, b, delta, n) for x in s]) - one_region(0.0, b, delta, n)
            worst = max(worst, float(np.abs(one(s)[0] - own).max()))
            cases += len(s)
    return Row("ln L of one region, 1.2.4 and 3.0.0", f"{cases} signals", f"{worst:.1e}")


def upper_limits(signals: int, models: int) -> Row:
    """Random limits, from far below to far above the expected ones."""
    rng = np.random.default_rng(2)
    expected = rng.uniform(0.1, 50.0, 1000)
    observed = expected * rng.uniform(0.4, 3.0, 1000)
    worst = 0.0
    for o, e, sigma in zip(observed, expected, expected * rng.exponential(1.0, 1000), strict=True):
        ours = limit_log_likelihood([sigma, 0.0], o, e)
        theirs = truncated_gaussian(sigma, o, e) - truncated_gaussian(0.0, o, e)
        worst = max(worst, abs(float(ours[0] - ours[1]) - theirs))
    return Row("ln L of upper limits: truncated Gaussian", "1,000 random limits", f"{worst:.1e}")


def linear_sets(signals: int, models: int) -> Row:
    """Covariances as published, and those that were fitted to JSONs."""
    return _sets("linear covariances", signals, skewed=False)


def third_moments(signals: int, models: int) -> Row:
    """Means, covariances and third moments as published."""
    return _sets("covariances with third moments", signals, skewed=True)


def _sets(what: str, signals: int, skewed: bool) -> Row:
    found = [
        compare(name, ours, theirs, signals, 3, 1)
        for name, ours, theirs in sets_of(NEW)
        if bool(ours.model.curvature.any()) == skewed
    ]
    worst = max(max(d.above, -d.below) for d in found)
    asked = max(d.asked for d in found)
    cases = f"{len(found)} sets of 3.0.0, {signals} signals each, mu = 0.3, 1, 2"
    return Row(f"ln L of {what}", cases, f"{worst:.1e}; asked alone or with other mu: {asked:.1e}")


def scores(signals: int, models: int) -> Row:
    """K from the contributions that an evaluation lists."""
    worst, cases = 0.0, 0
    for name, kind in ((OLD, "paper"), (NEW, "default")):
        for found in _evaluations(name, kind, models):
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
    for name, kind in ((OLD, "paper"), (NEW, "default")):
        for found in _evaluations(name, kind, models):
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
    for name, kind in ((OLD, "paper"), (NEW, "default")):
        for found in _evaluations(name, kind, models):
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


def _evaluations(name: str, kind: str, models: int) -> Iterator[Evaluation]:
    scorer = Scorer(load_results(name), combinability_for(name, None), policy(kind))
    for model in random_models(3, models):
        yield scorer.evaluate(model)


def _ratio(entry: Contribution) -> float:
    if entry.is_ul:
        limits = entry.observed, entry.expected
        return truncated_gaussian(entry.signal, *limits) - truncated_gaussian(0.0, *limits)
    known = entry.expected, entry.delta, entry.observed
    return one_region(entry.signal, *known) - one_region(0.0, *known)


def _candidate_ratio(candidates: Predictions, i: int, mu: float) -> float:
    signal, row, catalog = mu * float(candidates.signal[i]), candidates.rows[i], candidates.catalog
    if catalog.is_ul[row]:
        limits = float(candidates.limit_observed[i]), float(candidates.limit_expected[i])
        return truncated_gaussian(signal, *limits) - truncated_gaussian(0.0, *limits)
    known = float(catalog.background[row]), float(catalog.delta[row]), float(catalog.observed[row])
    return one_region(signal, *known) - one_region(0.0, *known)


def intervals(signals: int, models: int) -> Row:
    """Clopper and Pearson's ends by solving for the binomial tails."""
    worst, cases = 0.0, 0
    for n in (1, 7, 50, 300):
        for k in range(n + 1):
            ours = clopper_pearson(k, n)
            low = brentq(lambda p, k=k, n=n: binom.sf(k - 1, n, p) - 0.025, 0.0, 1.0, xtol=1e-14) if k else 0.0
            high = brentq(lambda p, k=k, n=n: binom.cdf(k, n, p) - 0.025, 0.0, 1.0, xtol=1e-14) if k < n else 1.0
            worst = max(worst, abs(ours.low - low), abs(ours.high - high))
            cases += 1
    return Row("Clopper-Pearson intervals", f"{cases} counts of up to 300", f"{worst:.1e}")


def densities(signals: int, models: int) -> Row:
    """The p-value by Gaussian kernels of Scott's width, written out."""
    rng = np.random.default_rng(4)
    worst = 0.0
    for _ in range(200):
        K, at = rng.normal(3.0, 3.0, 50), rng.normal(6.0, 2.0)
        width = len(K) ** -0.2 * math.sqrt(((K - K.mean()) ** 2).sum() / (len(K) - 1))
        own = float(np.mean([norm.sf((at - x) / width) for x in K]))
        worst = max(worst, abs(own - (density_p(float(at), K) or 0.0)))
    return Row("p-value by kernel density", "200 samples of 50", f"{worst:.1e}")


def published_p_value(signals: int, models: int) -> Row:
    """The fifty fake and ten real hiscores of the paper."""
    known = json.loads((REFERENCE / "published_runs.json").read_text())["best_K"]
    fake, real = (np.array(list(known[kind].values())) for kind in ("fake", "real"))
    at = float(real.mean())
    ours = density_p(at, fake) or math.nan
    width = len(fake) ** -0.2 * fake.std(ddof=1)
    own = float(np.mean(norm.sf((at - fake) / width)))
    counted = f"{ours:.3f} by density, {int((fake > at).sum())} of {len(fake)} counted (published: 0.19, 11 of 50)"
    return Row("global p-value from the published hiscores", counted, f"{abs(ours - own):.1e}")


SECTIONS: tuple[Callable[[int, int], Row], ...] = (
    single_regions,
    upper_limits,
    linear_sets,
    third_moments,
    scores,
    largest_strengths,
    best_combinations,
    intervals,
    densities,
    published_p_value,
)


def main() -> None:
    """Print the table, and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signals", type=int, default=20)
    parser.add_argument("--models", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    lines = ["| compared | cases | largest difference |", "| --- | --- | --- |"]
    for section in SECTIONS:
        row = section(arguments.signals, arguments.models)
        lines.append(f"| {row.what} | {row.cases} | {row.difference} |")
        print(lines[-1], flush=True)
    command = f"python -m benchmarks.independent.table --signals {arguments.signals} --models {arguments.models}"
    text = "\n".join([MARKS[0], f"`{command}`, {machine()}:", "", *lines, MARKS[1]])
    if arguments.write:
        before, _, rest = PAGE.read_text().partition(MARKS[0])
        PAGE.write_text(before + text + rest.partition(MARKS[1])[2])


if __name__ == "__main__":
    main()
