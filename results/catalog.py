"""What a database says about each result, independent of any model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from protomodels.results.names import is_control_region
from protomodels.statistics.counting_limits import counting_limit, median_count
from protomodels.statistics.simplified import CovarianceModel


@dataclass(frozen=True)
class CombinedRegions:
    """The signal regions of an analysis whose correlations were published.

    Attributes
    ----------
    rows: catalog row of each region, -1 where no map gives it a signal.
    model: data, and the backgrounds without any knowledge of these data; what pseudo-data are drawn from.
    kind: ``covariance``, or ``json`` for one that was fitted to a pyhf JSON.
    control: names of regions of the analysis that the database lists as control or validation regions of the JSON.
    fitted: the likelihood of a JSON for its published data; see :mod:`protomodels.statistics.histfactory.fast`.
    """

    rows: NDArray[np.int64]
    model: CovarianceModel
    kind: str
    control: tuple[str, ...] = ()
    fitted: CovarianceModel | None = None

    @property
    def likelihood(self) -> CovarianceModel:
        """The joint likelihood of the data: the fitted one of published data."""
        return self.model if self.fitted is None else self.fitted

    def with_data(self, observed: NDArray[np.float64]) -> CombinedRegions:
        """The same regions with other data, events, (regions,): the fitted form is for none of them."""
        return replace(self, model=self.model.with_data(observed), fitted=None)

    @cached_property
    def expected_weight(self) -> NDArray[np.float64]:
        """Inverse of the expected covariance of the event counts without a signal, shape (n, n).

        The covariance is that of the backgrounds, plus the expected counts on the diagonal (the Poisson part).
        """
        model = self.model
        return np.linalg.inv(model.covariance + np.diag(np.maximum(model.center, 1e-6)))

    @cached_property
    def mixing(self) -> NDArray[np.float64]:
        """The symmetric root of the correlations of theta, (n, n): theta / widths = mixing @ z with z ~ Norm(0, 1).

        Of all roots it keeps each theta closest to the z of its own region.
        """
        widths = self.model.widths
        values, vectors = np.linalg.eigh(self.model.covariance / np.outer(widths, widths))
        return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


@dataclass(frozen=True)
class Catalog:
    """One row a result: a signal region of an efficiency-map (EM) analysis, an upper-limit (UL) map, or, at the end,
    the combined regions of an analysis.

    All arrays have shape (n,).

    Attributes
    ----------
    analysis: publication id, ``CMS-SUS-19-006``.
    region: signal region of an EM row, topology (``T2tt``) of a UL row.
    is_ul: True for UL rows.
    experiment: ATLAS or CMS.
    sqrts: TeV.
    lumi: integrated luminosity, 1/fb.
    observed, background, delta: event counts and Gaussian uncertainty of EM rows, NaN for UL rows.
    limit_observed, limit_expected: 95% CL limits on sigma x efficiency of EM rows, fb, NaN for UL rows.
    url: where the publication is.
    combined: what is behind each row that combines regions; its counts are sums.
    """

    analysis: NDArray[np.str_]
    region: NDArray[np.str_]
    is_ul: NDArray[np.bool_]
    experiment: NDArray[np.str_]
    sqrts: NDArray[np.float64]
    lumi: NDArray[np.float64]
    observed: NDArray[np.float64]
    background: NDArray[np.float64]
    delta: NDArray[np.float64]
    limit_observed: NDArray[np.float64]
    limit_expected: NDArray[np.float64]
    url: NDArray[np.str_]
    combined: Mapping[int, CombinedRegions] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.analysis)

    @cached_property
    def group(self) -> NDArray[np.int64]:
        """A number from 0 for each pair (analysis, UL or EM), the same for all of its rows, shape (n,).

        :mod:`protomodels.predictor.regions` keeps one row of each group.
        """
        names = np.char.add(self.analysis, np.where(self.is_ul, " UL", " EM"))
        return np.unique(names, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def is_region(self) -> NDArray[np.bool_]:
        """True for single signal, control and validation regions; not for upper limits and combined regions, (n,)."""
        single = ~self.is_ul
        single[list(self.combined)] = False
        return single

    @cached_property
    def median_limit(self) -> NDArray[np.float64]:
        """95% CL limit on the events of each EM row, were its count the median that its background gives, (n,).

        It does not depend on what is observed: all universes over the same backgrounds share it.
        """
        count = median_count(self.background, self.delta)
        return counting_limit(count, self.background, self.delta)

    @cached_property
    def is_control(self) -> NDArray[np.bool_]:
        """True for control and validation regions, by what the database lists or by their names, (n,).

        They measure backgrounds: what they observe is no excess to be explained, and no limit on a signal.
        """
        listed = {(str(self.analysis[row]), name) for row, entry in self.combined.items() for name in entry.control}
        found = np.zeros(len(self), dtype=np.bool_)
        for row in np.flatnonzero(self.is_region).tolist():
            name = str(self.region[row])
            found[row] = is_control_region(name) or (str(self.analysis[row]), name) in listed
        return found

    @property
    def analyses(self) -> list[str]:
        """The publication ids of all analyses, each once, sorted; an analysis may have UL and EM rows."""
        return sorted(set(self.analysis.tolist()))

    def labels(self) -> list[str]:
        """What a table of combinable analyses may name: each analysis, and ``ANALYSIS:REGION`` for each region."""
        pairs = zip(self.analysis[self.is_region].tolist(), self.region[self.is_region].tolist(), strict=True)
        return [*self.analyses, *(f"{analysis}:{region}" for analysis, region in pairs)]


def result_type(is_ul: bool) -> str:
    """``UL`` for an upper-limit map, ``EM`` for an efficiency map.

    >>> result_type(True)
    'UL'
    """
    return "UL" if is_ul else "EM"
