"""Do the intervals of fitted tails hold the truth, on samples whose distribution is known?

python -m benchmarks.universes.tails [--samples 300]
"""

from __future__ import annotations

import argparse
from typing import Any, Final

import numpy as np
from scipy.stats import beta, chi2, expon, genpareto, gumbel_r, norm

from benchmarks.common import machine
from benchmarks.paper.output import Page
from benchmarks.universes.campaigns import DOCS
from protomodels.statistics.tails import tail_fit

FAMILIES: Final[dict[str, Any]] = {
    "exponential": expon(),
    "chi-squared of 1": chi2(1),
    "chi-squared of 4": chi2(4),
    "Gumbel": gumbel_r(),
    "normal": norm(),
    "beta(1, 3), bounded": beta(1, 3),
    "beta(2, 3), bounded": beta(2, 3),
    "Pareto, shape 0.2": genpareto(0.2),
}
SETTINGS: Final = ((200, 1e-2, 0.95), (200, 1e-3, 0.95), (200, 1e-3, 0.68), (500, 1e-3, 0.95))


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=300)
    given = parser.parse_args()
    page = Page("tails", f"python -m benchmarks.universes.tails --samples {given.samples}", DOCS)
    page.say(
        f"{given.samples} samples each, fitted above the upper quarter, at a value whose exact p is known; {machine()}."
    )
    header = [
        "drawn from",
        "interval holds p",
        "p is below it",
        "above it",
        "mean p / exact p",
        "at most",
        "not usable",
    ]
    for n, p, confidence in SETTINGS:
        page.say(f"n = {n}, exact p = {p:g}, intervals of {confidence:.0%}:")
        page.table(header, [_row(name, n, p, confidence, given.samples) for name in FAMILIES])
    page.say(
        "Mean p / exact p counts an estimate of 0 as 0; at most: the part of usable fits that only say how large p is."
    )
    page.write()


def _row(name: str, n: int, p: float, confidence: float, samples: int) -> list[object]:
    rng = np.random.default_rng(1)
    known = FAMILIES[name]
    found = [tail_fit(known.rvs(n, random_state=rng), known.isf(p), rng, confidence) for _ in range(samples)]
    ends = np.array([(f.interval.low, f.interval.high) for f in found if f.interval is not None])
    below, above = float(np.mean(p < ends[:, 0])), float(np.mean(p > ends[:, 1]))
    estimates = np.array([0.0 if f.at_most else f.p for f in found if f.p is not None])
    at_most = float(np.mean([f.at_most for f in found if f.usable]))
    refused = 1.0 - len(ends) / samples
    return [name, 1.0 - below - above, below, above, float(estimates.mean()) / p, at_most, refused]


if __name__ == "__main__":
    main()
