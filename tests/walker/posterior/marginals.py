"""Does a sample of independent points have the prior's marginals?  A p-value for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import stats

from protomodels.channels import open_channels
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior

ALARM: Final = 1e-3
"""Rate of false alarms of a test, all its p-values together (Bonferroni)."""
FEWEST: Final = 40


def alarm(p_values: dict[str, float]) -> dict[str, float]:
    """Those that are too small."""
    return {name: p for name, p in p_values.items() if not p * len(p_values) > ALARM}


def p_values(points: Sequence[Point], prior: Prior) -> dict[str, float]:
    """Of the number of particles, each particle, its mass, channels, shares, and multipliers.

    Parameters
    ----------
    points: independent ones.
    """
    n = len(points)
    numbers = np.array([len(point.masses) for point in points])
    expected = n * prior.contents.number_probabilities
    found = {"number": chi_square(np.bincount(numbers, minlength=len(expected) + 1)[1:], expected)}
    for pid, probability in prior.contents.inclusion().items():
        found[f"particle {pid}"] = stats.binomtest(sum(pid in p.masses for p in points), n, probability).pvalue
    places = defaultdict(list)
    for point in points:
        for pid, mass in point.masses.items():
            places[f"mass {pid}"].append(_place(mass, prior.masses.intervals(pid, point.masses)))
        places["common"].append(stats.norm.cdf(point.common, 0.0, prior.multipliers.width))
        for value in point.own.values():
            places["own"].append(stats.norm.cdf(value, 0.0, prior.multipliers.width))
    of_channels: dict[int, list[int]] = defaultdict(list)
    of_free: dict[int, list[bool]] = defaultdict(list)
    for point in points:
        for pid, decay in point.decays.items():
            k = len(decay.channels)
            of_channels[len(open_channels(pid, point.masses))].append(k)
            if k > 1:
                of_free[k].append(decay.shares is not None)
            if decay.shares is not None:
                a = prior.decays.concentration
                places["share"].append(float(stats.beta.cdf(decay.shares[0], a, (k - 1) * a)))
    found |= {name: stats.kstest(values, "uniform").pvalue for name, values in places.items() if len(values) > FEWEST}
    for n_open, values in of_channels.items():
        if len(values) > FEWEST and n_open > 1:
            weights = np.array([_weight(prior, k, n_open) for k in range(1, n_open + 1)])
            counts = np.bincount(values, minlength=n_open + 1)[1:]
            found[f"channels of {n_open}"] = chi_square(counts, len(values) * weights / weights.sum())
    for k, free in of_free.items():
        if len(free) > FEWEST:
            found[f"free of {k}"] = stats.binomtest(sum(free), len(free), np.exp(prior.decays.log_free(k))).pvalue
    with_own, unstable = (sum(len(part) for part in parts) for parts in _parts(points))
    found["own or common"] = stats.binomtest(with_own, unstable, prior.multipliers.probability_own).pvalue
    return found


def chi_square(counts: np.ndarray, expected: np.ndarray) -> float:
    """The p-value of counts; the last are put together until 8 of each are expected."""
    counts, expected = [*map(float, counts)], [*map(float, expected)]
    while len(expected) > 2 and expected[-1] < 8.0:
        expected[-2:], counts[-2:] = [sum(expected[-2:])], [sum(counts[-2:])]
    scaled = np.array(expected) * sum(counts) / sum(expected)
    return float(stats.chisquare(counts, scaled).pvalue)


def _parts(points: Sequence[Point]) -> tuple[list[dict[int, float]], list[dict[int, object]]]:
    return [dict(point.own) for point in points], [dict(point.decays) for point in points]


def _place(mass: float, intervals: tuple[tuple[float, float], ...]) -> float:
    """The part of the allowed range that lies below a mass."""
    below = sum(min(max(mass - low, 0.0), high - low) for low, high in intervals)
    return below / sum(high - low for low, high in intervals)


def _weight(prior: Prior, k: int, n_open: int) -> float:
    """Of k of the open channels, from the words of docs/reference/posterior.md."""
    q, cost = prior.decays.inclusion, prior.decays.cost
    free = np.exp(-cost * (k - 1)) if k > 1 else 0.0
    return float(stats.binom.pmf(k, n_open, q) * (1.0 + free))
