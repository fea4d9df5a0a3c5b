"""The predictor that works on compiled results: milliseconds a model, with SModelS's predictions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from protomodels.model import ProtoModel
from protomodels.predictor.maps.cells import cells_of
from protomodels.predictor.maps.memory import PointMemory
from protomodels.predictor.numeric.collecting import Sets
from protomodels.predictor.numeric.observed import ObservedLimits, Shifts, published_excesses
from protomodels.predictor.numeric.whole import Found, predict_model
from protomodels.predictor.predictions import Predictions
from protomodels.predictor.slopes import Compiled, Slopes, Wanted, slopes_of
from protomodels.predictor.structures.matching import Matcher
from protomodels.predictor.structures.recipe import Recipe, recipe_of
from protomodels.production import CrossSections, cross_sections
from protomodels.results.catalog import Catalog
from protomodels.results.compiled.file import CompiledResults
from protomodels.results.compiled.tables import Grids, Maps, grids_from, take
from protomodels.settings import SIGMACUT

STRUCTURE_BYTES: Final = 32_000_000
"""Size of the structures that one predictor remembers; the least recently used are forgotten first."""


@dataclass
class Counters:
    """How often a predictor has done what costs time.

    Attributes
    ----------
    predictions: of models.
    structures: that had to be built, as none that was remembered fitted.
    grown: times that a structure learned further pairs of decay chains.
    lookups: of points in maps.
    """

    predictions: int = 0
    structures: int = 0
    grown: int = 0
    lookups: int = 0


class CompiledPredictor:
    """Predictions from compiled results, with the published data or, :meth:`with_data`, with others.

    Structures of models and look-ups in maps are remembered between calls; predictions do not depend on it.

    Parameters
    ----------
    arrays, meta: a compiled file's; see ``protomodels.results.compiled.gather``.
    catalog: what the results say; its rows are those that the arrays point into.
    fingerprint: SHA-256 of the results' text.
    name: of the results, such as ``demo`` or ``smodels-3.0.0``.

    Attributes
    ----------
    counters: how often what was done; for benchmarks.
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
        self._cells = cells_of(self._maps)
        self._sets = Sets.of({row: entry.rows[entry.rows >= 0] for row, entry in catalog.combined.items()})
        self._numbers = _numbers_of(catalog)
        self._columns: dict[tuple[float, ...], NDArray[np.int64]] = {}
        self._points = PointMemory()
        self._recipes: LRUCache[object, Recipe] = LRUCache(STRUCTURE_BYTES, getsizeof=_bytes_of)
        self.meta = meta
        self.counters = Counters()
        self.universe: Hashable | None = None
        self.observed_limits = ObservedLimits.published(len(self._maps.limit_row))

    @classmethod
    def of(cls, results: CompiledResults) -> CompiledPredictor:
        """The predictor of some compiled results, with their published data.

        The arrays are used where they lie: of a mapped file only the parts that a model needs are read.
        """
        return cls(results.arrays, results.meta, results.catalog, results.fingerprint, results.name)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the results' text, in hexadecimal."""
        return self._fingerprint

    @property
    def name(self) -> str:
        """Name of the results, such as ``demo`` or ``smodels-3.0.0``."""
        return self._name

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The compiled arrays; see ``protomodels.results.compiled.gather``."""
        return self._arrays

    @property
    def catalog(self) -> Catalog:
        """Regions and limits with their data: those of the universe for a predictor made by :meth:`with_data`."""
        return self._catalog

    @property
    def limit_rows(self) -> NDArray[np.int64]:
        """Catalog row of each upper-limit map, shape (maps,)."""
        return self._maps.limit_row

    @property
    def has_expected_limit(self) -> NDArray[np.bool_]:
        """True for upper-limit maps that have expected limits, shape (maps,).

        Only these can be given an observed limit in a universe: it is the expected one times a number.
        """
        return np.asarray(self._maps.limit_grids[:, 1] >= 0)

    def published_limit_excesses(self) -> NDArray[np.float64]:
        """How far the published observed limits are from the expected ones.

        Returns
        -------
        z in standard deviations, shape (maps,), above 0 for an excess, NaN without expected limits; see
        :func:`protomodels.predictor.numeric.observed.published_excesses`.
        """
        return published_excesses(self._grids, self._maps)

    def with_catalog(self, catalog: Catalog) -> CompiledPredictor:
        """The same maps with another catalog, and the published limits of the maps.

        Parameters
        ----------
        catalog: with the same rows in the same order, as the maps point into it.

        Returns
        -------
        A predictor that remembers nothing yet. Its ``meta`` names no file, as none holds this catalog.
        """
        meta = {name: value for name, value in self.meta.items() if name != "file"}
        return CompiledPredictor(self._arrays, meta, catalog, self._fingerprint, self._name)

    def with_data(self, catalog: Catalog, limits: ObservedLimits, universe: Hashable) -> CompiledPredictor:
        """The same maps with the data of a universe.

        Structures and look-ups do not depend on the data: what is remembered of them is shared.

        Parameters
        ----------
        catalog: with the universe's event counts and limits, its rows in the order of this predictor's.
        limits: how the observed limits of the upper-limit maps come about.
        universe: whatever tells this universe from others.
        """
        other = copy(self)
        other._catalog, other.observed_limits, other.universe = catalog, limits, universe
        other._numbers = _numbers_of(catalog)
        return other

    def predict(self, model: ProtoModel, sections: CrossSections | None = None) -> Predictions:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        return self._predictions(self._found(model, sections))

    def predict_with_places(
        self, model: ProtoModel, sections: CrossSections | None = None
    ) -> tuple[Predictions, Shifts]:
        """The predictions, and where in the upper-limit maps the model is seen with which cross section.

        The second part is what the model, injected as a signal, adds to observed limits.

        Parameters
        ----------
        model: masses and branching ratios.
        sections: its cross sections, fb; kappa times the reference ones without.

        Raises
        ------
        PredictionError, ModelError: as :meth:`protomodels.predictor.protocol.Predictor.predict`.
        """
        found = self._found(model, sections)
        number = np.ascontiguousarray(found.cluster_rows[:, 2])
        places = Shifts.of(len(self.observed_limits.ratio), number, found.centers, found.cluster_numbers[:, 0])
        return self._predictions(found), places

    def _predictions(self, found: Found) -> Predictions:
        rows, masks = found.ints
        sigma, observed, expected, marked = found.floats
        return Predictions(
            self._catalog, rows, sigma, observed, expected, masks, found.bits, found.region_signal, marked=marked
        )

    def predict_many(self, models: Sequence[ProtoModel]) -> list[Predictions]:
        """See :class:`protomodels.predictor.protocol.Predictor`."""
        return [self.predict(model) for model in models]

    def slopes(self, model: ProtoModel, sections: CrossSections, wanted: Sequence[Wanted]) -> Slopes:
        """Signals of some results without rounding, and how they change with the model's numbers.

        Raises
        ------
        PredictionError, ModelError: as :meth:`protomodels.predictor.protocol.Predictor.predict`.
        """
        limited = np.isin([row for row, _ in wanted], self._maps.limit_row).any()
        found = self._found(model, sections) if limited else None
        recipe, columns = self._recipe(model, sections), self._columns_of(sections.sqrts)
        compiled = Compiled(self._grids, self._cells, self.observed_limits, columns, len(self._catalog))
        while True:
            made = slopes_of(compiled, recipe, found, model, np.ascontiguousarray(sections.sigma), wanted)
            if isinstance(made, Slopes):
                return made
            recipe.structure.learn(made)
            self._remember(recipe)

    def _recipe(self, model: ProtoModel, sections: CrossSections) -> Recipe:
        """The structure of a model with its branching ratios and production, remembered or built."""
        plan = recipe_of(model, sections)
        known = self._recipes.get(plan.key)
        if known is not None:
            return known
        self.counters.structures += 1
        recipe = plan.build(model, sections, self._matcher)
        self._remember(recipe)
        return recipe

    def _remember(self, recipe: Recipe) -> None:
        """Keep a structure, and forget others until all fit; one that grew is measured again."""
        if not recipe.pruned:
            self._recipes[recipe.key] = recipe

    def _found(self, model: ProtoModel, sections: CrossSections | None) -> Found:
        """The numbers of one model; its structure learns what it does not know."""
        sections = sections or cross_sections(model)
        self.counters.predictions += 1
        recipe = self._recipe(model, sections)
        masses = np.array([model.masses[pid] for pid in recipe.structure.pids])
        ratios, sigma = recipe.ratios(model), np.ascontiguousarray(sections.sigma)
        columns = self._columns_of(sections.sqrts)
        combined, unknown = bool(self._catalog.combined), np.empty((4096, 2), dtype=np.int64)
        while True:
            found = Found(
                *predict_model(
                    self._grids,
                    self._cells,
                    self._points.memory,
                    self._sets,
                    self._numbers,
                    self.observed_limits,
                    combined,
                    recipe.structure.arrays,
                    masses,
                    masses.view(np.int64),
                    ratios,
                    sigma,
                    recipe.legs,
                    columns,
                    SIGMACUT,
                    unknown,
                )
            )
            if found.unknown > 0:
                self.counters.grown += 1
                recipe.structure.learn(unknown[: found.unknown])
                self._remember(recipe)
            elif found.lookups < 0:
                self._points.grow(-found.lookups)
            else:
                self.counters.lookups += found.lookups
                return found

    def _columns_of(self, sqrts: tuple[float, ...]) -> NDArray[np.int64]:
        """Column of the cross sections at each of the maps' energies, -1 without."""
        if sqrts not in self._columns:
            columns = [next((i for i, other in enumerate(sqrts) if abs(other - e) < 1e-6), -1) for e in self._energies]
            self._columns[sqrts] = np.array(columns, dtype=np.int64)
        return self._columns[sqrts]


def _numbers_of(catalog: Catalog) -> NDArray[np.float64]:
    """What of a catalog enters predictions, (3, rows); see :mod:`protomodels.predictor.numeric.collecting`."""
    return np.stack([catalog.lumi, catalog.limit_observed, catalog.limit_expected])


def _bytes_of(recipe: Recipe) -> int:
    # one that is larger than the cache is kept alone
    return min(recipe.structure.nbytes, STRUCTURE_BYTES)
