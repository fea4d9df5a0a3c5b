"""Rows of the table: intervals and p-values."""

from __future__ import annotations

import json
import math

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, norm

from benchmarks.common import REFERENCE
from benchmarks.independent.row import Row
from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import clopper_pearson


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
