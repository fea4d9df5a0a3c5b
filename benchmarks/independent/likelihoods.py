"""Likelihoods written from the literature, with scipy's minimisers: slow, and with nothing of the program in them.

One region: CMS-NOTE-2017-001; upper limits: arXiv:2012.12246, eq. 3.2 and below; several regions, with or without third
moments: arXiv:1809.05548, eqs. 2.8-2.14.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import xlogy
from scipy.stats import norm, truncnorm

Floats = NDArray[np.float64]


def one_region(s: float, b: float, delta: float, n: float) -> float:
    """ln L = max over the rate of ln Pois(n | rate) - (rate - s - b)^2 / (2 delta^2), up to a constant."""

    def slope(rate: float) -> float:
        return float(n / rate - 1.0 - (rate - s - b) / delta**2)

    top = s + b + n + 10.0 * delta + 1.0
    low = 1e-12
    rate = brentq(slope, low, top, xtol=1e-14, rtol=1e-14) if slope(low) > 0.0 else 0.0
    # data need not be whole numbers: a term of n alone is left out
    return float(xlogy(n, rate) - rate - 0.5 * ((rate - s - b) / delta) ** 2)


def truncated_gaussian(sigma: float, observed: float, expected: float) -> float:
    """ln L of sigma from upper limits on it, up to a constant."""
    width = expected / 1.96
    limit = min(observed, expected + 2.0 * width)

    def above(mode: float) -> float:
        shape = truncnorm((0.0 - mode) / width, np.inf, loc=mode, scale=width)
        return float(shape.sf(limit) - 0.05)

    mode = 0.0 if observed <= expected else max(0.0, brentq(above, -width, 4.0 * width + limit, xtol=1e-13 * width))
    return float(norm.logpdf(sigma, mode, width))


@dataclass(frozen=True)
class Several:
    """Regions with the rates mu s + a + B z + C z^2 and correlated z of unit width.

    Attributes
    ----------
    observed, a, b, c: n and the coefficients a, B, C in events, (n,).
    root: R with z = R t, t independent and of unit width, (n, n).
    """

    observed: Floats
    a: Floats
    b: Floats
    c: Floats
    root: Floats


def several(observed: Floats, mean: Floats, covariance: Floats, third: Floats | None) -> Several:
    """From what an analysis publishes: data, mean, covariance, and the third moments m3 where there are any."""
    m2 = np.diag(covariance)
    if third is None:
        b = np.sqrt(m2)
        return Several(observed, mean, b, np.zeros(len(b)), np.asarray(np.linalg.cholesky(covariance / np.outer(b, b))))
    # eqs. 2.10-2.12: C is the root of a cubic that vanishes with m3; B and a follow, and from them the correlations
    c = np.array([_root(m, t) for m, t in zip(m2, third, strict=True)])
    b = np.sqrt(m2 - 2.0 * c**2)
    a = mean - c
    rho = np.eye(len(b))
    for i in range(len(b)):
        for j in range(i):
            # V_ij = B_i B_j rho + 2 C_i C_j rho^2
            def missing(r: float, i: int = i, j: int = j) -> float:
                return float(b[i] * b[j] * r + 2.0 * c[i] * c[j] * r * r - covariance[i, j])

            rho[i, j] = rho[j, i] = brentq(missing, -1.0, 1.0, xtol=1e-15)
    return Several(observed, a, b, c, np.linalg.cholesky(rho))


def of_form(observed: Floats, center: Floats, curvature: Floats, covariance: Floats) -> Several:
    """From rates a + theta + c theta^2 and the covariance of theta, events."""
    width = np.sqrt(np.diag(covariance))
    root = np.linalg.cholesky(covariance / np.outer(width, width))
    return Several(observed, center, width, curvature * width**2, root)


def _root(m2: float, m3: float) -> float:
    """C with m3 = 6 B^2 C + 8 C^3 = 6 m2 C - 4 C^3, the root nearest to zero."""
    top = np.sqrt(0.5 * m2)
    return float(brentq(lambda c: 6.0 * m2 * c - 4.0 * c**3 - m3, -top, top, xtol=1e-15))


def profile(
    regions: Several, signal: Floats, rng: np.random.Generator, n_starts: int = 3, enough: float = np.inf
) -> float:
    """ln L, less that of rates equal to the data, at the largest of the maxima that several starts find.

    Parameters
    ----------
    signal: mu s, events, (n,).
    n_starts: the first is t = 0, the others are random, one or two standard deviations wide.
    enough: ln L at which no further start is tried.
    """
    n, root = regions.observed, regions.root
    empty = np.flatnonzero(n == 0.0)
    # below it the logarithm goes on as a parabola, so that a minimiser may step there; there are data of 1e-4 events
    floor = min(1e-3, 0.01 * float(n[n > 0.0].min(initial=1.0)))

    def rates(t: Floats) -> tuple[Floats, Floats]:
        z = root @ t
        return signal + regions.a + regions.b * z + regions.c * z * z, regions.b + 2.0 * regions.c * z

    def logarithm(rate: Floats) -> tuple[Floats, Floats, Floats]:
        x = (np.maximum(rate, floor) / floor, np.minimum(rate, floor) / floor - 1.0)
        low = rate < floor
        value = np.log(floor) + np.log(x[0]) + x[1] - 0.5 * x[1] ** 2
        first = np.where(low, (1.0 - x[1]) / floor, 1.0 / np.maximum(rate, floor))
        second = np.where(low, -1.0 / floor**2, -1.0 / np.maximum(rate, floor) ** 2)
        return value, first, second

    # ln(n) of rates equal to the data; 0 where n = 0
    full = np.log(np.maximum(n, 1.0))

    def objective(t: Floats) -> tuple[float, Floats]:
        rate, slope = rates(t)
        value, first, _ = logarithm(rate)
        gradient = root.T @ ((1.0 - n * first) * slope) + t
        return float((rate - n + n * (full - value)).sum() + 0.5 * t @ t), gradient

    def hessian(t: Floats, concave: bool = False) -> Floats:
        rate, slope = rates(t)
        _, first, second = logarithm(rate)
        bend = -n * second * slope**2 + 2.0 * regions.c * (1.0 - n * first)
        bend = np.maximum(bend, 0.0) if concave else bend
        return np.asarray((root.T * bend) @ root + np.eye(len(t)))

    general: Any = minimize  # its types know no pair of a value and its gradient
    best = np.inf
    # t = P u, so that the function is round in u: a tenth of the iterations
    lower = np.linalg.cholesky(hessian(np.zeros(len(n)), concave=True))
    turned = np.linalg.inv(lower).T
    for start in range(n_starts):
        t = rng.standard_normal(len(n)) * (0.0 if start == 0 else 1.0 + start % 2)
        if len(empty):
            bound = {
                "type": "ineq",
                "fun": lambda u: rates(turned @ u)[0][empty],
                "jac": lambda u: (rates(turned @ u)[1][empty, None] * root[empty]) @ turned,
            }

            def in_u(u: Floats) -> tuple[float, Floats]:
                value, gradient = objective(turned @ u)
                return value, turned.T @ gradient

            options = {"ftol": 1e-12, "maxiter": 200}
            found = general(in_u, lower.T @ t, jac=True, method="SLSQP", constraints=[bound], options=options)
            t = turned @ found.x
        else:
            options = {"gtol": 1e-7, "maxiter": 1000}
            found = general(objective, t, jac=True, hess=hessian, method="trust-exact", options=options)
            t = found.x
        rate = rates(t)[0]
        if rate.min() > -1e-7 and rate[n > 0.0].min(initial=np.inf) > floor:
            best = min(best, float(found.fun))
        if -best >= enough:
            break
    return -best
