"""What multiplies leading order to give today's order: published cross section over our leading order.

Where a process has no such number (8 TeV, squarks with gluinos at 13.6 TeV, squark or gluino with X_Z or X_W) the K
below or that of 13 TeV stands.  Parton densities have changed as well: they are in K.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator, RegularGridInterpolator

from protomodels.xsec.make import nllfast, published
from protomodels.xsec.make import tables as leading
from protomodels.xsec.make.kfactors import KFactor
from protomodels.xsec.make.published import Published

Curve = Callable[[float], KFactor]
Row = Callable[[float, float, float], dict[str, KFactor]]
"""(sqrts in TeV, masses in GeV, one mass twice) -> K by the ending of the columns that it is for; "" for all."""

COLOURED: Final = {"squark": ("sdcpl", 10.0), "stop": ("st", 1.0), "gluino": ("gdcpl", 1.0)}
"""Grid of a pair, and how many states it sums."""
SNEUTRINOS: Final = ("sneutrino", "slepton_sneutrino_plus", "slepton_sneutrino_minus")
"""Their only tables are for 13 TeV."""
NOISY: Final = {"wino_plus": 2000.0, "wino_minus": 2000.0, "wino_pair": 2000.0, "higgsino_pair": 1250.0}
"""Tables with single points that are up to 15% off their neighbours, and the mass (GeV) up to which they are used."""
DEGREE: Final = 5
"""Of the polynomial in ln m that is fitted to ln K of these."""


@dataclass(frozen=True)
class NewTable:
    """K of one table of today's order, on the nodes of its leading order.

    Attributes
    ----------
    name: of the table.
    row: K by the ending of columns.
    """

    name: str
    row: Row


def coloured_curve(data: Published, states: float, leading_order: Callable[[float], float], below: Curve) -> Curve:
    """K(m) through published numbers, monotone cubic in ln m, frozen above; below them it follows the older order.

    Parameters
    ----------
    states: how many states the numbers sum.
    leading_order: of one state, fb.
    below: K of the older order, which is scaled to meet the first number.
    """
    log_m = np.log(data.mass)
    ratio = data.sigma / (states * np.array([leading_order(m) for m in data.mass.tolist()]))
    k, scale, rest = (PchipInterpolator(log_m, column) for column in (ratio, data.scale, data.rest))
    lowest = float(data.mass[0])

    def at(m: float) -> KFactor:
        x = float(np.clip(np.log(m), log_m[0], log_m[-1]))
        older = below(m).k / below(lowest).k if m < lowest else 1.0
        return KFactor(float(k(x)) * older, float(scale(x)), float(rest(x)))

    return at


def through(data: Published, leading_order: Callable[[float], float]) -> Curve:
    """K(m) through the published numbers, monotone cubic in ln m, frozen outside."""
    return coloured_curve(data, 1.0, leading_order, lambda m: KFactor(1.0))


def fitted(data: Published, leading_order: Callable[[float], float], degree: int = DEGREE) -> Curve:
    """K(m): exp of a polynomial in ln m fitted to the published numbers, which averages over noise; frozen outside."""
    log_m = np.log(data.mass)
    ratio = data.sigma / np.array([leading_order(m) for m in data.mass.tolist()])
    fit = np.polynomial.Polynomial.fit(log_m, np.log(ratio), degree)

    def at(m: float) -> KFactor:
        x = float(np.clip(np.log(m), log_m[0], log_m[-1]))
        return KFactor(float(np.exp(fit(x))), 0.0, float(np.interp(x, log_m, data.rest)))

    return at


def two_mass_surface(
    root: Path, older: Path, process: str, below: Callable[[float, float], KFactor]
) -> Callable[[float, float], KFactor]:
    """K(m_squark, m_gluino) at 13 TeV: NNLL-fast over NLL-fast, times the K of NLL-fast.

    The ratio of the two is frozen outside the nodes that both have (from 500 GeV).

    Parameters
    ----------
    root, older: where the grids of NNLL-fast and NLL-fast are.
    below: K of NLL-fast.
    """
    m1, m2, column = published.two_masses(root, process)
    rows = nllfast.read(nllfast.grid_file(older, process, 13.0))
    n1, n2 = np.unique(rows[:, nllfast.M1]), np.unique(rows[:, nllfast.M2])
    nll = RegularGridInterpolator((n1, n2), np.log(rows[:, nllfast.NLL].reshape(len(n1), len(n2))))
    m1, m2 = (m[m <= n[-1]] for m, n in ((m1, n1), (m2, n2)))
    nodes = np.stack(np.meshgrid(m1, m2, indexing="ij"), axis=-1)
    sigma, down, up, pdf = (
        column(c)[: len(m1), : len(m2)]
        for c in (published.NNLL, published.SCALE_DOWN, published.SCALE_UP, published.PDF)
    )
    scale = np.maximum(np.abs(down), np.abs(up)) / sigma
    curves = [RegularGridInterpolator((m1, m2), v) for v in (sigma / np.exp(nll(nodes)), scale, pdf / 100.0)]

    def at(squark: float, gluino: float) -> KFactor:
        point = (np.clip(squark, m1[0], m1[-1]), np.clip(gluino, m2[0], m2[-1]))
        ratio, scale, rest = (float(curve(point)[()]) for curve in curves)
        return KFactor(ratio * below(squark, gluino).k, scale, rest)

    return at


def new_tables(nllfast_root: Path, published_root: Path, older: tuple[leading.Table, ...]) -> tuple[NewTable, ...]:
    """All tables that today's order changes.

    Parameters
    ----------
    nllfast_root, published_root: where the NLL-fast grids and the published tables are.
    older: all tables of the older order.
    """
    by_name = {table.name: table for table in older}

    @cache
    def coloured(name: str, e: float) -> Curve:
        process, states = COLOURED[name]
        data = published.one_mass(published_root, process) if e == 13.0 else published.from_nodes(name, e)
        table = by_name[name]
        return coloured_curve(data, states, lambda m: table.row(e, m, m)[name], lambda m: table.k_factor(13.0, m, m))

    def coloured_row(name: str) -> Row:
        table = by_name[name]
        return lambda e, m, _: {"": table.k_factor(e, m, m) if e < 10.0 else coloured(name, e)(m)}

    @cache
    def electroweak(process: str, e: float) -> Curve:
        if e < 10.0 or (e > 13.0 and process in SNEUTRINOS):
            return electroweak(process, 13.0)  # there is no table: K as a function of mass
        lo = partial(_leading_electroweak, process, e)
        if e > 13.0 or process in SNEUTRINOS:
            return through(published.from_nodes(process, e), lo)
        data = published.group_table(published_root, process)
        used = (data.mass >= leading.ELECTROWEAK[0] - 1e-9) & (data.mass <= NOISY.get(process, math.inf))
        data = Published(data.mass[used], data.sigma[used], data.scale[used], data.rest[used])
        return fitted(data, lo) if process in NOISY else through(data, lo)

    def electroweak_row(**by_ending: str) -> Row:
        return lambda e, m1, m2: {end: electroweak(process, e)(0.5 * (m1 + m2)) for end, process in by_ending.items()}

    def one(process: str) -> Row:
        return electroweak_row(**{"": process})

    def two(name: str, process: str) -> Row:
        table = by_name[name]
        surface = two_mass_surface(published_root, nllfast_root, process, lambda m1, m2: table.k_factor(13.0, m1, m2))
        return lambda e, m1, m2: {"": table.k_factor(e, m1, m2) if e < 10.0 else surface(m1, m2)}

    return (
        *(NewTable(name, coloured_row(name)) for name in COLOURED),
        NewTable("slepton", one("slepton")),
        NewTable("sneutrino", one("sneutrino")),
        NewTable(
            "slepton_sneutrino",
            electroweak_row(plus="slepton_sneutrino_plus", minus="slepton_sneutrino_minus"),
        ),
        NewTable("X_W1_pair", one("wino_pair")),
        NewTable("X_W2_pair", one("higgsino_pair")),
        NewTable("chargino_mixed", one("wino_pair")),
        NewTable("neutralino_pair", one("wino_pair")),
        NewTable("chargino_neutralino", electroweak_row(plus="wino_plus", minus="wino_minus")),
        NewTable("squark_gluino", two("squark_gluino", "sg")),
        NewTable("squark_squark", two("squark_squark", "ss")),
    )


def _leading_electroweak(process: str, e: float, m: float) -> float:
    """Our leading order of a published electroweak process, fb."""
    if process == "slepton":
        return leading.scalar_pair(e, m, (-0.5, -1.0))
    if process == "sneutrino":
        return leading.scalar_pair(e, m, (0.5, 0.0))
    if process in SNEUTRINOS:
        return leading.slepton_sneutrino(e, m, m)[process.removeprefix("slepton_sneutrino_")]
    if process.endswith("_pair"):
        pid = 1000024 if process == "wino_pair" else 1000037
        return leading.chargino_pair(e, m, m, pid, pid)
    return leading.chargino_neutralino(e, m, m)["X_W1_X_Z2_" + process.removeprefix("wino_")]
