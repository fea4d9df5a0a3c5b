"""Predictions of compiled results for a spectrum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from protomodels.errors import ModelError, ResultsError
from protomodels.particles import PARTICLES, particle_mask
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general.behind import masks_of
from protomodels.predictor.general.decomposition import Decomposition, decompose
from protomodels.predictor.general.kinds import Kinds
from protomodels.predictor.general.limits import SMS, clusters_of
from protomodels.predictor.general.lookups import Shares, fill_pool
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.points import Points
from protomodels.predictor.general.results import Tables, tables_of
from protomodels.predictor.general.sms import Events
from protomodels.predictor.general.sums import Sums, rows_of, sum_up
from protomodels.predictor.maps import cells as at
from protomodels.predictor.numeric.arrays import TOPOLOGY, Arrays
from protomodels.predictor.numeric.collecting import Sets
from protomodels.predictor.numeric.observed import ObservedLimits
from protomodels.predictor.numeric.regions import Bits
from protomodels.predictor.predictions import Predictions
from protomodels.production import CrossSections
from protomodels.results.compiled.tables import Floats, Ints
from protomodels.spectrum import Spectrum

MOST_BITS: Final = 62
"""Particles that are told apart in a row; those beyond share a bit."""


@dataclass(frozen=True)
class SpectrumPredictions:
    """What a spectrum gives.

    Attributes
    ----------
    predictions: its rows; ``particle_masks`` know the particles of proto-models only.
    topologies: names of the topologies (``T1``, ``TChiWZ``) of the results that may contribute to each row.
    particles: positive pids of the new particles behind each row, those that were compressed away included.
    counts: of decay ``trees`` met, ``events`` that match a topology, ``points`` in maps and ``lookups`` made.
    """

    predictions: Predictions
    topologies: tuple[tuple[str, ...], ...]
    particles: tuple[frozenset[int], ...]
    counts: dict[str, int]


class SpectrumPredictor:
    """Predictions for spectra; nothing is remembered from one to the next.

    Parameters
    ----------
    compiled: the predictor of the same results for proto-models, with their published data.

    Raises
    ------
    ResultsError: where the results were compiled without the topologies of general models, or are those of a universe.
    """

    def __init__(self, compiled: CompiledPredictor) -> None:
        if compiled.universe is not None:
            raise ResultsError("results", f"{compiled.name} in a universe", "published data, for spectra")
        catalog = compiled.catalog
        self._tables, self._catalog = tables_of(compiled.arrays, compiled.meta), catalog
        self._kinds: dict[str, list[int]] | None = compiled.meta["graphs"].get("kinds")
        self._numbers = np.stack([catalog.lumi, catalog.limit_observed, catalog.limit_expected])
        self._members = {row: entry.rows[entry.rows >= 0] for row, entry in catalog.combined.items()}
        self._sets = Sets.of(self._members)
        self._limits = ObservedLimits.published(len(self._tables.limit_names))

    @classmethod
    def of(cls, compiled: CompiledPredictor) -> SpectrumPredictor:
        """That of these results, made when it is first asked for: reading the tables takes longer than a prediction."""
        if compiled not in _KNOWN:
            _KNOWN[compiled] = cls(compiled)
        return _KNOWN[compiled]

    @property
    def tables(self) -> Tables:
        """All maps."""
        return self._tables

    @cached_property
    def kinds(self) -> Kinds:
        """Kinds of the analyses behind them.

        Raises
        ------
        ResultsError: where the results were compiled without.
        """
        return Kinds(self._tables, self._kinds)

    def decompose(self, spectrum: Spectrum, sections: CrossSections, options: Options) -> Decomposition:
        """What a spectrum produces, and where it stands in the maps; see :func:`.decomposition.decompose`."""
        return decompose(self._tables, spectrum, sections, options)

    def predict(
        self,
        spectrum: Spectrum,
        sections: CrossSections | None = None,
        options: Options | None = None,
        decomposition: Decomposition | None = None,
    ) -> SpectrumPredictions:
        """The predictions of one spectrum.

        Parameters
        ----------
        sections: of its particles, fb; its own without.  A pair may be a single pid, or hold a 0, for a resonance.
        options: SModelS's parameters; their defaults without.
        decomposition: of the same, by :meth:`decompose`, where it was made before.

        Raises
        ------
        ModelError: where there are no cross sections.
        PredictionError: where the model has too many decay trees, or its decays go round in a circle.
        """
        options, sections = options or Options(), sections or spectrum.sections
        if sections is None:
            raise ModelError("cross sections", f"none for {spectrum.name}", "at least one")
        found = decomposition or self.decompose(spectrum, sections, options)
        forest, model, events, points = found.forest, found.model, found.events, found.points
        bits = {pid: min(i, MOST_BITS) for i, pid in enumerate(sorted(spectrum.particles))}
        masks = [int(mask) for mask in masks_of(events, forest, model, bits)]
        columns = [_column(sections.sqrts, energy) for energy in self._tables.energies]
        sums, lookups = self._sums(events, points, masks, np.array(columns, dtype=np.int64), len(sections.sqrts))
        counts = {"trees": len(forest.particle), "events": len(events.seen), "points": len(points.topology)}
        return self._collected(sums, events, points, masks, bits, {**counts, "lookups": lookups})

    def _sums(
        self, events: Events, points: Points, masks: list[int], columns: Ints, n_energies: int
    ) -> tuple[Sums, int]:
        tables, origins = self._tables, list(events.seen.values())
        weights = np.array(events.weights, dtype=np.float64).reshape(-1, n_energies)
        summed = np.array([weights[own].sum(axis=0) for own in origins], dtype=np.float64).reshape(-1, n_energies)
        sizes = tables.cells.topologies[points.topology, at.N_VALUES]
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        pool = np.zeros(int(first[-1]))
        shares = Shares(points.share, points.inner, tables.row_detectors, tables.limit_detectors)
        lookups = 0
        for own, (grids, values) in enumerate(zip(tables.grids, tables.values, strict=True)):
            where = (points.topology, points.coordinates, first, pool)
            lookups += fill_pool(grids, values, own, tables.cells, tables.store, columns, shares, *where)
        sums = sum_up(
            _structure(points, origins, len(events.origins)),
            tables.cells,
            columns,
            summed,
            np.array(masks, dtype=np.int64),
            np.ones(len(events.origins), dtype=np.bool_),
            pool,
            first,
            self._limits,
            tables.row_names,
            self._numbers.shape[1],
            len(tables.names),
        )
        return sums, lookups

    def _clusters(self, sums: Sums, events: Events, points: Points, masks: list[int]) -> tuple[Ints, Floats, Bits]:
        n_words = sums.bits.shape[1]
        rows, numbers, bits = list[tuple[int, int, int]](), list[tuple[float, ...]](), list[Bits]()
        origins = list(events.seen.values())
        for row, number, members, limit, expected in clusters_of(self._tables, points, sums.where, sums.what, origins):
            signal = sums.what[members, 0] * sums.what[members, 3]
            own, mask = np.zeros(n_words, np.uint64), 0
            for sms in sums.where[members, SMS].tolist():
                own[sms >> 6] |= np.uint64(1) << np.uint64(sms & 63)
                mask |= masks[sms]
            rows.append((row, mask, number))
            numbers.append((float(signal.sum()), limit, expected, float((signal * sums.what[members, 4]).sum())))
            bits.append(own)
        return (
            np.array(rows, dtype=np.int64).reshape(-1, 3),
            np.array(numbers, dtype=np.float64).reshape(-1, 4),
            np.array(bits, dtype=np.uint64).reshape(-1, n_words),
        )

    def _collected(
        self,
        sums: Sums,
        events: Events,
        points: Points,
        masks: list[int],
        bits: dict[int, int],
        counts: dict[str, int],
    ) -> SpectrumPredictions:
        catalog = self._catalog
        clusters = self._clusters(sums, events, points, masks)
        signal, ints, floats, topology_bits = rows_of(self._numbers, self._sets, sums, *clusters)
        rows, found = ints
        # hundreds of rows have a dozen masks between them
        pids_of = {mask: frozenset(pid for pid, bit in bits.items() if mask >> bit & 1) for mask in set(found.tolist())}
        known_of = {mask: particle_mask(pid for pid in pids if pid in PARTICLES) for mask, pids in pids_of.items()}
        behind, known = tuple(map(pids_of.__getitem__, found.tolist())), list(map(known_of.__getitem__, found.tolist()))
        predictions = Predictions(
            catalog,
            rows,
            floats[0],
            floats[1],
            floats[2],
            np.array(known, dtype=np.int64),
            topology_bits,
            signal if catalog.combined else np.zeros(0),
            marked=floats[3],
        )
        return SpectrumPredictions(predictions, self._names(rows, sums), behind, counts)

    def _names(self, rows: Ints, sums: Sums) -> tuple[tuple[str, ...], ...]:
        """The topologies of each row."""
        found: list[tuple[str, ...]] = []
        of_words: dict[tuple[int, ...], tuple[str, ...]] = {}
        for row, is_ul in zip(rows.tolist(), self._catalog.is_ul[rows].tolist(), strict=True):
            if is_ul:
                found.append((str(self._catalog.region[row]),))
                continue
            members = self._members.get(row)
            own = sums.names[row] if members is None else np.bitwise_or.reduce(sums.names[members], axis=0)
            words = tuple(own.tolist())
            if words not in of_words:
                names = enumerate(self._tables.names)
                of_words[words] = tuple(name for i, name in names if words[i >> 6] >> (i & 63) & 1)
            found.append(of_words[words])
        return tuple(found)


_KNOWN: Final[WeakKeyDictionary[CompiledPredictor, SpectrumPredictor]] = WeakKeyDictionary()


def predict_spectrum(
    compiled: CompiledPredictor,
    spectrum: Spectrum,
    sections: CrossSections | None = None,
    options: Options | None = None,
) -> SpectrumPredictions:
    """The predictions of one spectrum.

    Parameters and errors as for :class:`SpectrumPredictor` and its ``predict``.
    """
    return SpectrumPredictor.of(compiled).predict(spectrum, sections, options)


def _structure(points: Points, origins: list[list[int]], n_origins: int) -> Arrays:
    """Events and points as the kernels of proto-models read them."""
    met = np.zeros(n_origins, np.int64)
    for own in origins:
        met[own] += 1
    table = np.zeros((len(origins) + 1, 3), np.int64)
    table[:, 0] = points.first
    table[1:, 1] = np.cumsum([len(own) for own in origins])
    # what matches several topologies may count once in a region, as what comes from the same decays
    shared = [bool((met[own] > 1).any()) for own in origins]
    table[:-1, 2] = np.logical_or(shared, np.diff(points.first) > 1) if origins else False
    listed = np.array([place for own in origins for place in own], dtype=np.int64)
    place = np.zeros((len(points.topology), 2), np.int64)
    place[:, TOPOLOGY] = points.topology
    nothing = np.zeros((0, 1), np.int64)
    empty = np.zeros(0, np.int64)
    return Arrays(nothing, np.zeros((0, 0), np.int32), empty, nothing, empty, table, points.listed, listed, place)


def _column(sqrts: tuple[float, ...], energy: float) -> int:
    return next((i for i, own in enumerate(sqrts) if abs(own - energy) < 1e-6), -1)
