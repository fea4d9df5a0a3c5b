r"""The Bayes factor of new particles against the Standard Model, in two ways that share no draws of the other.

The chains draw from :math:`\pi(m) L(m)^\beta`, with L relative to the Standard Model, so that the empty model has L = 1
at every temperature.  With :math:`Z = \sum \pi L` over all models, and :math:`\pi_0, P_0` the prior and posterior
probability of the empty one,

.. math:: \ln Z = \int_0^1 \langle \ln L \rangle_\beta \, d\beta, \qquad P_0 = \pi_0 / Z, \qquad
          B = \frac{Z - \pi_0}{1 - \pi_0} = \frac{1 - P_0}{P_0} \cdot \frac{\pi_0}{1 - \pi_0}.

Where L = 0 on a part of the prior (the critic's wall), the rung at beta = 0 draws from all of it, the others from the
share a that is left; its mean is that of this share, and ln a is added.  The integral uses all rungs of the ladder, the
visits the coldest alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from protomodels.statistics.posterior.proportions import probability

Floats = NDArray[np.float64]

FALSE_ALARM: Final = 0.0027
"""How often two ways that agree are said not to: the share beyond three standard deviations of a Gaussian."""
NEVER: Final = 3.0
"""What is seen no times is expected fewer than 3 times, at 95% confidence."""


@dataclass(frozen=True)
class Rungs:
    """What one chain kept of its ladder.

    Attributes
    ----------
    betas: inverse temperatures, in any order, (rungs,); 0 and 1 among them.
    mean, variance: of ln L on each rung, (rungs,), where L is not 0.
    allowed: share of the prior where L is not 0.
    """

    betas: Floats
    mean: Floats
    variance: Floats
    allowed: float = 1.0


@dataclass(frozen=True, slots=True)
class LogBayesFactor:
    """ln B with its standard error; None where it cannot be told, with 95% bounds where these can be."""

    value: float | None = None
    error: float | None = None
    at_least: float | None = None
    at_most: float | None = None


def integral(rungs: Rungs) -> tuple[float, float]:
    r"""ln Z of one ladder, and how far its spacing may move it.

    The corrected trapezoid rule of Friel, Hurn and Wyse (Stat. Comput. 24 (2014) 709): with :math:`d\langle \ln L
    \rangle/d\beta = V`, the variance, :math:`\sum h (E_k + E_{k+1})/2 - h^2 (V_{k+1} - V_k)/12`.  The second number is
    a third of the change when every other rung is left out.

    >>> b = np.linspace(0.0, 1.0, 5)
    >>> value, spacing = integral(Rungs(b, b**2, 2.0 * b))
    >>> round(value, 12), spacing < 1e-12
    (0.333333333333, True)
    """
    order = np.argsort(rungs.betas)
    b, mean, variance = rungs.betas[order], rungs.mean[order], rungs.variance[order]
    fine = _corrected(b, mean, variance)
    if len(b) < 4:
        spacing = abs(fine - float(np.trapezoid(mean, b)))
    else:
        half = np.unique(np.append(np.arange(0, len(b), 2), len(b) - 1))
        spacing = abs(fine - _corrected(b[half], mean[half], variance[half])) / 3.0
    return fine + (math.log(rungs.allowed) if rungs.allowed > 0.0 else -math.inf), spacing


def _corrected(b: Floats, mean: Floats, variance: Floats) -> float:
    h = np.diff(b)
    return float(np.sum(h * (mean[1:] + mean[:-1]) / 2.0 - h**2 * np.diff(variance) / 12.0))


def by_integration(ladders: Sequence[Rungs], prior_empty: float) -> LogBayesFactor:
    """By thermodynamic integration; the error is the spread of independent chains with that of the spacing.

    Parameters
    ----------
    ladders: one a chain.
    prior_empty: prior probability of the empty model, between 0 and 1.
    """
    each = [integral(rungs) for rungs in ladders]
    values = np.array([value for value, _ in each])
    if not np.isfinite(values).all():
        return LogBayesFactor()
    log_z, spacing = float(values.mean()), float(np.mean([s for _, s in each]))
    spread = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    error = math.hypot(spread, spacing)
    z = math.exp(log_z)
    if z <= prior_empty:
        # less than the empty model alone gives: the new particles' part is lost in the error
        upper = math.exp(log_z + 2.0 * error) - prior_empty
        return LogBayesFactor(at_most=math.log(upper / (1.0 - prior_empty)) if upper > 0.0 else None)
    value = math.log((z - prior_empty) / (1.0 - prior_empty))
    return LogBayesFactor(value, error * z / (z - prior_empty))


def by_visits(empty: Sequence[NDArray[np.bool_]], prior_empty: float) -> LogBayesFactor:
    """From how often the coldest rung is the empty model; a bound where it never is, or always.

    Parameters
    ----------
    empty: of each chain, draw by draw, whether there is nothing beyond the lightest particle, (n_i,).
    prior_empty: prior probability of the empty model, between 0 and 1.
    """
    odds = math.log(prior_empty / (1.0 - prior_empty))
    found, n = probability(empty), sum(map(len, empty))
    if found.value == 0.0:
        return LogBayesFactor(at_least=odds + math.log(max(n - NEVER, 1.0) / NEVER))
    if found.value == 1.0:
        return LogBayesFactor(at_most=odds + math.log(NEVER / max(n - NEVER, 1.0)))
    p = found.value
    return LogBayesFactor(odds + math.log((1.0 - p) / p), found.error / (p * (1.0 - p)))


def agree(one: LogBayesFactor, other: LogBayesFactor, chains: int) -> bool:
    """Do two ways give the same within their errors, or within the bound where one has no more?

    Their errors come from few chains: the difference is judged with Student's t of ``chains - 1`` degrees of freedom,
    so that ways that agree are said not to in 0.27% of cases.
    """
    if one.value is not None and other.value is not None:
        errors = math.hypot(one.error or 0.0, other.error or 0.0)
        allowed = errors * float(student.isf(FALSE_ALARM / 2.0, max(chains - 1, 1)))
        return abs(one.value - other.value) <= allowed
    for known, bound in ((one, other), (other, one)):
        if known.value is not None:
            slack = 2.0 * (known.error or 0.0)
            above = bound.at_least is None or known.value + slack >= bound.at_least
            below = bound.at_most is None or known.value - slack <= bound.at_most
            return above and below and (bound.at_least is not None or bound.at_most is not None)
    return False
