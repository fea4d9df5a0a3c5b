"""The cross sections of partners, from the reference that is most like each: its leading order, times K of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from protomodels.particles import PARTICLES
from protomodels.partners.grids import value
from protomodels.settings import ReferenceOrder
from protomodels.xsec import reference_cross_sections
from protomodels.xsec.mixing import NEUTRAL

X_T1, X_G, X_Z1, X_Z2, X_Z3 = 1000006, 1000021, 1000022, 1000023, 1000025
X_E, X_NUE, X_W1, X_W2 = 1000011, 1000012, 1000024, 1000037
CHARGED: Final = ("lepton", "charged")
"""Families of charged colourless particles."""
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
        return float(sum(fb for (a, b), fb in rows if {abs(a), abs(b)} == set(masses)))


def squark(at: Place) -> float:
    """One squark state."""
    return at.reference({at.pids[0] if PARTICLES[at.pids[0]].family != "gluino" else X_T1: at.mean})


def quark(at: Place) -> float:
    """A vector-like quark: NNLO+NNLL of heavy top quarks."""
    return value("triplet_fermion_fb", at.mean, at.sqrts) * value("triplet_fermion_k", at.mean, at.sqrts)


def gluino(at: Place) -> float:
    """A gluino."""
    return at.reference({X_G: at.mean})


def octet_scalar(at: Place) -> float:
    """A real scalar octet, with K of gluinos."""
    return value("octet_scalar", at.mean, at.sqrts) * gluino(at)


def left(at: Place) -> float:
    """A left-handed slepton."""
    return at.reference({X_E: at.mean})


def right(at: Place) -> float:
    """A right-handed slepton."""
    return value("right_slepton", at.mean, at.sqrts) * left(at)


def left_and_right(at: Place) -> float:
    """Both of one flavour."""
    return left(at) + right(at)


def wino(at: Place) -> float:
    """A pair of charged winos."""
    return at.reference({X_W1: at.mean})


def doublet(at: Place) -> float:
    """A pair of charged higgsinos, or of the charged member of a vector-like lepton doublet."""
    return value("doublet_fermion", at.mean, at.sqrts) * at.reference({X_W2: at.mean})


def singlet(at: Place) -> float:
    """A vector-like lepton without isospin."""
    return value("singlet_fermion", at.mean, at.sqrts) * at.reference({X_W2: at.mean})


def slepton_sneutrino(at: Place) -> float:
    """A slepton with the sneutrino of its doublet."""
    charged, neutral = at.by_charge()
    return at.reference({X_E: charged, X_NUE: neutral})


def wino_with_neutral(at: Place) -> float:
    """A charged with the neutral wino."""
    charged, neutral = at.by_charge()
    return at.reference({X_W1: charged, X_Z2: neutral})


def sneutrino(at: Place) -> float:
    """A sneutrino pair; as much as H A of an inert doublet."""
    return at.reference({X_NUE: at.mean})


def higgsinos(at: Place) -> float:
    """The two neutral higgsinos, or a pair of the neutral member of a vector-like lepton doublet."""
    return at.reference({X_Z1: at.masses[0], X_Z3: at.masses[1]}) / _HIGGSINO_PART


def own(at: Place) -> float:
    """The reference of the two particles themselves."""
    return at.reference(dict(zip(at.pids, at.masses, strict=True)))


Formula = Callable[[Place], float]
SCALARS: Final[tuple[Formula, ...]] = (squark, octet_scalar, left, right, left_and_right, slepton_sneutrino, sneutrino)
"""Of scalars; the others are of fermions."""
