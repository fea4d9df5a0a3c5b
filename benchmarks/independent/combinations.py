"""The parsimony counts, and the best legal combination by trying every subset (arXiv:2012.12246, eqs. 3.5 and 4.1).

The prior on multipliers is that of docs/adr/0025-guards.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar


def grouped(values: Iterable[float], within: float) -> list[list[float]]:
    """Values that count as one, together: those within a part of the smallest of them."""
    left = sorted(values)
    found = []
    while left:
        end = left[0] * (1.0 + within)
        found.append([value for value in left if value <= end])
        left = left[len(found[-1]) :]
    return found


def groups(values: Iterable[float], within: float) -> int:
    """Number of different values, where equal is what lies within a part of the smallest of its group."""
    return len(grouped(values, within))


def penalty(n_particles: int, shares: Iterable[Iterable[float]], multipliers: list[float]) -> float:
    """-2 ln pi: branching ratios equal within 5%, multipliers within 3%, each repetition of one costing a tenth."""
    n_br = sum(groups(own, 0.05) - 1 for own in shares)
    n_ssm = groups(multipliers, 0.03)
    return n_particles + 0.5 * n_br + 0.25 * (n_ssm + 0.1 * (len(multipliers) - n_ssm))


def strength(multipliers: Iterable[float], spread: float) -> float:
    """-2 ln of the log-normal prior on multipliers: (ln kappa / ln spread)^2, of those within 3% the mean."""
    own = [[(math.log(kappa) / math.log(spread)) ** 2 for kappa in group] for group in grouped(multipliers, 0.03)]
    return sum(sum(squares) / len(squares) for squares in own)


def best_of_all(ratio: Callable[[int, float], float], allowed: NDArray[np.bool_], mu_max: float, least: int) -> float:
    """The largest sum of ln L(mu) - ln L(0), over every subset that is legal and to which nothing can be added.

    Parameters
    ----------
    ratio: of result i at mu.
    allowed: which two may be combined, (n, n).
    least: members of a combination, at least.
    """
    n = len(allowed)
    best = -np.inf
    for size in range(max(least, 1), n + 1):
        for members in combinations(range(n), size):
            own = list(members)
            if not all(allowed[i, j] for i, j in combinations(own, 2)):
                continue
            if any(allowed[i, own].all() for i in range(n) if i not in members):
                continue
            found = minimize_scalar(
                lambda mu, own=own: -sum(ratio(i, mu) for i in own),
                bounds=(0.0, mu_max),
                method="bounded",
                options={"xatol": 1e-10 * mu_max},
            )
            at_end = sum(ratio(i, mu_max) for i in own)
            best = max(best, 0.0, -float(found.fun), at_end)
    return best
