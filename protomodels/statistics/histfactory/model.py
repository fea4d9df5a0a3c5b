r"""A HistFactory document as flat arrays: expected events, constraint terms, and their slopes.

A cell is one bin of one sample.  Its expected events are

.. math:: \nu_c(\theta) = \Big( N_c + \sum_v \Delta_v(\alpha_v) \Big) \prod_f F_f(\alpha_f) \prod_g \gamma_g

with additive variations (histosys), factors (normsys) and free or constrained scales (normfactor, lumi, staterror,
shapesys); a bin is the sum of its cells.  pyhf computes the same numbers; the slopes, which it lacks, make a fit of two
hundred parameters one of milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.histfactory.document import SETTINGS, parameters
from protomodels.statistics.histfactory.interpolation import factor, factor_coefficients, shift

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

SCALES: Final = frozenset({"normfactor", "lumi", "staterror", "shapesys", "shapefactor"})
SMALLEST: Final = 1e-10
"""Of a factor of a normsys: the documents have zeros."""


@dataclass(frozen=True)
class Derivatives:
    """First and second derivatives of what changes a cell: parameter, cell, and both derivatives, (v,) each."""

    parameter: Indices
    cell: Indices
    slope: Floats
    bend: Floats


@dataclass(frozen=True)
class Model:
    """A document with p parameters, c cells in b bins.

    Attributes
    ----------
    channels: first bin of each channel.
    nominal, bin_of: events and bin of each cell, (c,).
    shifts, factors: parameter, cell, up and down of each variation.
    scales: parameter and cell of each scale.
    start, low, high: initial values and bounds of the parameters, (p,).
    fixed: which are constants, (p,).
    gaussian, poisson: parameters with such a constraint.
    auxiliary, width: of all parameters, (p,): measured value and standard deviation of Gaussian ones, events and
        expected events at 1 of Poisson ones.
    """

    channels: Mapping[str, int]
    nominal: Floats
    bin_of: Indices
    shifts: tuple[Indices, Indices, Floats, Floats]
    factors: tuple[Indices, Indices, Floats, Floats]
    coefficients: Floats
    scales: tuple[Indices, Indices]
    start: Floats
    low: Floats
    high: Floats
    fixed: NDArray[np.bool_]
    gaussian: Indices
    poisson: Indices
    auxiliary: Floats
    width: Floats

    @property
    def n_bins(self) -> int:
        """b."""
        return int(self.bin_of.max()) + 1

    def rates(self, point: Floats) -> Floats:
        """Expected events of all bins at parameters (p,); (b,)."""
        _, cells, _, _ = self._cells(point)
        return np.asarray(np.bincount(self.bin_of, cells, self.n_bins), dtype=np.float64)

    def slopes(self, point: Floats) -> tuple[Floats, Floats]:
        """Expected events, (b,), and their derivatives by the parameters, (b, p)."""
        scale, cells, added, grown = self._cells(point)
        out = np.zeros((self.n_bins, len(point)))
        np.add.at(out, (self.bin_of[added.cell], added.parameter), added.slope * scale[added.cell])
        np.add.at(out, (self.bin_of[grown.cell], grown.parameter), grown.slope * cells[grown.cell])
        out[:, self.fixed] = 0.0
        return np.asarray(np.bincount(self.bin_of, cells, self.n_bins), dtype=np.float64), out

    def bends(self, point: Floats, weights: Floats) -> Floats:
        """Second derivatives of the sum of expected events with weights (b,), by the parameters, (p, p)."""
        scale, cells, added, grown = self._cells(point)
        n, p = len(cells), len(point)
        weight = weights[self.bin_of]
        # of a product (N + sum of shifts) * product of factors, with the logarithmic slopes of the factors
        logs, sums = np.zeros((n, p)), np.zeros((n, p))
        np.add.at(logs, (grown.cell, grown.parameter), grown.slope)
        np.add.at(sums, (added.cell, added.parameter), added.slope)
        out = (logs.T * (weight * cells)) @ logs
        mixed = (sums.T * (weight * scale)) @ logs
        out += mixed + mixed.T
        own = np.zeros(p)
        np.add.at(own, added.parameter, weight[added.cell] * scale[added.cell] * added.bend)
        np.add.at(own, grown.parameter, weight[grown.cell] * cells[grown.cell] * (grown.bend - grown.slope**2))
        out[np.diag_indices(p)] += own
        out[self.fixed, :] = out[:, self.fixed] = 0.0
        return np.asarray(out, dtype=np.float64)

    def _cells(self, point: Floats) -> tuple[Floats, Floats, Derivatives, Derivatives]:
        """Product of the factors of each cell, its events, and derivatives of shifts (plain) and factors (relative)."""
        n = len(self.nominal)
        parameter, cell, up, down = self.shifts
        moved, step, bend = shift(point[parameter], up, down)
        base = self.nominal + np.bincount(cell, moved, n)
        added = Derivatives(parameter, cell, step, bend)
        parameter, cell, up, down = self.factors
        value, slope, curve = factor(point[parameter], up, down, self.coefficients)
        value = np.where(np.abs(value) < SMALLEST, SMALLEST, value)
        own, places = self.scales
        # a scale is never 0 where derivatives are asked for: a fit stops short of that bound
        gamma = np.maximum(point[own], SMALLEST)
        scale = np.ones(n)
        np.multiply.at(scale, cell, value)
        np.multiply.at(scale, places, gamma)
        grown = Derivatives(
            np.concatenate([parameter, own]),
            np.concatenate([cell, places]),
            np.concatenate([slope / value, 1.0 / gamma]),
            np.concatenate([curve / value, np.zeros(len(own))]),
        )
        return scale, base * scale, added, grown

    def constraint(self, point: Floats) -> tuple[float, Floats, Floats]:
        """Sum of the logarithms of the constraint terms, up to a constant; its slopes and negative bends, (p,)."""
        slope, bend = np.zeros(len(point)), np.zeros(len(point))
        g, q = self.gaussian, self.poisson
        pull = (point[g] - self.auxiliary[g]) / self.width[g]
        slope[g], bend[g] = -pull / self.width[g], 1.0 / self.width[g] ** 2
        slope[q], bend[q] = self.auxiliary[q] / point[q] - self.width[q], self.auxiliary[q] / point[q] ** 2
        value = (self.auxiliary[q] * np.log(point[q]) - self.width[q] * point[q]).sum() - 0.5 * (pull * pull).sum()
        return float(value), slope, bend


def histfactory_model(spec: Mapping[str, Any]) -> Model:
    """The arrays of a document; its parameters are read by pyhf.

    Raises
    ------
    KeyError: where the document lacks a part of the format.
    ValueError: where it has a modifier that is not known here.
    """
    import pyhf

    known = {m["name"] for channel in spec["channels"] for s in channel["samples"] for m in s["modifiers"]}
    listed = [entry for entry in parameters(spec) if entry["name"] in known]
    document = {"channels": spec["channels"], "parameters": listed}
    config = pyhf.Model(document, poi_name=None, modifier_settings=SETTINGS, validate=False).config
    nominal: list[float] = []
    bin_of: list[int] = []
    shifts: list[tuple[int, int, float, float]] = []
    factors: list[tuple[int, int, float, float]] = []
    scales: list[tuple[int, int]] = []
    channels: dict[str, int] = {}
    counted = 0
    # staterror and shapesys parameters of a modifier stand in the order of pyhf's channels
    seen: dict[str, int] = {}
    by_name = {channel["name"]: channel for channel in spec["channels"]}
    for name in config.channels:
        channels[name] = counted
        own: dict[str, int] = {}
        for sample in by_name[name]["samples"]:
            values = [float(x) for x in sample["data"]]
            for number, value in enumerate(values):
                cell = len(nominal)
                nominal.append(value)
                bin_of.append(counted + number)
                for modifier in sample["modifiers"]:
                    kind, data = modifier["type"], modifier["data"]
                    first = config.par_slice(modifier["name"]).start
                    if kind == "histosys":
                        up, down = data["hi_data"][number] - value, value - data["lo_data"][number]
                        shifts.append((first, cell, up, down))
                    elif kind == "normsys":
                        factors.append((first, cell, max(data["hi"], SMALLEST), max(data["lo"], SMALLEST)))
                    elif kind in ("staterror", "shapesys", "shapefactor"):
                        begin = own.setdefault(modifier["name"], seen.get(modifier["name"], 0))
                        scales.append((first + begin + number, cell))
                    elif kind in SCALES:
                        scales.append((first, cell))
                    else:
                        raise ValueError(f"a modifier of type {kind}")
        width = len(by_name[name]["samples"][0]["data"])
        for shared, begin in own.items():
            seen[shared] = begin + width
        counted += width
    normsys = _variations(factors)
    return Model(
        channels,
        np.array(nominal),
        np.array(bin_of, dtype=np.intp),
        _variations(shifts),
        normsys,
        factor_coefficients(*normsys[2:]),
        (_column(scales, 0), _column(scales, 1)),
        *_parameters(config),
    )


def _column(rows: list[Any], number: int) -> Indices:
    return np.array([row[number] for row in rows], dtype=np.intp)


def _variations(rows: list[tuple[int, int, float, float]]) -> tuple[Indices, Indices, Floats, Floats]:
    values = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return _column(rows, 0), _column(rows, 1), values[:, 2], values[:, 3]


def _parameters(config: Any) -> tuple[Any, ...]:
    n = config.npars
    kinds, auxiliary, width = np.zeros(n, dtype=np.int64), np.zeros(n), np.ones(n)
    for name in config.par_order:
        own, place = config.param_set(name), config.par_slice(name)
        if not own.constrained:
            continue
        auxiliary[place] = own.auxdata
        if own.pdf_type == "normal":
            kinds[place] = 1
            width[place] = own.sigmas if getattr(own, "sigmas", None) is not None else 1.0
        else:
            kinds[place] = 2
            width[place] = own.factors
    low, high = np.array(config.suggested_bounds(), dtype=np.float64).T
    fixed = np.array(config.suggested_fixed(), dtype=np.bool_)
    gaussian, poisson = np.flatnonzero(kinds == 1), np.flatnonzero(kinds == 2)
    return np.array(config.suggested_init(), dtype=np.float64), low, high, fixed, gaussian, poisson, auxiliary, width
