"""The predictor that works on compiled results: milliseconds a model, with SModelS's predictions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.model import ProtoModel
from protomodels.predictor.numeric.clusters import cluster_limits
from protomodels.predictor.numeric.limits import list_limits
from protomodels.predictor.numeric.observed import ObservedLimits, Shifts, published_excesses
from protomodels.predictor.numeric.signals import accumulate, add_regions, decay_weights, evaluate_points, needed_points
from protomodels.predictor.predictions import Predictions
from protomodels.predictor.structures.matching import Matcher
from protomodels.predictor.structures.recipe import Recipe, recipe_of
from protomodels.production import CrossSections, cross_sections
from protomodels.results.catalog import Catalog
from protomodels.results.compiled.file import CompiledResults
from protomodels.results.compiled.tables import Grids, Maps, grids_from, take
from protomodels.settings import SIGMACUT

MAX_MEMORY: Final = 4_000_000
"""Bytes of structures that one predictor remembers; the least recently used are forgotten first."""
CHECK_MEMORY: Final = 8
"""New structures between two looks at their size."""
SMALLEST_SIGNAL: Final = 1e-6
"""fb; SModelS reports no smaller signals."""


@dataclass
class Statistics:
    """What a predictor has done: predictions, structures that had to be built, look-ups in maps."""

    predictions: int = 0
    structures: int = 0
    grown: int = 0
    lookups: int = 0


class CompiledPredictor:
    """Predictions from compiled results, with the published data or, :meth:`with_data`, with others.

    Parameters
    ----------
    arrays, meta: a compiled file's; see ``protomodels.results.compiled.gather``.

    Attributes
    ----------
    universe: whose data these are; None for the published ones.
    observed_limits: how observed upper limits come about.
    """

    def __init__(
        self, arrays: dict[str, NDArray[Any]], meta: dict[str, Any], catalog: Catalog, fingerprint: str, name: str
    ) -> None:
        self._arrays = arrays
        self._grids: Grids = grids_from(arrays)
        self._maps: Maps = take(Maps, arrays, "map_")
        self._energies: list[float] = meta["energies"]
        self._matcher = Matcher(meta)
        self._catalog, self._fingerprint, self._name = catalog, fingerprint, name
        maps = self._maps
        sizes = np.where(maps.cell_block >= 0, np.diff(maps.block_maps)[np.maximum(maps.cell_block, 0)], 2)
        total = np.concatenate([[0], np.cumsum(sizes)])
        self._widths = np.diff(total[maps.cell_start]).astype(np.int64)
        self._members = {row: entry.rows[entry.rows >= 0] for row, entry in catalog.combined.items()}
        self._recipes: OrderedDict[object, Recipe] = OrderedDict()
        self.meta = meta
        self.statistics = Statistics()
        self.universe: Hashable | None = None
        self.observed_limits = ObservedLimits.published(len(maps.limit_row))

    @classmethod
    def of(cls, results: CompiledResults) -> CompiledPredictor:
        """The predictor of some compiled results."""
        return cls(results.arrays, results.meta, results.catalog, results.fingerprint, results.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the results' text."""
        return self._fingerprint

    @property
    def name(self) -> str:
        """What the user called the results."""
        return self._name

    @property
    def catalog(self) -> Catalog:
        """What the results say, independent of any model."""
        return self._catalog

    @property
    def limit_rows(self) -> NDArray[np.int64]:
        """Catalog row of each upper-limit map."""
        return self._maps.limit_row

    @property
    def has_expected_limit(self) -> NDArray[np.bool_]:
        """True for upper-limit maps that have expected limits."""
        return np.asarray(self._maps.limit_grids[:, 1] >= 0)

    def published_limit_excesses(self) -> NDArray[np.float64]:
        """How far published limits are from expected ones; see :func:`published_excesses`."""
        return published_excesses(self._grids, self._maps)

    def with_catalog(self, catalog: Catalog) -> CompiledPredictor:
        """The same maps with another catalog, which no file holds."""
        meta = {name: value for name, value in self.meta.items() if name != "file"}
        return CompiledPredictor(self._arrays, meta, catalog, self._fingerprint, self._name)

    def with_data(self, catalog: Catalog, limits: ObservedLimits, universe: Hashable) -> CompiledPredictor:
        """The same maps with the data of a universe.

        Structures and look-ups do not depend on the data: what is remembered of them is shared.
        """
        other = copy(self)
        other._catalog, other.observed_limits, other.universe = catalog, limits, universe
        return other

    def predict(self, model: ProtoModel, sections: CrossSections | None = None) -> Predictions:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        return self.predict_with_places(model, sections)[0]

    def predict_with_places(
        self, model: ProtoModel, sections: CrossSections | None = None
    ) -> tuple[Predictions, Shifts]:
        """The predictions, and where in the upper-limit maps the model is seen with which cross section."""
        sections = sections or cross_sections(model)
        self.statistics.predictions += 1
        recipe = self._recipe(model, sections)
        masses = np.array([model.masses[pid] for pid in recipe.structure.pids])
        weights, active = self._weights(recipe, model, sections)
        s = recipe.structure.arrays
        columns = np.array([_column(sections.sqrts, energy) for energy in self._energies], dtype=np.int64)
        sms_weights = np.zeros((len(s.sms_first) - 1, len(sections.sqrts)))
        sms_particles = np.zeros(len(s.sms_first) - 1, dtype=np.int64)
        accumulate(s, weights, active, sms_weights, sms_particles)
        efficiencies, memory = recipe.structure.memory()
        needed = needed_points(s, sms_particles)
        self.statistics.lookups += evaluate_points(s, self._grids, self._maps, masses, needed, efficiencies, memory)
        words = 1 + len(sms_particles) // 64
        sigma = np.zeros(len(self._catalog))
        particles = np.zeros(len(self._catalog), dtype=np.int64)
        topologies = np.zeros((len(self._catalog), words), dtype=np.uint64)
        add_regions(
            s, self._maps, columns, sms_weights, sms_particles, active, efficiencies, sigma, particles, topologies
        )
        data = self.observed_limits
        where, what = list_limits(s, self._maps, columns, sms_weights, sms_particles, efficiencies, data)
        rows, numbers, bits, centers = cluster_limits(
            s, self._grids, self._maps, masses, where, what, sms_particles, active, data, words
        )
        places = Shifts.of(len(data.ratio), rows[:, 2], centers, numbers[:, 0])
        return self._collect(sigma, particles, topologies, rows, numbers, bits), places

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        return [self.predict(model) for model in models]

    def _recipe(self, model: ProtoModel, sections: CrossSections) -> Recipe:
        """The structure of a model with its branching ratios and production, remembered or built."""
        found = recipe_of(model, sections)
        key = found.key
        known = self._recipes.get(key)
        if known is not None:
            self._recipes.move_to_end(key)
            return known
        self.statistics.structures += 1
        recipe = found.build(model, sections, self._matcher, self._widths)
        if not recipe.pruned:
            self._recipes[key] = recipe
            if len(self._recipes) % CHECK_MEMORY == 0:
                self._forget()
        return recipe

    def _forget(self) -> None:
        """Drop the structures that were not used for longest, until the others fit."""
        used = sum(recipe.structure.nbytes for recipe in self._recipes.values())
        while used > MAX_MEMORY and len(self._recipes) > 1:
            used -= self._recipes.popitem(last=False)[1].structure.nbytes

    def _weights(
        self, recipe: Recipe, model: ProtoModel, sections: CrossSections
    ) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Weights of the origins in fb, (origins, energies), and which of them are strong enough."""
        ratios = recipe.ratios(model)
        unknown = np.empty((4096, 2), dtype=np.int64)
        while True:
            s = recipe.structure.arrays
            weights = np.zeros((len(s.origin_particles), sections.sigma.shape[1]))
            active = np.zeros(len(s.origin_particles), dtype=np.uint8)
            n = decay_weights(s, ratios, sections.sigma, recipe.legs, SIGMACUT, weights, active, unknown)
            if n == 0:
                return weights, active
            self.statistics.grown += 1
            recipe.structure.learn(unknown[:n])

    def _collect(
        self,
        sigma: NDArray[np.float64],
        particles: NDArray[np.int64],
        topologies: NDArray[np.uint64],
        limit_rows: NDArray[np.int64],
        limit_numbers: NDArray[np.float64],
        limit_bits: NDArray[np.uint64],
    ) -> Predictions:
        seen = np.flatnonzero(sigma >= SMALLEST_SIGNAL)
        kept = limit_numbers[:, 0] >= SMALLEST_SIGNAL
        limit_rows, limit_numbers, limit_bits = limit_rows[kept], limit_numbers[kept], limit_bits[kept]
        catalog = self._catalog
        region_signal, expected_limit = np.zeros(0), catalog.limit_expected
        if catalog.combined:
            region_signal = sigma * catalog.lumi
            expected_limit = self._combine_regions(sigma, particles, topologies)
            seen = np.flatnonzero(sigma >= SMALLEST_SIGNAL)
        rows = np.concatenate([seen, limit_rows[:, 0]])
        values = np.concatenate([sigma[seen], limit_numbers[:, 0]])
        observed = np.concatenate([catalog.limit_observed[seen], limit_numbers[:, 1]])
        expected = np.concatenate([expected_limit[seen], limit_numbers[:, 2]])
        order = np.lexsort((-values, rows))
        return Predictions(
            catalog,
            rows[order],
            values[order],
            _positive(observed[order]),
            _positive(expected[order]),
            np.concatenate([particles[seen], limit_rows[:, 1]])[order],
            np.concatenate([topologies[seen], limit_bits])[order],
            region_signal,
        )

    def _combine_regions(
        self, sigma: NDArray[np.float64], particles: NDArray[np.int64], topologies: NDArray[np.uint64]
    ) -> NDArray[np.float64]:
        """Fill the rows that combine regions; the expected limits of all rows.

        That of combined regions is the one at which their most sensitive region would reach its own.
        """
        limits = self._catalog.limit_expected.copy()
        with np.errstate(divide="ignore", invalid="ignore"):
            sensitivity = np.nan_to_num(sigma / limits)
        for row, regions in self._members.items():
            total = sigma[regions].sum()
            if total >= SMALLEST_SIGNAL:
                used = regions[sigma[regions] > 0.0]
                sigma[row] = total
                particles[row] = np.bitwise_or.reduce(particles[used])
                topologies[row] = np.bitwise_or.reduce(topologies[used], axis=0)
                largest = sensitivity[used].max()
                limits[row] = total / largest if largest > 0.0 else np.nan
        return limits


def _positive(limits: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(limits > 0.0, limits, np.nan)


def _column(sqrts: tuple[float, ...], energy: float) -> int:
    return next((i for i, other in enumerate(sqrts) if abs(other - energy) < 1e-6), -1)
