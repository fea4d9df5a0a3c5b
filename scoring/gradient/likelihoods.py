r"""Likelihoods of results whose signals s depend on parameters: ln L(mu) - ln L(0), its slopes, its information.

At the best nuisance parameters only the explicit dependence on the signal counts (envelope theorem): for a region, and
for each of several,

.. math:: \frac{\partial \ln L}{\partial (\mu s_i)} = p_i = \frac{n_i}{\lambda_i} - 1

Information is what is expected from data of the fitted rates, with the nuisance parameters profiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import PredictionError
from protomodels.statistics.profiles.dual import multipliers
from protomodels.statistics.region import region_log_likelihood, region_rate
from protomodels.statistics.simplified import CovarianceModel
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA, mode_spline

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class At:
    """A likelihood at one signal strength, with p parameters.

    Attributes
    ----------
    ratio: ln L(mu) - ln L(0).
    slope: its derivative in mu.
    gradient: its derivatives in the parameters at fixed mu, (p,).
    information: Fisher's, of the parameters at fixed mu, (p, p).
    """

    ratio: float
    slope: float
    gradient: Floats
    information: Floats


class Likelihood(Protocol):
    """Of one result."""

    def at(self, mu: float) -> At:
        """At one signal strength."""
        ...


@dataclass(frozen=True, eq=False)
class Region:
    """A signal region: events for mu = 1 and their slopes (p,); background, its uncertainty, data, events."""

    signal: float
    slopes: Floats
    background: float
    delta: float
    observed: float

    def at(self, mu: float) -> At:
        """See :mod:`protomodels.statistics.region`; the information is 1 / (lambda + delta^2) of mu s."""
        expected = self.background + mu * self.signal
        rate = float(region_rate(expected, self.delta, self.observed))
        pull = (rate - expected) / self.delta**2
        values = region_log_likelihood([mu * self.signal, 0.0], self.background, self.delta, self.observed)
        rises = mu * self.slopes
        information = np.outer(rises, rises) / (rate + self.delta**2)
        return At(float(values[0] - values[1]), pull * self.signal, pull * rises, information)


@dataclass(frozen=True, eq=False)
class Limit:
    """An upper limit: signal in fb, observed and expected limit (2,), and their slopes (p,) and (2, p)."""

    signal: float
    slopes: Floats
    limits: Floats
    limit_slopes: Floats

    def at(self, mu: float) -> At:
        """See :mod:`protomodels.statistics.truncated_gaussian`; the information is that of its Gaussian."""
        observed, expected = self.limits.tolist()
        width = expected / EXPECTED_LIMIT_IN_SIGMA
        reduced = observed / width
        inside = EXPECTED_LIMIT_IN_SIGMA < reduced < EXPECTED_LIMIT_IN_SIGMA + 2.0
        mode = float(mode_spline()(np.clip(reduced, EXPECTED_LIMIT_IN_SIGMA, EXPECTED_LIMIT_IN_SIGMA + 2.0)))
        rise = float(mode_spline()(reduced, 1)) if inside else 0.0
        width_slopes = self.limit_slopes[1] / EXPECTED_LIMIT_IN_SIGMA
        # in units of the width; mu s / w - mode
        pull = mu * self.signal / width - mode
        mode_slopes = rise * (self.limit_slopes[0] - reduced * width_slopes) / width
        rises = mu * self.slopes / width
        gradient = mode * mode_slopes - pull * (rises - mu * self.signal / width**2 * width_slopes - mode_slopes)
        ratio, slope = 0.5 * (mode * mode - pull * pull), -pull * self.signal / width
        return At(ratio, slope, gradient, np.outer(rises, rises))


@dataclass(frozen=True, eq=False)
class Several:
    """Regions with correlations: events for mu = 1, (regions,), and their slopes, (regions, p)."""

    signal: Floats
    slopes: Floats
    model: CovarianceModel

    @cached_property
    def _nothing(self) -> float:
        return self.model.profile(np.zeros_like(self.signal), 0.0).log_likelihood

    def at(self, mu: float) -> At:
        """See :mod:`protomodels.statistics.simplified`; the information is the inverse of the counts' covariance.

        Raises
        ------
        PredictionError: where a profile is not certified.
        """
        model = self.model
        found = model.profile(self.signal, mu)
        if not found.certified:
            raise PredictionError(
                f"the likelihood of {len(self.signal)} regions has no certified maximum at mu = {mu:g}"
            )
        base, theta = model.center + mu * self.signal, found.theta
        p = np.empty(len(theta))
        multipliers(model.observed, base, model.curvature, model.weight, theta, p)
        bend = 1.0 + 2.0 * model.curvature * theta
        rates = np.maximum(base + theta + model.curvature * theta**2, 0.0)
        rises = mu * self.slopes
        counts = model.covariance * np.outer(bend, bend) + np.diag(rates)
        information = rises.T @ np.linalg.solve(counts, rises)
        return At(found.log_likelihood - self._nothing, float(p @ self.signal), p @ rises, information)


def together(likelihoods: Sequence[Likelihood], mu: float, p: int) -> At:
    """The product of the likelihoods of independent results, with p parameters."""
    ratio, slope, gradient, information = 0.0, 0.0, np.zeros(p), np.zeros((p, p))
    for likelihood in likelihoods:
        one = likelihood.at(mu)
        ratio, slope = ratio + one.ratio, slope + one.slope
        gradient += one.gradient
        information += one.information
    return At(ratio, slope, gradient, information)
