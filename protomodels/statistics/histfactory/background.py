r"""The backgrounds of the signal regions as control regions and constraint terms know them, to first order.

.. math:: b = \nu(\hat\theta), \qquad V = J\, I^{-1} J^T, \qquad
   \hat\theta = \arg\max \Big[ \sum_{b \in CR} \ln \mathrm{Pois}(n_b \,|\, \nu_b(\theta))
   + \sum_p \ln c_p(\theta_p) \Big]

with the slopes J = d nu / d theta and the information I of that fit, in which the data of the signal regions have no
part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.statistics.histfactory.fit import information
from protomodels.statistics.histfactory.full import FullLikelihood
from protomodels.statistics.histfactory.model import Floats
from protomodels.statistics.simplified import CovarianceModel, covariance_model

RIDGE: Final = 1e-4
"""Relative addition to the variances: fewer sources of uncertainty than regions leave a covariance singular."""
SMALLEST: Final = 1e-6
"""Of a background, events."""


def spread(full: FullLikelihood, point: Floats) -> tuple[Floats, Floats]:
    """Expected events of the n signal regions at some parameters (p,), and the covariance V there, (n,), (n, n)."""
    model = full.model
    rates, slopes = model.slopes(point)
    own = slopes[full.signal]
    own[:, (point <= model.low) | (point >= model.high)] = 0.0
    matrix = information(model, point, full.observed, full.control)
    covariance = own @ np.linalg.solve(matrix, own.T)
    covariance[np.diag_indices(len(own))] *= 1.0 + RIDGE
    return np.maximum(rates[full.signal], SMALLEST), 0.5 * (covariance + covariance.T)


def background_model(full: FullLikelihood) -> CovarianceModel:
    """The Gaussian backgrounds b and V of a document's n signal regions, with their data.

    Raises
    ------
    ValueError: where the fit does not reach its maximum, or nothing is uncertain.
    """
    if not full.before.converged:
        raise ValueError(f"the fit to the control regions stopped {full.before.gain:.1e} below its maximum")
    background, covariance = spread(full, full.before.point)
    return covariance_model(full.observed[full.signal], background, covariance)


@dataclass(frozen=True)
class Agreement:
    """How backgrounds compare with published ones, b +- delta of n regions.

    Attributes
    ----------
    shift: largest difference of a mean, in units of delta.
    width: median of the widths over delta.
    """

    shift: float
    width: float


def agreement(model: CovarianceModel, background: Floats, delta: Floats) -> Agreement:
    """Backgrounds of a model beside the published ones.

    Parameters
    ----------
    background, delta: published, events, (n,); NaN where nothing is.

    Returns
    -------
    NaN where nothing was published for any region.

    >>> model = covariance_model([5.0], [4.0], [[1.0]])
    >>> agreement(model, np.array([5.0]), np.array([2.0]))
    Agreement(shift=0.5, width=0.5)
    """
    known = np.isfinite(background) & (delta > 0.0)
    if not known.any():
        return Agreement(np.nan, np.nan)
    shift = np.abs(model.center - background)[known] / delta[known]
    return Agreement(float(shift.max()), float(np.median(model.widths[known] / delta[known])))
