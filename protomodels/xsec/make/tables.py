"""The tables: their axes, their columns, and how one row of each is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Final

import numpy as np

from protomodels.xsec.constants import CKM
from protomodels.xsec.make import coloured, electroweak, kfactors, semiweak
from protomodels.xsec.make.kfactors import KFactor
from protomodels.xsec.make.partons import Array, Channel, alpha_s, fold

PB_TO_FB: Final = 1000.0
QUARKS: Final = {"d": 1, "u": 2, "s": 3, "c": 4}
PARTONS: Final = {**QUARKS, **{q + "bar": -i for q, i in QUARKS.items()}}
REL_NUMERICAL: Final = 5e-4
"""Bound on the error of the quadratures, found by refining them."""

LIGHT = np.geomspace(10.0, 100.0, 7)[:-1]
ONE_MASS = np.concatenate([LIGHT, np.geomspace(100.0, 3000.0, 109)])
ELECTROWEAK = np.geomspace(80.0, 2500.0, 14)
ELECTROWEAK_ONE = np.geomspace(80.0, 3000.0, 28)
COLOURED = np.geomspace(300.0, 2500.0, 14)
STRONG = np.concatenate([[300.0, 350.0, 400.0, 450.0], np.arange(500.0, 2501.0, 100.0)])
"""The nodes of NLL-fast, which K is linear between, and two more for leading order."""
CHI = np.concatenate([np.geomspace(10.0, 100.0, 5)[:-1], np.geomspace(100.0, 2500.0, 18)])

GLUINO_CHI = (np.geomspace(300.0, 2500.0, 8), np.geomspace(10.0, 2500.0, 15), np.geomspace(300.0, 2500.0, 5))
"""Gluino, chi, exchanged squark."""

ANNIHILATION: Final = tuple((q, -q, 1.0) for q in (1, 2, 3, 4, 5))
W_PLUS: Final = tuple((up, -down, ckm) for (up, down), ckm in CKM.items())
W_MINUS: Final = tuple((-up, down, ckm) for (up, down), ckm in CKM.items())

INCOMING: Final[dict[str, Channel]] = {
    **{f"{q}_{q}bar": (i, -i, 1.0) for q, i in QUARKS.items()},
    "u_dbar": (2, -1, 1.0),
    "c_sbar": (4, -3, 1.0),
    "d_ubar": (1, -2, 1.0),
    "s_cbar": (3, -4, 1.0),
}
"""Quark and antiquark of one doublet."""

Row = Callable[..., dict[str, float]]
"""(sqrts in TeV, a mass in GeV for each axis; one of a single mass gets it twice) -> leading order in fb, by column."""
KRow = Callable[[float, float, float], KFactor]
"""The same -> what multiplies it."""


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes
    ----------
    name: of the file.
    axes: nodes in GeV, of one to three masses.
    row: leading order in fb by column.
    k_factor: what multiplies it.
    """

    name: str
    axes: tuple[Array, ...]
    row: Row
    k_factor: KRow


def sum_over_quarks(e: float, m1: float, m2: float, partonic: Callable[[Array, tuple[float, float]], Array]) -> float:
    """q qbar annihilation, with couplings by (isospin, charge) of the quark; fb."""
    total = 0.0
    for flavours, isospin, charge in electroweak.QUARKS:
        channels: list[Channel] = [(q, -q, 1.0) for q in flavours]
        total += fold(e, m1, m2, channels, lambda s, q=(isospin, charge): partonic(s, q))  # type: ignore[misc]
    return PB_TO_FB * total


def gluon_pair(e: float, m: float, gg: Callable[..., Array], qq: Callable[..., Array]) -> float:
    """A coloured pair from gluons and from q qbar, by their (s, m, alpha_s); fb."""
    a = alpha_s(m)
    from_gluons = fold(e, m, m, [(21, 21, 1.0)], lambda s: gg(s, m, a))
    return PB_TO_FB * (from_gluons + fold(e, m, m, ANNIHILATION, lambda s: qq(s, m, a)))


def squark_pair(e: float, m: float, _: float = 0.0) -> float:
    """One squark state and its antiparticle, fb."""
    return gluon_pair(e, m, coloured.gg_to_squarks, coloured.qq_to_squarks)


def gluino_pair(e: float, m: float, _: float = 0.0) -> float:
    """Gluino pair, fb."""
    return gluon_pair(e, m, coloured.gg_to_gluinos, coloured.qq_to_gluinos)


def scalar_pair(e: float, m: float, state: tuple[float, float]) -> float:
    """Slepton or sneutrino pair by (isospin, charge), fb."""
    return sum_over_quarks(e, m, m, lambda s, q: electroweak.scalars_neutral(s, m, q, state))


def slepton_sneutrino(e: float, m1: float, m2: float) -> dict[str, float]:
    """Both charges of the W, fb."""
    signs = {"plus": W_PLUS, "minus": W_MINUS}
    partonic = partial(electroweak.scalars_charged, m1=m1, m2=m2)
    return {sign: PB_TO_FB * fold(e, m1, m2, channels, partonic) for sign, channels in signs.items()}


def chargino_neutralino(e: float, m_w: float, m_z: float) -> dict[str, float]:
    """All X_W X_Z with both charges, fb."""
    out = {}
    for w, name_w in ((1000024, "X_W1"), (1000037, "X_W2")):
        for z, name_z in ((1000022, "X_Z1"), (1000023, "X_Z2"), (1000025, "X_Z3")):
            partonic = partial(electroweak.chargino_neutralino, m_w=m_w, m_z=m_z, charged=w, neutral=z)
            for sign, channels in (("plus", W_PLUS), ("minus", W_MINUS)):
                out[f"{name_w}_{name_z}_{sign}"] = PB_TO_FB * fold(e, m_w, m_z, channels, partonic)
    return out


def chargino_pair(e: float, m1: float, m2: float, one: int, two: int) -> float:
    """X_W+ X_W- for one assignment of the charges, fb."""
    return sum_over_quarks(e, m1, m2, lambda s, q: electroweak.chargino_pair(s, m1, m2, one, two, q))


def neutralino_pair(e: float, m1: float, m2: float) -> dict[str, float]:
    """X_Z1 X_Z3, fb: the only pair of different states that both have a higgsino part."""
    sigma = sum_over_quarks(e, m1, m2, lambda s, q: electroweak.neutralino_pair(s, m1, m2, 1000022, 1000025, q))
    return {"X_Z1_X_Z3": sigma}


def squark_gluino(e: float, m1: float, m2: float) -> dict[str, float]:
    """Squark (m1) with gluino (m2) by the incoming quark, fb."""
    a = alpha_s(0.5 * (m1 + m2))
    partonic = partial(coloured.qg_to_squark_gluino, m_squark=m1, m_gluino=m2, alpha_s=a)
    return {name: PB_TO_FB * fold(e, m1, m2, [(21, q, 1.0)], partonic) for name, q in PARTONS.items()}


def squark_squark(e: float, m: float, m_gluino: float) -> dict[str, float]:
    """Two squarks of mean mass m through a gluino, by the incoming quarks, fb."""
    a = alpha_s(m)
    out = {}
    for one, two in combinations_with_replacement(QUARKS, 2):
        for bar1, bar2 in (
            (("", ""), ("bar", "bar")) if one == two else (("", ""), ("bar", "bar"), ("", "bar"), ("bar", ""))
        ):
            names = one + bar1, two + bar2
            if bar1 == bar2:
                partonic = partial(
                    coloured.qq_to_like_squarks,
                    m_squark=m,
                    m_gluino=m_gluino,
                    alpha_s=a,
                    identical=one == two,
                )
            else:
                partonic = partial(coloured.qq_to_unlike_squarks, m_squark=m, m_gluino=m_gluino, alpha_s=a)
            channel = (PARTONS[names[0]], PARTONS[names[1]], 1.0)
            out["_".join(names)] = PB_TO_FB * fold(e, m, m, [channel], partonic)
    return out


def squark_chi(e: float, m1: float, m2: float) -> dict[str, float]:
    """Squark (m1) with chargino or neutralino (m2) for unit coupling, by the incoming quark, fb."""
    a = alpha_s(0.5 * (m1 + m2))
    partonic = partial(semiweak.qg_to_squark_chi, m_squark=m1, m_chi=m2, alpha_s=a)
    return {name: PB_TO_FB * fold(e, m1, m2, [(21, q, 1.0)], partonic) for name, q in PARTONS.items()}


def gluino_chi(e: float, m_gluino: float, m_chi: float, m_squark: float) -> dict[str, float]:
    """Gluino with chargino or neutralino for unit couplings, by the incoming quarks, fb.

    ``one``: a single diagram squared; ``both``: the interference of two (semiweak.qq_to_gluino_chi).
    """
    a = alpha_s(0.5 * (m_gluino + m_chi))

    def part(number: int) -> Callable[[Array], Array]:
        return lambda s: semiweak.qq_to_gluino_chi(s, m_gluino, m_chi, m_squark, a)[number]

    return {
        f"{label}_{name}": PB_TO_FB * fold(e, m_gluino, m_chi, [channel], part(number))
        for name, channel in INCOMING.items()
        for number, label in enumerate(("one", "both"))
    }


def tables(nllfast_root: Path) -> tuple[Table, ...]:
    """All tables, given where the NLL-fast grids are."""

    @cache
    def one_mass(process: str, sqrts: float) -> Callable[[float], KFactor]:
        return kfactors.nll_one_mass(nllfast_root, process, sqrts)

    @cache
    def two_masses(process: str, sqrts: float) -> Callable[[float, float], KFactor]:
        return kfactors.nll_two_masses(nllfast_root, process, sqrts)

    def grid_energy(e: float) -> float:
        return 8.0 if e < 10.0 else 13.0  # there is no grid for 13.6 TeV: K hardly changes

    def nll_one(process: str) -> KRow:
        return lambda e, m, _: one_mass(process, grid_energy(e))(m)

    def nll_two(process: str) -> KRow:
        return lambda e, m1, m2: two_masses(process, grid_energy(e))(m1, m2)

    wino_fit = kfactors.fitted(kfactors.WINO_PAIRS, _public_wino)
    slepton_fit = kfactors.fitted(kfactors.SLEPTON_PAIRS, lambda m: scalar_pair(13.0, m, (-0.5, -1.0)))

    def wino(e: float, m1: float, m2: float) -> KFactor:
        return wino_fit(0.5 * (m1 + m2))

    def slepton(e: float, m1: float, m2: float) -> KFactor:
        return slepton_fit(0.5 * (m1 + m2))

    def single(name: str, axis: Array, sigma: Callable[[float, float, float], float], k: KRow) -> Table:
        column = "pair" if name.endswith("_pair") else name
        return Table(name, (axis,), lambda e, m, _: {column: sigma(e, m, m)}, k)

    def pair_of(pid: int) -> Callable[[float, float, float], float]:
        return lambda e, m1, m2: chargino_pair(e, m1, m2, pid, pid)

    electroweak_axes = (ELECTROWEAK, ELECTROWEAK)
    return (
        single("squark", ONE_MASS, squark_pair, nll_one("sdcpl")),
        single("stop", ONE_MASS, squark_pair, nll_one("st")),
        single("gluino", ONE_MASS, gluino_pair, nll_one("gdcpl")),
        single("slepton", ELECTROWEAK_ONE, lambda e, m, _: scalar_pair(e, m, (-0.5, -1.0)), slepton),
        single("sneutrino", ELECTROWEAK_ONE, lambda e, m, _: scalar_pair(e, m, (0.5, 0.0)), slepton),
        single("X_W1_pair", ELECTROWEAK_ONE, pair_of(1000024), wino),
        single("X_W2_pair", ELECTROWEAK_ONE, pair_of(1000037), wino),
        Table("slepton_sneutrino", electroweak_axes, slepton_sneutrino, slepton),
        Table("chargino_neutralino", electroweak_axes, chargino_neutralino, wino),
        Table(
            "chargino_mixed",
            electroweak_axes,
            lambda e, m1, m2: {"one_charge": chargino_pair(e, m1, m2, 1000024, 1000037)},
            wino,
        ),
        Table("neutralino_pair", electroweak_axes, neutralino_pair, wino),
        Table("squark_gluino", (STRONG, STRONG), squark_gluino, nll_two("sg")),
        Table("squark_squark", (STRONG, STRONG), squark_squark, nll_two("ss")),
        Table("squark_chi", (COLOURED, CHI), squark_chi, lambda e, m1, m2: KFactor(1.0)),
        Table("gluino_chi", GLUINO_CHI, gluino_chi, lambda e, m1, m2: KFactor(1.0)),
    )


def _public_wino(m: float) -> float:
    """Leading order of X_W1 X_Z2 of both charges at 13 TeV, fb: what the public numbers are for."""
    row = chargino_neutralino(13.0, m, m)
    return row["X_W1_X_Z2_plus"] + row["X_W1_X_Z2_minus"]
