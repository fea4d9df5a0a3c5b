"""What one model gives in each result: the container that every predictor fills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from protomodels.particles import particles_in
from protomodels.results.catalog import Catalog
from protomodels.statistics.curves import LIMIT, NO_LIKELIHOOD, REGION, Curves
from protomodels.statistics.truncated_gaussian import limit_center_and_width


@dataclass(frozen=True)
class Predictions:
    """The predictions of one model, n rows; a UL map has a row for each of its mass clusters.

    Attributes
    ----------
    catalog: the results that ``rows`` points into.
    rows: index into the catalog, shape (n,).
    sigma: fb, shape (n,): sigma x BR for UL, sigma x BR x efficiency for EM.
    limit_observed, limit_expected: 95% CL upper limits on ``sigma``, fb, shape (n,); the expected one is NaN where
        it was not published.
    particle_masks: for each row the particles whose production or decay gives its signal, as a mask
        (``protomodels.particles.particle_mask``), shape (n,).
    topology_bits: for each row the model's decay topologies that give its signal, a bit each, shape (n, words); the
        numbering is that of this prediction.
    region_signal: events for mu = 1 of every signal region of the catalog, (len(catalog),); empty where no row combines
        regions.
    left_out: (analysis, reason) of every analysis that could not be evaluated for this model.
    marked: share of ``sigma`` that comes from the last cell of a map, from off its plane, or from too small an
        efficiency (:mod:`protomodels.predictor.maps.edges`), shape (n,); of combined regions that of one that matters,
        where it is larger; 0 from a predictor that does not know.
    """

    catalog: Catalog
    rows: NDArray[np.int64]
    sigma: NDArray[np.float64]
    limit_observed: NDArray[np.float64]
    limit_expected: NDArray[np.float64]
    particle_masks: NDArray[np.int64]
    topology_bits: NDArray[np.uint64]
    region_signal: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    left_out: tuple[tuple[str, str], ...] = ()
    marked: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if len(self.marked) != len(self.rows):
            object.__setattr__(self, "marked", np.zeros(len(self.rows)))

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def particles(self) -> tuple[frozenset[int], ...]:
        """For each row the PDG ids of the particles whose production or decay gives its signal, read from
        ``particle_masks``."""
        return tuple(particles_in(mask) for mask in self.particle_masks.tolist())

    @property
    def analysis(self) -> NDArray[np.str_]:
        """Publication id of each row, such as ``CMS-SUS-19-006``, shape (n,)."""
        return self.catalog.analysis[self.rows]

    @property
    def is_ul(self) -> NDArray[np.bool_]:
        """True for rows of upper-limit maps, False for signal regions, shape (n,)."""
        return self.catalog.is_ul[self.rows]

    @property
    def is_control(self) -> NDArray[np.bool_]:
        """True for control and validation regions, which are neither candidates nor limits."""
        return self.catalog.is_control[self.rows]

    @property
    def signal(self) -> NDArray[np.float64]:
        """Signal for mu = 1, (n,): events for EM rows (sigma x luminosity), fb for UL rows."""
        return np.where(self.is_ul, self.sigma, self.sigma * self.catalog.lumi[self.rows])

    @property
    def r_obs(self) -> NDArray[np.float64]:
        """sigma / observed 95% CL limit, (n,): above 1 the row excludes mu = 1."""
        return self.sigma / self.limit_observed

    @property
    def r_exp(self) -> NDArray[np.float64]:
        """sigma / expected 95% CL limit, (n,); NaN without one."""
        return self.sigma / self.limit_expected

    @property
    def has_likelihood(self) -> NDArray[np.bool_]:
        """True where a likelihood can be written down, shape (n,): all EM rows, UL rows with both limits.

        An observed limit alone excludes, but does not tell how likely a signal is.
        """
        return np.isfinite(self.limit_observed) & np.isfinite(self.limit_expected) | ~self.is_ul

    def sharing(self) -> NDArray[np.bool_]:
        """Which rows see the same decay topology of the model.

        Returns
        -------
        shape (n, n), symmetric: True where two signals have a topology in common.
        """
        return np.asarray((self.topology_bits[:, None, :] & self.topology_bits[None, :, :]).any(axis=2))

    def take(self, index: Sequence[int] | NDArray[Any]) -> Predictions:
        """The predictions of some rows, in the order given.

        Parameters
        ----------
        index: of rows, (k,).

        Raises
        ------
        IndexError: where there is no such row.
        """
        chosen = np.asarray(index, dtype=np.int64)
        return Predictions(
            self.catalog,
            self.rows[chosen],
            self.sigma[chosen],
            self.limit_observed[chosen],
            self.limit_expected[chosen],
            self.particle_masks[chosen],
            self.topology_bits[chosen],
            self.region_signal,
            self.left_out,
            self.marked[chosen],
        )

    def scaled(self, mu: float) -> Predictions:
        """The predictions for all cross sections times ``mu``: sigma and events scale, limits stay.

        Which clusters the model has in a UL map was decided at mu = 1, and is not decided again.

        Parameters
        ----------
        mu: signal strength.
        """
        return Predictions(
            self.catalog,
            self.rows,
            self.sigma * mu,
            self.limit_observed,
            self.limit_expected,
            self.particle_masks,
            self.topology_bits,
            self.region_signal * mu,
            self.left_out,
            self.marked,
        )

    def log_likelihood_ratio(self, mu: ArrayLike) -> NDArray[np.float64]:
        """ln L(mu) - ln L(0) of every row.

        Parameters
        ----------
        mu: signal strengths, shape (m,).

        Returns
        -------
        shape (n, m); NaN for rows without a likelihood.
        """
        return self.curves()(mu)

    def curves(self) -> Curves:
        """The likelihood curves ln L(mu) - ln L(0) of all rows, made once for many calls.

        EM rows have the likelihood of :mod:`protomodels.statistics.region`, UL rows with both limits that of
        :mod:`protomodels.statistics.truncated_gaussian`, combined regions that of
        :mod:`protomodels.statistics.simplified`.
        """
        catalog, rows, ul = self.catalog, self.rows, self.is_ul
        kind = np.where(ul, np.where(self.has_likelihood, LIMIT, NO_LIKELIHOOD), REGION)
        center, width = catalog.background[rows], catalog.delta[rows]
        usable = np.flatnonzero(kind == LIMIT)
        if len(usable):
            limits = limit_center_and_width(self.limit_observed[usable], self.limit_expected[usable])
            center[usable], width[usable] = limits
        several = tuple(
            (i, catalog.combined[row].likelihood, self.signals_of(row))
            for i, row in enumerate(rows.tolist())
            if row in catalog.combined
        )
        return Curves(kind, self.signal, center, width, catalog.observed[rows], several)

    def signals_of(self, row: int) -> NDArray[np.float64]:
        """Events for mu = 1 in each region of a catalog row that combines regions.

        Returns
        -------
        shape (regions,), in the order of the joint likelihood; 0 where no map gives the region a signal.

        Raises
        ------
        KeyError: where the row combines no regions.
        """
        regions = self.catalog.combined[row].rows
        return np.where(regions >= 0, self.region_signal[regions], 0.0)
