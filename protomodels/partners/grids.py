"""The grids of partners that the reference tables lack: cubic splines of ln(value) in ln m, an energy each.

Frozen at their ends: coloured ones at 10 and 2500 GeV, electroweak ones at 80 GeV, as the reference tables are.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from scipy.interpolate import CubicSpline

from protomodels.errors import ConfigError
from protomodels.xsec.splines import TABLE_ENERGIES

FOLDER: Final = Path(__file__).parent / "tables"
GRIDS: Final = {
    "coloured": ("triplet_fermion_fb", "triplet_fermion_k", "octet_scalar"),
    "electroweak": ("doublet_fermion", "singlet_fermion", "right_slepton"),
}
"""Columns of each file; :mod:`protomodels.partners.make` says what they are."""
_GRID_OF: Final = {column: name for name, columns in GRIDS.items() for column in columns}


def value(column: str, mass: float, sqrts: float) -> float:
    """A column at a mass in GeV and an energy in TeV.

    Raises
    ------
    ConfigError: where there is no grid for the energy.

    A right-handed slepton has no isospin, and about two fifths of the cross section of a left-handed one:

    >>> round(value("right_slepton", 200.0, 13.0), 2)
    0.38
    """
    if sqrts not in TABLE_ENERGIES:
        raise ConfigError("sqrts", sqrts, "one of " + ", ".join(f"{e:g}" for e in TABLE_ENERGIES) + " TeV")
    low, high, spline = _spline(column, sqrts)
    return float(np.exp(spline(np.log(np.clip(mass, low, high)))))


@cache
def _spline(column: str, sqrts: float) -> tuple[float, float, CubicSpline]:
    name = _GRID_OF[column]
    rows = np.loadtxt(FOLDER / f"{name}.csv", delimiter=",", skiprows=1)
    own = rows[rows[:, 0] == sqrts]
    mass, values = own[:, 1], own[:, 2 + GRIDS[name].index(column)]
    return float(mass[0]), float(mass[-1]), CubicSpline(np.log(mass), np.log(values))
