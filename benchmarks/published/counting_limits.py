"""``python -m benchmarks.published.counting_limits RESULTS ...``: limits of few events by three ways.

The exact limit is computed here from its definition (scipy quadrature), not by the package; the asymptotic one is the
package's.  Of results: regions with n up to 30 whose observed and expected limits are published.
"""

from __future__ import annotations

import argparse
import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import gammaincc

import protomodels as pm
from benchmarks.common import machine
from protomodels.results.catalog import Catalog
from protomodels.statistics.counting_limits import counting_limit
from protomodels.statistics.upper_limits import upper_limit

CASES = tuple((n, b, delta) for n in (0, 1, 2, 3) for b, delta in ((0.5, 0.2), (2.0, 0.5), (5.0, 1.0)))
GROUPS = ((0, 0), (1, 1), (2, 3), (4, 7), (8, 15), (16, 30))


def _background(b: float, delta: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, w = np.polynomial.legendre.leggauss(80)
    low, high = max(0.0, b - 7.0 * delta), b + 7.0 * delta
    rate = low + 0.5 * (high - low) * (x + 1.0)
    weight = w * np.exp(-0.5 * ((rate - b) / delta) ** 2)
    return rate, weight / weight.sum()


def exact(n: float, b: float, delta: float) -> float:
    """CLs of counts = 0.05 with the background marginalised."""
    rate, weight = _background(b, delta)

    def excess(signal: float) -> float:
        return float(weight @ gammaincc(n + 1.0, signal + rate)) / float(weight @ gammaincc(n + 1.0, rate)) - 0.05

    return float(brentq(excess, 1e-6, 20.0 + 20.0 * math.sqrt(n + b + delta**2)))


def median(b: float, delta: float) -> int:
    """The median count."""
    rate, weight = _background(b, delta)
    n = 0
    while float(weight @ gammaincc(n + 1.0, rate)) < 0.5:
        n += 1
    return n


def table() -> list[str]:
    """n = 0 to 3."""
    lines = ["| n | b | delta | exact (here) | exact (package) | asymptotic | ratio |", "| --- " * 7 + "|"]
    for n, b, delta in CASES:
        own, ours = exact(n, b, delta), float(counting_limit(n, b, delta))
        asymptotic = float(upper_limit(n, b, delta, moved=True))
        lines.append(f"| {n} | {b} | {delta} | {own:.3f} | {ours:.3f} | {asymptotic:.3f} | {asymptotic / own:.2f} |")
    return lines


def beside_published(catalog: Catalog) -> list[str]:
    """Published limits over each form: median and robust spread, by n."""
    few = (catalog.observed <= GROUPS[-1][1]) & (catalog.background < 60.0) & (catalog.delta > 0.0)
    published = np.isfinite(catalog.limit_observed) & np.isfinite(catalog.limit_expected)
    rows = []
    for i in np.flatnonzero(~catalog.is_ul & few & published):
        n, b, delta = (float(c[i]) for c in (catalog.observed, catalog.background, catalog.delta))
        observed, usual = exact(n, b, delta), exact(median(b, delta), b, delta)
        asymptotic, mean = (float(upper_limit(m, b, delta, moved=True)) for m in (n, b))
        limit, expected = float(catalog.limit_observed[i]), float(catalog.limit_expected[i])
        events = limit * float(catalog.lumi[i])
        rows.append(
            (
                n,
                events / observed,
                events / asymptotic,
                *(limit / expected / r for r in (observed / usual, asymptotic / mean)),
            )
        )
    data = np.array(rows)
    lines = [
        "| n | regions | published / exact | / asymptotic | observed over expected: published / exact | / asymptotic |",
        "| --- " * 6 + "|",
    ]
    for low, high in GROUPS:
        own = data[(data[:, 0] >= low) & (data[:, 0] <= high), 1:]
        middle = np.median(own, axis=0)
        spread = 1.48 * np.median(np.abs(own - middle), axis=0)
        cells = " | ".join(f"{m:.3f} +- {s:.3f}" for m, s in zip(middle, spread, strict=True))
        lines.append(f"| {low} to {high} | {len(own)} | {cells} |")
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="*", help="names or paths of results")
    lines = table()
    for name in parser.parse_args().results:
        predictor = pm.load_results(name)
        lines += ["", predictor.name, "", *beside_published(predictor.catalog)]
    print(machine())
    print("\n".join(lines))


if __name__ == "__main__":
    main()
