"""The partners that a production is compared with, and the cross section of each.

A partner's cross section is its leading order times the K factor of the reference that is most like it, so for equal
colour and spin, and by isospin from the same currents: errors of 10 to 30%, of scalar octets up to 50%
(``docs/explanation/what-could-it-be.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from protomodels.errors import ModelError
from protomodels.particles import PARTICLES
from protomodels.partners.grids import value
from protomodels.settings import NEWER_ORDER, ReferenceOrder
from protomodels.xsec import reference_cross_sections
from protomodels.xsec.mixing import NEUTRAL

Kind = Literal["triplet", "octet", "charged", "charged with neutral", "neutral"]
"""What is produced: a pair of colour triplets or octets; of singlets: +-, +- with 0, or 0 with 0."""

X_T1, X_G, X_Z1, X_Z2, X_Z3 = 1000006, 1000021, 1000022, 1000023, 1000025
X_E, X_NUE, X_W1, X_W2 = 1000011, 1000012, 1000024, 1000037
COLOURED: Final[dict[str, Kind]] = {"quark": "triplet", "stop": "triplet", "sbottom": "triplet", "gluino": "octet"}
CHARGED: Final = ("lepton", "charged")
PURE: Final = ((X_Z2, X_W1),)
"""Charginos and neutralinos of two kinds whose reference is that of an unmixed multiplet."""
_HIGGSINO_PART: Final = (NEUTRAL[X_Z1][2] * NEUTRAL[X_Z3][2] - NEUTRAL[X_Z1][3] * NEUTRAL[X_Z3][3]) ** 2
"""Of the reference of X_Z1 X_Z3, over that of two higgsinos; both are made through the axial current alone."""


@dataclass(frozen=True)
class Place:
    """Where cross sections are compared.

    Attributes
    ----------
    pids: the two particles, without sign, ascending; twice the same in a pair of particle and antiparticle.
    masses: of both, GeV.
    sqrts: TeV.
    order: of the reference cross sections.
    """

    pids: tuple[int, int]
    masses: tuple[float, float]
    sqrts: float
    order: ReferenceOrder

    @property
    def mean(self) -> float:
        """Mean mass in GeV."""
        return 0.5 * (self.masses[0] + self.masses[1])

    def by_charge(self) -> tuple[float, float]:
        """Mass of the charged particle, mass of the neutral one."""
        return self.masses if PARTICLES[self.pids[0]].family in CHARGED else self.masses[::-1]

    def reference(self, masses: dict[int, float]) -> float:
        """Reference cross section of the productions that need all of these particles, both charges, fb."""
        pairs, sigma = reference_cross_sections(masses, (self.sqrts,), self.order)
        rows = zip(pairs, sigma[:, 0].tolist(), strict=True)
        return sum(fb for (a, b), fb in rows if {abs(a), abs(b)} == set(masses))


Formula = Callable[[Place], float]


@dataclass(frozen=True)
class Candidate:
    """A partner.

    Attributes
    ----------
    name: in words.
    kind: of the productions that it would explain; None where the production is its own.
    formula: its cross section at a place, fb.
    count: how many degenerate ones.
    families: of particles that it is a candidate for; all where empty.
    """

    name: str
    kind: Kind | None
    formula: Formula
    count: float = 1.0
    families: tuple[str, ...] = ()

    @property
    def spin(self) -> Literal["scalar", "fermion"]:
        """By its formula."""
        return "scalar" if self.formula in SCALARS else "fermion"


def _squark(at: Place) -> float:
    return at.reference({at.pids[0] if PARTICLES[at.pids[0]].family != "gluino" else X_T1: at.mean})


def _quark(at: Place) -> float:
    return value("triplet_fermion_fb", at.mean, at.sqrts) * value("triplet_fermion_k", at.mean, at.sqrts)


def _gluino(at: Place) -> float:
    return at.reference({X_G: at.mean})


def _octet_scalar(at: Place) -> float:
    return value("octet_scalar", at.mean, at.sqrts) * _gluino(at)


def _left(at: Place) -> float:
    return at.reference({X_E: at.mean})


def _right(at: Place) -> float:
    return value("right_slepton", at.mean, at.sqrts) * _left(at)


def _left_and_right(at: Place) -> float:
    return _left(at) + _right(at)


def _wino(at: Place) -> float:
    return at.reference({X_W1: at.mean})


def _doublet(at: Place) -> float:
    return value("doublet_fermion", at.mean, at.sqrts) * at.reference({X_W2: at.mean})


def _singlet(at: Place) -> float:
    return value("singlet_fermion", at.mean, at.sqrts) * at.reference({X_W2: at.mean})


def _slepton_sneutrino(at: Place) -> float:
    charged, neutral = at.by_charge()
    return at.reference({X_E: charged, X_NUE: neutral})


def _wino_with_neutral(at: Place) -> float:
    charged, neutral = at.by_charge()
    return at.reference({X_W1: charged, X_Z2: neutral})


def _sneutrino(at: Place) -> float:
    return at.reference({X_NUE: at.mean})


def _higgsinos(at: Place) -> float:
    return at.reference({X_Z1: at.masses[0], X_Z3: at.masses[1]}) / _HIGGSINO_PART


def _own(at: Place) -> float:
    return at.reference(dict(zip(at.pids, at.masses, strict=True)))


SCALARS: Final = (_squark, _octet_scalar, _left, _right, _left_and_right, _slepton_sneutrino, _sneutrino)
_T: Final = "triplet"
_O: Final = "octet"
_C: Final = "charged"
_M: Final = "charged with neutral"
_N: Final = "neutral"
CANDIDATES: Final = (
    Candidate("one squark", _T, _squark),
    Candidate("both squarks of one flavour", _T, _squark, 2.0),
    Candidate("four squarks (four flavours, one chirality)", _T, _squark, 4.0, ("quark",)),
    Candidate("eight squarks (four flavours, two chiralities)", _T, _squark, 8.0, ("quark",)),
    Candidate("vector-like quark", _T, _quark),
    Candidate("two vector-like quarks (a doublet)", _T, _quark, 2.0, ("quark",)),
    Candidate("gluino (Majorana octet)", _O, _gluino),
    Candidate("Dirac gluino", _O, _gluino, 2.0),
    Candidate("real scalar octet", _O, _octet_scalar),
    Candidate("complex scalar octet", _O, _octet_scalar, 2.0),
    Candidate("left-handed slepton (scalar doublet)", _C, _left),
    Candidate("right-handed slepton (scalar singlet)", _C, _right),
    Candidate("left- and right-handed slepton", _C, _left_and_right),
    Candidate("left-handed sleptons of three flavours", _C, _left, 3.0, ("lepton",)),
    Candidate("all sleptons of three flavours", _C, _left_and_right, 3.0, ("lepton",)),
    Candidate("wino (fermion triplet)", _C, _wino),
    Candidate("higgsino or vector-like lepton (fermion doublet)", _C, _doublet),
    Candidate("vector-like lepton (fermion singlet)", _C, _singlet),
    Candidate("slepton with sneutrino (scalar doublet)", _M, _slepton_sneutrino),
    Candidate("sleptons with sneutrinos of three flavours", _M, _slepton_sneutrino, 3.0, ("lepton",)),
    Candidate("wino (fermion triplet)", _M, _wino_with_neutral),
    # W-chargino-neutralino is g for a wino, g / 2 for each higgsino, g / sqrt 2 for their Dirac pair
    Candidate("one higgsino (half of a fermion doublet)", _M, _wino_with_neutral, 0.25),
    Candidate("both higgsinos or vector-like lepton (fermion doublet)", _M, _wino_with_neutral, 0.5),
    Candidate("sneutrino (scalar doublet)", _N, _sneutrino),
    Candidate("sneutrinos of three flavours", _N, _sneutrino, 3.0, ("sneutrino",)),
    Candidate("both higgsinos or vector-like lepton (fermion doublet)", _N, _higgsinos),
)
"""Simplest first."""
MIXED: Final = Candidate("the mixed reference", None, _own)
"""For charginos and neutralinos of two kinds: their reference, with its mixing (:mod:`protomodels.xsec.mixing`)."""


def kind_of(pids: tuple[int, int]) -> Kind | None:
    """What a production of two particles is compared as; None for associated production, which needs both of them."""
    a, b = (PARTICLES[pid].family for pid in pids)
    if a in COLOURED or b in COLOURED:
        return COLOURED[a] if pids[0] == pids[1] else None
    n_charged = (a in CHARGED) + (b in CHARGED)
    return "charged" if n_charged == 2 else "charged with neutral" if n_charged == 1 else "neutral"


def candidates_of(pids: tuple[int, int]) -> tuple[Candidate, ...]:
    """The partners that a production of two particles is compared with, those of its own kind first.

    Coloured ones stand beside all other colours, too; their decays say which they are.

    Raises
    ------
    ModelError: where the two are not compared with anything.

    >>> [candidate.name for candidate in candidates_of((1000016, 1000016))][:2]
    ['sneutrino (scalar doublet)', 'sneutrinos of three flavours']
    """
    kind = kind_of(pids)
    if kind is None:
        names = " ".join(PARTICLES[pid].name for pid in pids)
        raise ModelError("pair", names, "a coloured particle with its antiparticle, or two colourless ones")
    families = {PARTICLES[pid].family for pid in pids}
    mixing = families <= {"charged", "neutral"} and pids[0] != pids[1] and pids not in PURE
    if mixing and kind == "charged":
        return (MIXED,)  # no multiplet alone makes two charginos of different mass
    other: dict[Kind, tuple[Kind, ...]] = {"triplet": ("octet",), "octet": ("triplet",)}
    found = [
        candidate
        for one in (kind, *other.get(kind, ()))
        for candidate in CANDIDATES
        if one == candidate.kind and (not candidate.families or families & set(candidate.families))
    ]
    return (*found, MIXED) if mixing else tuple(found)


def partner_cross_sections(
    pids: tuple[int, int], masses: tuple[float, float], sqrts: float = 13.0, order: ReferenceOrder = NEWER_ORDER
) -> dict[str, float]:
    """What each candidate would give, fb by its name.

    Parameters
    ----------
    pids: of the two particles, without sign, ascending.
    masses: of both, GeV.
    sqrts: TeV: 8, 13 or 13.6.
    order: of the reference cross sections that bring the K factors.

    Raises
    ------
    ModelError: where the two are not compared with anything.
    ConfigError: where there is no table for the energy.

    >>> found = partner_cross_sections((1000006, 1000006), (1000.0, 1000.0))
    >>> round(found["one squark"], 1), round(found["vector-like quark"])
    (6.8, 44)
    """
    at = Place(pids, masses, sqrts, order)
    return {candidate.name: candidate.count * candidate.formula(at) for candidate in candidates_of(pids)}
