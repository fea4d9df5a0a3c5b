r"""The full likelihood of a document: all channels with a signal or control region, all nuisance parameters.

.. math:: \ln L(\mu) = \max_\theta \left[ \sum_{b} \ln \mathrm{Pois}(n_b \,|\, \mu s_b + \nu_b(\theta))
   + \sum_p \ln c_p(a_p \,|\, \theta_p) \right]

with the expected backgrounds nu and the constraint terms c of the document.  The control regions are those that the
database names; validation regions are left out, signals in control regions too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from protomodels.statistics.histfactory.document import JsonRegions
from protomodels.statistics.histfactory.fit import Fit, fit
from protomodels.statistics.histfactory.model import Floats, Indices, Model, histfactory_model


@dataclass(frozen=True)
class FullLikelihood:
    """The likelihood of n signal regions and the control regions of a document.

    Attributes
    ----------
    model: of all b bins of the document.
    observed: events, (b,).
    signal: bins of the signal regions, (n,).
    control: bins of the control regions.
    """

    model: Model
    observed: Floats
    signal: Indices
    control: Indices

    @cached_property
    def fitted(self) -> Indices:
        """Bins of control and signal regions."""
        return np.concatenate([self.control, self.signal])

    @cached_property
    def best(self) -> Fit:
        """The fit to all data without a signal."""
        return fit(self.model, self.observed, self.fitted, start=self.before.point)

    @cached_property
    def before(self) -> Fit:
        """The fit to the control regions and the constraint terms alone."""
        return fit(self.model, self.observed, self.control)

    def best_with(self, signal: Floats) -> Fit:
        """The fit to all data with a signal, events in each signal region, (n,).

        Variations of one sign give a likelihood several maxima: the higher one counts of those that are found from the
        fits without a signal, to all data and to the control regions.
        """
        added = np.zeros(self.model.n_bins)
        added[self.signal] = signal
        starts = (self.best.point, self.before.point)
        found = [fit(self.model, self.observed, self.fitted, signal=added, start=start) for start in starts]
        return max(found, key=lambda each: (each.converged, each.value))

    def log_likelihood_ratio(self, signal: ArrayLike, mu: Sequence[float]) -> Floats:
        """ln L(mu) - ln L(0).

        Parameters
        ----------
        signal: events in each signal region for mu = 1, (n,).
        mu: signal strengths >= 0, (m,).

        Returns
        -------
        (m,); NaN where a fit did not certify its maximum.

        >>> from protomodels.statistics.histfactory.document import JsonRegions
        >>> known = {"name": "scale", "type": "normsys", "data": {"hi": 1.001, "lo": 0.999}}
        >>> sample = {"name": "background", "data": [4.0], "modifiers": [known]}
        >>> spec = {"channels": [{"name": "SR", "samples": [sample]}], "observations": [{"name": "SR", "data": [6.0]}]}
        >>> regions = JsonRegions(spec | {"measurements": [{"config": {}}]}, ("SR",), (("SR", 0),), ())
        >>> full_likelihood(regions).log_likelihood_ratio([2.0], [1.0]).round(3).tolist()   # 6 ln(6 / 4) - 2
        [0.433]
        """
        events = np.asarray(signal, dtype=np.float64)
        found = [self.best_with(strength * events) for strength in mu]
        certified = [self.best.converged and each.converged for each in found]
        ratios = np.array([each.value - self.best.value for each in found], dtype=np.float64)
        return np.where(certified, ratios, np.nan)


def full_likelihood(regions: JsonRegions) -> FullLikelihood:
    """The likelihood of a document.

    Raises
    ------
    KeyError: where the document lacks a part of the format.
    ValueError: where it has a modifier that is not known here.
    """
    model = histfactory_model(regions.spec)
    data = regions.data
    observed = np.concatenate([np.asarray(data[name], dtype=np.float64) for name in model.channels])
    signal = [model.channels[channel] + number for channel, number in regions.signal]
    control = [model.channels[name] + i for name in regions.control for i in range(len(data[name]))]
    return FullLikelihood(model, observed, np.array(signal, dtype=np.intp), np.array(control, dtype=np.intp))
