"""The best legal combination and the signal strength it prefers, exactly, with the proof's figures.

Wanted is (arXiv:2012.12246, eq. 3.5, without the prior, which is common to all combinations)

    max over legal c, max over 0 <= mu <= mu_max of  sum_{i in c} [ ln L_i(mu) - ln L_i(0) ] .

Members may well have a negative share: a combination must contain everything that could be added, good or
bad, else the excesses would be cherry-picked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.cliques import Legal, legal_combinations
from protomodels.combiner.search import Search

MU_CEILING: Final = 1e9
"""Where mu_max is larger or infinite, mu is searched up to here. A signal region with any signal limits mu by
itself (the Poisson curve falls for mu s > n), so the ceiling is met only by results without signal, or by
ones of less than about 1e-9 events, where mu_hat means nothing."""


class Combination(NamedTuple):
    """One legal combination at its own best signal strength: members ascending, ln L(mu_hat) - ln L(0)."""

    members: tuple[int, ...]
    mu_hat: float
    log_ratio: float


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was searched, and the bounds that make the outcome a proven one.

    Attributes
    ----------
    cliques: number of maximal cliques of each component of the graph of forbidden pairs.
    n_legal: number of legal combinations: the product of these.
    n_mu: number of signal strengths on the common grid.
    n_intervals: number of intervals of mu that were bounded.
    n_polished: number of combinations whose own maximum was computed.
    upper_bound: no legal combination has a larger log ratio, at any mu.
    unlisted_bound: none but the best and the listed runners-up has a larger one (-inf: there is no other).
    convexity: largest violation of concavity seen in a curve, in ln L. The bounds hold for concave curves: a
        value above rounding (say 1e-9) says that they are estimates only.
    at_ceiling: the best mu is the ceiling that replaced a larger mu_max.
    """

    cliques: tuple[int, ...]
    n_legal: int
    n_mu: int
    n_intervals: int
    n_polished: int
    upper_bound: float
    unlisted_bound: float
    convexity: float
    at_ceiling: bool

    @property
    def n_components(self) -> int:
        """Number of groups of results that are connected by forbidden pairs."""
        return len(self.cliques)


@dataclass(frozen=True, slots=True)
class BestCombination:
    """The best legal combination.

    Attributes
    ----------
    members: indices of its results, ascending.
    mu_hat: signal strength in [0, mu_max] at which it is best.
    log_ratio: sum over the members of ln L_i(mu_hat) - ln L_i(0); never negative, because mu = 0 gives 0.
    runners_up: the next ones, each at its own mu_hat, in descending order.
    certificate: the figures of the proof.
    """

    members: tuple[int, ...]
    mu_hat: float
    log_ratio: float
    runners_up: tuple[Combination, ...]
    certificate: Certificate

    @property
    def Z(self) -> float:  # noqa: N802 - the name in the paper
        """Significance in standard deviations, sqrt(2 log_ratio)."""
        return float(np.sqrt(2.0 * max(self.log_ratio, 0.0)))


def best_combination(
    log_likelihood_ratio: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    allowed: NDArray[np.bool_],
    mu_max: float,
    *,
    min_size: int = 1,
    n_runners_up: int = 5,
    tolerance: float = 1e-9,
) -> BestCombination | None:
    """Find the legal combination with the largest log likelihood ratio.

    Parameters
    ----------
    log_likelihood_ratio: mu (m,), in any order -> ln L_i(mu) - ln L_i(0) (n, m); concave in mu, 0 at mu = 0.
    allowed: (n, n) symmetric: may i and j be combined? (``Combinability.pairwise``)
    mu_max: largest allowed signal strength, >= 0, may be infinite (see ``MU_CEILING``).
    min_size: combinations of fewer results do not count (policy "paper": 2).
    n_runners_up: how many further combinations are listed.
    tolerance: in ln L: nothing better than the best, and no unlisted one better than the last of the list, by
        more.

    Returns
    -------
    The best one; None where there is no legal combination (no results, or all smaller than ``min_size``).

    Raises
    ------
    CombinationError: where one component has too many cliques.
    PredictionError: where a curve is not finite.
    ValueError: where an argument is out of range or of a wrong shape.

    Two results that exclude one another, and a third that goes with both:

    >>> a, b = np.array([[2.0], [3.0], [-1.0]]), np.array([[1.0], [1.0], [0.5]])
    >>> allowed = np.array([[0, 0, 1], [0, 0, 1], [1, 1, 0]], dtype=bool)
    >>> best = best_combination(lambda mu: a * mu - b * mu**2, allowed, mu_max=10.0)
    >>> best.members, round(best.mu_hat, 6), round(best.log_ratio, 6)  # (3 - 1)^2 / (4 (1 + 0.5)) at 2/3
    ((1, 2), 0.666667, 0.666667)
    >>> best.certificate.cliques, [c.members for c in best.runners_up]
    ((2, 1), [(0, 2)])
    """
    _check(allowed, mu_max, min_size, n_runners_up, tolerance)
    legal = legal_combinations(allowed, min_size)
    if legal is None:
        return None
    top = min(float(mu_max), MU_CEILING)
    search = Search(log_likelihood_ratio, legal, top, 1 + n_runners_up, tolerance)
    search.run()
    ranked = sorted(
        (-float(search.value[i]), _members(legal, rows), float(search.mu_hat[i]), float(search.slack[i]))
        for rows, i in search.known.items()
    )
    found = [Combination(members, mu_hat, -value) for value, members, mu_hat, _ in ranked]
    above = [slack - value for value, _, _, slack in ranked]
    best, listed = found[0], found[1 : 1 + n_runners_up]
    certificate = Certificate(
        cliques=legal.sizes,
        n_legal=legal.count,
        n_mu=len(search.mu),
        n_intervals=search.n_intervals,
        n_polished=len(found),
        upper_bound=max(search.remaining, *above),
        unlisted_bound=max([search.remaining, *above[1 + n_runners_up :]]),
        convexity=search.convexity(),
        at_ceiling=best.mu_hat == top < mu_max,
    )
    return BestCombination(*best, tuple(listed), certificate)


def _members(legal: Legal, rows: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(legal.rows[list(rows)].any(axis=0)).tolist())


def _check(allowed: NDArray[np.bool_], mu_max: float, min_size: int, n_runners_up: int, tolerance: float) -> None:
    if allowed.ndim != 2 or allowed.shape[0] != allowed.shape[1] or allowed.dtype != np.bool_:
        raise ValueError(f"allowed must be a square matrix of bool, not {allowed.dtype} {allowed.shape}")
    if (allowed != allowed.T).any() or allowed.diagonal().any():
        raise ValueError("allowed must be symmetric and False on its diagonal")
    if not mu_max >= 0.0:
        raise ValueError(f"mu_max must be 0 or larger, not {mu_max}")
    if min_size < 1 or n_runners_up < 0 or not tolerance > 0.0:
        raise ValueError("min_size must be >= 1, n_runners_up >= 0 and tolerance > 0")
