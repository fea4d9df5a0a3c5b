"""The tables as splines: ln(leading order) against ln m, and K, linear between the nodes; never their product.

K is frozen at the edge of its grid and has a kink there, which a spline of the product would smear into the leading
order.  Below the tables' first node masses count as that node: electroweak pairs below 80 GeV, where a real Z would
enter.  Above 2400 GeV there are no particles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import NdBSpline, make_interp_spline

from protomodels.settings import NEWER_ORDER, OLDER_ORDER, ReferenceOrder

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
class Table:
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
        """(ln LO (n, columns, energies), [Ks, errors] (n, energies, Ks + 4)) at points of shape (n, d).

        All columns, by scipy: for errors, and to compare :mod:`protomodels.xsec.numeric` with.
        """
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
def load(name: str, order: ReferenceOrder = OLDER_ORDER) -> Table:
    """The splines of a table, by the name of its file."""
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
    return Table(columns, low, high, NdBSpline(tuple(knots), values, 3), nodes, stacked, k_of)
