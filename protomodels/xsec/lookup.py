"""The tables as splines: ln(leading order) against ln m, and K, linear between the nodes; never their product.

K is frozen at the edge of its grid and has a kink there, which a spline of the product would smear into the leading
order.  Below the tables' first node masses count as that node: electroweak pairs below 80 GeV, where a real Z would
enter.  Above 2400 GeV there are no particles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import NdBSpline, make_interp_spline

from protomodels.errors import ConfigError
from protomodels.settings import NEWER_ORDER, OLDER_ORDER, ReferenceOrder
from protomodels.xsec.processes import Pair, processes

Array = NDArray[np.float64]

TABLE_ENERGIES: Final = (8.0, 13.0, 13.6)
"""TeV."""
FOLDER: Final = Path(__file__).parent / "tables"
NEWER: Final = FOLDER / "nnll"
"""K of today's order, for the tables that it changes."""
MASSES: Final = ("m1_gev", "m2_gev", "m3_gev")
ERRORS: Final = ("rel_scale", "rel_pdf", "rel_alphas", "rel_numerical")

# a table as it is read: the titles of its columns and their values
_Columns = dict[str, Array]


@dataclass(frozen=True)
class _Table:
    """Splines of one table.

    Attributes
    ----------
    columns: position of each column.
    low, high: edges of the axes in ln(GeV), shape (d,).
    leading: ln(LO in fb), values of shape (columns, energies).
    axes, k: nodes in GeV; the Ks and the errors there, shape (*axes, energies, Ks + 4), linear in between.
    k_of: which K each column is multiplied by, (columns,).
    """

    columns: dict[str, int]
    low: Array
    high: Array
    leading: NdBSpline
    axes: tuple[Array, ...]
    k: Array
    k_of: NDArray[np.intp]

    def evaluate(self, log_m: Array) -> tuple[Array, Array]:
        """(ln LO (n, columns, energies), [Ks, errors] (n, energies, Ks + 4)) at points of shape (n, d)."""
        inside = np.clip(log_m, self.low, self.high)
        return np.asarray(self.leading(inside)), self._linear(np.exp(inside))

    def _linear(self, points: Array) -> Array:
        values = self.k
        for d, axis in enumerate(self.axes):
            x = points[:, d]
            i = np.clip(np.searchsorted(axis, x, side="right") - 1, 0, len(axis) - 2)
            w = ((x - axis[i]) / (axis[i + 1] - axis[i])).reshape(-1, *[1] * (values.ndim - 1 - (d > 0)))
            if d == 0:
                values = (1.0 - w) * values[i] + w * values[i + 1]
            else:
                rows = np.arange(len(x))
                values = (1.0 - w) * values[rows, i] + w * values[rows, i + 1]
        return np.asarray(values)


def _read(path: Path) -> _Columns:
    header = path.read_text().partition("\n")[0].split(",")
    data = np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    return {title: data[:, i] for i, title in enumerate(header)}


@cache
def _load(name: str, order: ReferenceOrder = OLDER_ORDER) -> _Table:
    column = _read(FOLDER / f"{name}.csv")
    axes = tuple(np.unique(np.log(column[m])) for m in MASSES if m in column)
    shape = (len(TABLE_ENERGIES), *map(len, axes))
    names = [title for title in column if title.startswith("lo_")]
    # energies are the slowest axis of the file and the last one here
    leading = np.stack([np.moveaxis(np.log(column[n]).reshape(shape), 0, -1) for n in names], axis=-2)
    knots, values = [], leading
    for d, axis in enumerate(axes):
        spline = make_interp_spline(axis, values, k=3, axis=d)
        knots.append(spline.t)
        values = np.moveaxis(spline.c, 0, d)  # scipy leaves the axis it worked on in front
    newer = NEWER / f"{name}.csv"
    factors = _read(newer) if order == NEWER_ORDER and newer.exists() else column
    endings = [title for title in factors if title == "k" or title.startswith("k_")]
    k = [(column | factors)[title] for title in (*endings, *ERRORS)]
    stacked = np.stack([np.moveaxis(x.reshape(shape), 0, -1) for x in k], axis=-1)
    low, high = (np.array([edge(axis) for axis in axes]) for edge in (np.min, np.max))
    bare = [n.removeprefix("lo_").removesuffix("_fb") for n in names]
    # a K that is for some columns is named after their ending: k_plus
    k_of = np.array([next(i for i, end in enumerate(endings) if n.endswith(end[2:])) for n in bare])
    columns = {n: i for i, n in enumerate(bare)}
    nodes = tuple(map(np.exp, axes))
    return _Table(columns, low, high, NdBSpline(tuple(knots), values, 3), nodes, stacked, k_of)


@dataclass(frozen=True)
class _Group:
    """The terms from one table for one particle content: where their masses come from, to which pair they add."""

    table: str
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    factor: Array
    legs: tuple[tuple[tuple[int, ...], ...], ...]


@cache
def _plan(pids: frozenset[int]) -> tuple[tuple[Pair, ...], tuple[_Group, ...]]:
    found = processes(pids)
    pairs = sorted({p.pair for p in found})
    groups = []
    for name in sorted({p.table for p in found}):
        rows = [i for i, p in enumerate(found) if p.table == name]
        columns = _load(name).columns
        groups.append(
            _Group(
                name,
                np.array([pairs.index(found[i].pair) for i in rows]),
                np.array([columns[found[i].column] for i in rows]),
                np.array([found[i].factor for i in rows]),
                tuple(tuple(leg for leg in (p.first, p.second, p.third) if leg) for p in map(found.__getitem__, rows)),
            )
        )
    return tuple(pairs), tuple(groups)


def reference_cross_sections(
    masses: Mapping[int, float], sqrts: Sequence[float], order: ReferenceOrder = OLDER_ORDER
) -> tuple[tuple[Pair, ...], Array]:
    """The pairs of these particles that have a reference process, and sigma for kappa = 1.

    Parameters
    ----------
    masses: GeV by (positive) pid.
    sqrts: m energies in TeV, among 8, 13 and 13.6.
    order: of perturbation theory; ``docs/cross_sections.md`` says where each comes from.

    Returns
    -------
    n signed pid pairs, each and all in ascending order, and sigma in fb, shape (n, m).

    Raises
    ------
    ConfigError: where there is no table for an energy.
    ModelError: naming a particle that has no process table; see :mod:`protomodels.xsec.processes`.

    >>> pairs, sigma = reference_cross_sections({1000022: 163.0, 1000006: 1166.0}, [13.0])
    >>> pairs, round(float(sigma[0, 0]), 1)
    (((-1000006, 1000006),), 2.0)
    >>> pairs, sigma = reference_cross_sections({1000022: 163.0, 1000006: 1166.0}, [13.0], "NNLO_approx+NNLL")
    >>> round(float(sigma[0, 0]), 1)
    2.1
    """
    energies = _energy_columns(tuple(sqrts))
    pairs, sigma = _reference(tuple(sorted(masses.items())), order)
    return pairs, sigma[:, energies]


def production_pairs(pids: Iterable[int]) -> tuple[Pair, ...]:
    """The pairs of these particles that have a reference process, each and all in ascending order.

    Raises
    ------
    ModelError: naming a particle that has no process table.

    >>> production_pairs([1000022, 1000021])
    ((1000021, 1000021),)
    """
    return _plan(frozenset(pids))[0]


@lru_cache(maxsize=64)
def _reference(listed: tuple[tuple[int, float], ...], order: ReferenceOrder) -> tuple[tuple[Pair, ...], Array]:
    """At all energies of the tables; a step asks for the same masses several times: the last ones are remembered."""
    masses = dict(listed)
    pairs, groups = _plan(frozenset(masses))
    sigma = np.zeros((len(pairs), len(TABLE_ENERGIES)))
    for group in groups:
        table = _load(group.table, order)
        leading, rest = table.evaluate(_log_masses(group, masses))
        terms = np.arange(len(group.rows))
        own, k = leading[terms, group.columns], rest[terms, :, table.k_of[group.columns]]
        # a pair may have several terms, of interference with a minus sign
        np.add.at(sigma, group.rows, group.factor[:, None] * np.exp(own) * k)
    sigma.flags.writeable = False
    return pairs, sigma


def relative_errors(
    masses: Mapping[int, float], sqrts: Sequence[float], order: ReferenceOrder = OLDER_ORDER
) -> dict[Pair, dict[str, Array]]:
    """Relative errors of each pair by source (scale, PDF, alpha_s, numerical), each of shape (m,).

    Zero where the source of K gives none.  Sources of today's order give one number for PDF and alpha_s, electroweak
    ones and those at 13.6 TeV one for everything: it stands under PDF.
    """
    energies = _energy_columns(tuple(sqrts))
    pairs, groups = _plan(frozenset(masses))
    out: dict[Pair, dict[str, Array]] = {}
    for group in groups:
        _, rest = _load(group.table, order).evaluate(_log_masses(group, masses))
        for number, row in enumerate(group.rows.tolist()):
            out[pairs[row]] = {name: rest[number, energies, i - len(ERRORS)] for i, name in enumerate(ERRORS)}
    return dict(sorted(out.items()))


def _log_masses(group: _Group, masses: Mapping[int, float]) -> Array:
    return np.log([[sum(masses[p] for p in leg) / len(leg) for leg in legs] for legs in group.legs])


@cache
def _energy_columns(sqrts: tuple[float, ...]) -> list[int]:
    try:
        return [TABLE_ENERGIES.index(float(e)) for e in sqrts]
    except ValueError:
        raise ConfigError("sqrts", sqrts, f"energies in TeV among {TABLE_ENERGIES}") from None
