"""The partners that a production is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from protomodels.errors import ModelError
from protomodels.particles import PARTICLES
from protomodels.partners import formulas
from protomodels.partners.formulas import CHARGED, X_W1, X_Z2, Formula, Place
from protomodels.settings import NEWER_ORDER, ReferenceOrder

Kind = Literal["triplet", "octet", "charged", "charged with neutral", "neutral"]
"""What is produced: a pair of colour triplets or octets; of singlets: +-, +- with 0, or 0 with 0."""

COLOURED: Final[dict[str, Kind]] = {"quark": "triplet", "stop": "triplet", "sbottom": "triplet", "gluino": "octet"}
PURE: Final = ((X_Z2, X_W1),)
"""Charginos and neutralinos of two kinds whose reference is that of an unmixed multiplet."""


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
        return "scalar" if self.formula in formulas.SCALARS else "fermion"


_T: Final = "triplet"
_O: Final = "octet"
_C: Final = "charged"
_M: Final = "charged with neutral"
_N: Final = "neutral"
CANDIDATES: Final = (
    Candidate("one squark", _T, formulas.squark),
    Candidate("both squarks of one flavour", _T, formulas.squark, 2.0),
    Candidate("four squarks (four flavours, one chirality)", _T, formulas.squark, 4.0, ("quark",)),
    Candidate("eight squarks (four flavours, two chiralities)", _T, formulas.squark, 8.0, ("quark",)),
    Candidate("vector-like quark", _T, formulas.quark),
    Candidate("two vector-like quarks (a doublet)", _T, formulas.quark, 2.0, ("quark",)),
    Candidate("gluino (Majorana octet)", _O, formulas.gluino),
    Candidate("Dirac gluino", _O, formulas.gluino, 2.0),
    Candidate("real scalar octet", _O, formulas.octet_scalar),
    Candidate("complex scalar octet", _O, formulas.octet_scalar, 2.0),
    Candidate("left-handed slepton (scalar doublet)", _C, formulas.left),
    Candidate("right-handed slepton (scalar singlet)", _C, formulas.right),
    Candidate("left- and right-handed slepton", _C, formulas.left_and_right),
    Candidate("left-handed sleptons of three flavours", _C, formulas.left, 3.0, ("lepton",)),
    Candidate("all sleptons of three flavours", _C, formulas.left_and_right, 3.0, ("lepton",)),
    Candidate("wino (fermion triplet)", _C, formulas.wino),
    Candidate("higgsino or vector-like lepton (fermion doublet)", _C, formulas.doublet),
    Candidate("vector-like lepton (fermion singlet)", _C, formulas.singlet),
    Candidate("slepton with sneutrino (scalar doublet)", _M, formulas.slepton_sneutrino),
    Candidate("sleptons with sneutrinos of three flavours", _M, formulas.slepton_sneutrino, 3.0, ("lepton",)),
    Candidate("wino (fermion triplet)", _M, formulas.wino_with_neutral),
    # W-chargino-neutralino is g for a wino, g / 2 for each higgsino, g / sqrt 2 for their Dirac pair
    Candidate("one higgsino (half of a fermion doublet)", _M, formulas.wino_with_neutral, 0.25),
    Candidate("both higgsinos or vector-like lepton (fermion doublet)", _M, formulas.wino_with_neutral, 0.5),
    Candidate("sneutrino (scalar doublet)", _N, formulas.sneutrino),
    Candidate("sneutrinos of three flavours", _N, formulas.sneutrino, 3.0, ("sneutrino",)),
    Candidate("both higgsinos or vector-like lepton (fermion doublet)", _N, formulas.higgsinos),
)
"""Simplest first."""
MIXED: Final = Candidate("the mixed reference", None, formulas.own)
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
