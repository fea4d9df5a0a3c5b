"""What a scan records of a model for the search of small excesses: in the data, and in universes without new physics.

The model is predicted once.  Of each universe only what its data change is computed, and that only where the model
could be selected there: CLs of an analysis where its local significance is high, exclusion where that is so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.sensitivity import (
    Critical,
    Sensitive,
    asimov_sets,
    critical_rows,
    expected_cls,
    sensitive_analyses,
)
from protomodels.campaign.excesses.worlds import World
from protomodels.campaign.scan.judge import Kind, Scalar
from protomodels.errors import PredictionError
from protomodels.predictor import Predictions
from protomodels.predictor.general import SpectrumPredictions
from protomodels.results.catalog import Catalog
from protomodels.spectrum import Spectrum
from protomodels.statistics.confidence import joint_cls, limit_cls, measurement, region_cls
from protomodels.statistics.truncated_gaussian import EXPECTED_LIMIT_IN_SIGMA
from protomodels.statistics.upper_limits import ALPHA

Floats = NDArray[np.float64]

LOWEST_Z: Final = 1.5
"""Lower local significances are not recorded of universes: no criterion may ask for them."""
MOST_EXCLUDING: Final = 3
"""What more analyses exclude in a universe is not recorded of it."""


class Recorder:
    """Columns of a scan for small excesses.

    For each analysis that is expected to have a CLs of at most 0.2: ``cls_exp:`` and ``cls_obs:`` of its most
    sensitive result, the local significance ``z:`` of its most sensitive signal ``region:``, and the ``topologies:``
    and ``particles:`` that the signal is from.  ``n_excluding`` analyses exclude the model.  ``chance`` is JSON: by the
    number of a universe, how many analyses exclude the model there, and CLs and Z of each analysis with a Z above 1.5.

    Parameters
    ----------
    catalog: the results.
    data: what is observed; the published data, or those of a universe.
    universes: without new physics, over the same results.
    about: what these are, plain values.
    """

    def __init__(
        self, catalog: Catalog, data: World, universes: Sequence[World] = (), about: Mapping[str, Any] | None = None
    ) -> None:
        self._catalog, self._data, self._universes = catalog, data, tuple(universes)
        self.options: Mapping[str, Any] = {"excesses": 1, "universes": len(self._universes), **(about or {})}
        self._z = np.stack([world.z for world in (data, *universes)])

    columns: Mapping[str, Kind] = {"n_excluding": Kind.WHOLE, "n_universes": Kind.WHOLE, "chance": Kind.TEXT}

    @cached_property
    def _sets(self) -> Mapping[int, Any]:
        return asimov_sets(self._catalog)

    def __call__(self, spectrum: Spectrum, predicted: SpectrumPredictions) -> Mapping[str, Scalar]:
        """The values of one model."""
        p = predicted.predictions
        found = sensitive_analyses(p, expected_cls(p, self._sets))
        critical = critical_rows(p)
        excluding = _n_excluding(p, critical, self._data)
        row: dict[str, Scalar] = {"n_excluding": excluding, "n_universes": len(self._universes)}
        for own in found:
            name = own.analysis
            observed, z = _observed(p, own.result, self._data), float(self._significances(p, own.region)[0])
            row |= {f"cls_exp:{name}": own.expected, f"cls_obs:{name}": None if np.isnan(observed) else observed}
            row |= {f"z:{name}": None if np.isnan(z) else z, f"region:{name}": _region(p, own.region)}
            row[f"topologies:{name}"] = " ".join(predicted.topologies[own.result]) or None
            behind = sorted(predicted.particles[own.result])
            row[f"particles:{name}"] = " ".join(spectrum.particles[pid].name for pid in behind) or None
        chance = dict(self._by_chance(p, found, critical)) if self._universes else {}
        row["chance"] = json.dumps(chance, separators=(",", ":")) if chance else None
        return row

    def _by_chance(
        self, p: Predictions, found: Sequence[Sensitive], critical: Critical
    ) -> Iterator[tuple[int, list[Any]]]:
        if not found:
            return
        z = np.stack([self._significances(p, own.region)[1:] for own in found])
        for number in np.flatnonzero((z >= LOWEST_Z).any(axis=0)).tolist():
            world = self._universes[number]
            high = [(own, float(z[i, number])) for i, own in enumerate(found) if z[i, number] >= LOWEST_Z]
            seen = {own.analysis: [_short(_observed(p, own.result, world)), _short(value)] for own, value in high}
            excluding = _n_excluding(p, critical, world)
            if excluding <= MOST_EXCLUDING:
                yield number, [excluding, seen]

    def _significances(self, p: Predictions, place: int) -> Floats:
        """Local significance of a region in the data and in all universes, (1 + universes,)."""
        z = self._z[:, p.rows[place]]
        if np.isnan(z).any() and p.is_ul[place]:
            z = np.where(np.isnan(z), _published_z(p, place), z)
        return z


def _n_excluding(p: Predictions, critical: Critical, world: World) -> int:
    """How many analyses exclude the model; counting stops where there are more than is recorded."""
    places, sets = critical
    r = p.sigma[places] / _limits(p, places, world)
    found = set(p.analysis[places[r > 1.0]].tolist())
    for row in sets:
        name = str(p.catalog.analysis[row])
        if len(found) <= MOST_EXCLUDING and name not in found and _joint(p, row, world) < ALPHA:
            found.add(name)
    return len(found)


def _limits(p: Predictions, places: NDArray[np.intp], world: World) -> Floats:
    """Observed limits of rows in a universe, fb."""
    rows = p.rows[places]
    ratio, expected, published = world.limit_ratio[rows], p.limit_expected[places], p.limit_observed[places]
    of_maps = np.where(np.isnan(ratio) | np.isnan(expected), published + world.added[rows], ratio * expected)
    return np.where(p.is_ul[places], of_maps, world.limit[rows])


def _observed(p: Predictions, place: int, world: World) -> float:
    """CLs of a row at mu = 1 in a universe; NaN where that of a set has no certified maximum."""
    row, catalog = int(p.rows[place]), p.catalog
    if row in catalog.combined:
        return _joint(p, row, world)
    if p.is_ul[place]:
        limit = _limits(p, np.array([place]), world)
        return float(limit_cls(p.sigma[place], limit, p.limit_expected[place])[0][0])
    background = catalog.background[row], catalog.delta[row]
    return float(region_cls(p.signal[place], *background, world.observed[row])[0])


def _joint(p: Predictions, row: int, world: World) -> float:
    try:
        return joint_cls(world.combined[row].likelihood, p.signals_of(row))[0]
    except PredictionError:
        return float("nan")


def _published_z(p: Predictions, place: int) -> float:
    """The measurement behind the published limits of a map, in standard deviations."""
    if np.isnan(p.limit_expected[place]):
        return float("nan")
    return float(measurement(EXPECTED_LIMIT_IN_SIGMA * p.limit_observed[place] / p.limit_expected[place]))


def _region(p: Predictions, place: int) -> str:
    return str(p.catalog.region[p.rows[place]])


def _short(value: float) -> float | None:
    """Digits that a criterion may need."""
    return None if np.isnan(value) else round(value, 4)
