"""Which further particles would have to exist, and where they would be seen: a closed table, with masses at tree level.

A state that couples to the W belongs to a multiplet of SU(2); its other members have the same mass but for terms of the
weak scale.  For sfermions these are the D-terms, m^2(down) - m^2(up) = -cos(2 beta) M_W^2 with cos(2 beta) between -1
(large tan beta) and 0 (tan beta = 1), and the masses of the quarks (Martin, hep-ph/9709356, section 8.4); for fermions
loops of gauge bosons, 0.16 GeV in a triplet (Ibe, Matsumoto, Sato, arXiv:1212.5989) and 0.36 GeV in a doublet (Thomas,
Wells, hep-ph/9804359).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES, SM_MASSES

M_W: Final = SM_MASSES[24]
M_T: Final = SM_MASSES[6]
M_B: Final = SM_MASSES[5]
NEAR: Final = 0.1
"""A particle of the model counts as the member where its mass is within this part of the range."""


@dataclass(frozen=True)
class Member:
    """A further member of a multiplet.

    Attributes
    ----------
    particle: whose multiplet it is.
    hypothesis: what that would have to be.
    member: what then exists, too.
    low, high: its mass in GeV; NaN where nothing says it.
    seen: final states it would be seen in.
    present: names of particles of the model that could be it.
    """

    particle: str
    hypothesis: str
    member: str
    low: float
    high: float
    seen: str
    present: tuple[str, ...]

    @property
    def mass(self) -> str:
        """Its mass in words."""
        if math.isnan(self.low):
            return "free"
        low, high = f"{self.low:.0f}", f"{self.high:.0f}"
        return low if low == high else f"{low}-{high}"


@dataclass(frozen=True)
class _Rule:
    """One line of the table: for the particles of a family (or one of them), the squares of the shift of its mass."""

    of: tuple[str, ...]
    hypothesis: str
    member: str
    shifts: tuple[float, float] | None
    seen: str
    like: tuple[str, ...] = ()


LOOPS: Final = (0.0, 0.0)
"""Less than a GeV: nothing in GeV^2 that matters."""
_SNEUTRINOS, _SLEPTONS = ("X_nue", "X_numu", "X_nutau"), ("X_e", "X_mu", "X_tau")

RULES: Final = (
    _Rule(("X_t1", "X_t2"), "left-handed stop", "left-handed sbottom", (M_B**2 - M_T**2, M_B**2 - M_T**2 + M_W**2),
          "2 b-jets + missing energy", ("X_b1", "X_b2")),
    _Rule(("X_b1", "X_b2"), "left-handed sbottom", "left-handed stop", (M_T**2 - M_B**2 - M_W**2, M_T**2 - M_B**2),
          "t tbar + missing energy: 0, 1 or 2 leptons, b-jets", ("X_t1", "X_t2")),
    _Rule(("X_t1", "X_t2"), "vector-like quark of a doublet (T, B)", "B near T", LOOPS,
          "2 b-jets + missing energy, or t W t W", ("X_b1", "X_b2")),
    _Rule(("X_b1", "X_b2"), "vector-like quark of a doublet (T, B)", "T near B", LOOPS,
          "t tbar + missing energy: 0, 1 or 2 leptons, b-jets", ("X_t1", "X_t2")),
    _Rule(("X_d", "X_s"), "left-handed squark", "the up-type squark of its doublet", (-(M_W**2), 0.0),
          "2 or more jets + missing energy", ("X_u", "X_c")),
    _Rule(("X_u", "X_c"), "left-handed squark", "the down-type squark of its doublet", (0.0, M_W**2),
          "2 or more jets + missing energy", ("X_d", "X_s")),
    _Rule(("X_d", "X_u", "X_s", "X_c"), "squark of a flavour-blind theory", "the squarks of the other light flavours",
          LOOPS, "2 or more jets + missing energy, with the cross sections added", ("X_d", "X_u", "X_s", "X_c")),
    _Rule(("X_d", "X_u", "X_s", "X_c"), "vector-like quark of a doublet", "its partner of the other charge", LOOPS,
          "2 or more jets + missing energy, with W where the two differ in mass", ("X_d", "X_u", "X_s", "X_c")),
    _Rule(("X_g",), "gluino (Majorana)", "nothing; leptons of the same sign as often as of opposite sign", None,
          "2 leptons of the same sign + jets, b-jets; 3 leptons"),
    _Rule(("X_g",), "Dirac gluino", "a complex scalar octet (sgluon), real parts of free mass", None,
          "pairs of dijet resonances; t tbar t tbar"),
    _Rule(_SLEPTONS, "left-handed slepton", "the sneutrino of its doublet, lighter", (-(M_W**2), 0.0),
          "1 lepton + missing energy (slepton with sneutrino); soft W decays to 3 leptons", _SNEUTRINOS),
    _Rule(_SNEUTRINOS, "sneutrino", "the left-handed slepton of its doublet, heavier", (0.0, M_W**2),
          "2 leptons of one flavour + missing energy", _SLEPTONS),
    _Rule(_SLEPTONS, "slepton of a flavour-blind theory", "the sleptons of the other flavours", LOOPS,
          "2 leptons (e e, mu mu, tau tau) + missing energy in equal numbers", _SLEPTONS),
    _Rule(_SLEPTONS, "vector-like lepton of a doublet", "its neutral partner, lighter by 0.4 GeV", LOOPS,
          "1 lepton + missing energy; monojet", _SNEUTRINOS),
    _Rule(("X_W1", "X_W2"), "wino", "one neutral fermion, lighter by 0.16 GeV", LOOPS,
          "3 leptons, or W h -> lepton + b b, + missing energy; disappearing track where it is the lightest",
          ("X_Z1", "X_Z2", "X_Z3")),
    _Rule(("X_W1", "X_W2"), "higgsino", "two neutral fermions within a few GeV", LOOPS,
          "2 or 3 soft leptons + jet of initial-state radiation + missing energy; Z and h where it decays further",
          ("X_Z1", "X_Z2", "X_Z3")),
    _Rule(("X_W1", "X_W2"), "charged scalar of an inert doublet", "two neutral scalars H, A", None,
          "2 or 3 leptons + missing energy; h -> gamma gamma shifted"),
    _Rule(("X_Z2", "X_Z3"), "wino", "a chargino, heavier by 0.16 GeV", LOOPS,
          "3 leptons + missing energy; chargino pairs: 2 leptons + missing energy", ("X_W1", "X_W2")),
    _Rule(("X_Z2", "X_Z3"), "higgsino", "a chargino and a second neutral fermion within a few GeV", LOOPS,
          "2 or 3 soft leptons + jet of initial-state radiation + missing energy", ("X_W1", "X_W2", "X_Z1")),
    _Rule(("X_Z1",), "wino or higgsino", "a chargino within a GeV (wino) or a few (higgsino)", LOOPS,
          "disappearing track (wino); soft leptons + jet of initial-state radiation (higgsino)", ("X_W1", "X_W2")),
)  # fmt: skip
"""The closed table: particles, what they would have to be, what then exists, shift of m^2 in GeV^2, where seen."""


def further_members(model: ProtoModel) -> tuple[Member, ...]:
    """What would have to exist beside the particles of a model, by hypothesis, the particles in the model's order.

    >>> model = ProtoModel({1000022: 100.0, 1000011: 200.0}, {1000011: {(1000022, 11): 1.0}})
    >>> [(m.member, m.mass) for m in further_members(model) if m.hypothesis == "left-handed slepton"]
    [('the sneutrino of its doublet, lighter', '183-200')]
    """
    names = {PARTICLES[pid].name: mass for pid, mass in model.masses.items()}
    found = []
    for name, mass in names.items():
        for rule in (rule for rule in RULES if name in rule.of):
            low, high = _range(mass, rule.shifts)
            near = (
                other
                for other in rule.like
                if other in names and other != name and low * (1.0 - NEAR) <= names[other] <= high * (1.0 + NEAR)
            )
            found.append(Member(name, rule.hypothesis, rule.member, low, high, rule.seen, tuple(near)))
    return tuple(found)


def _range(mass: float, shifts: tuple[float, float] | None) -> tuple[float, float]:
    """GeV, of a member whose squared mass is shifted by these, GeV^2; from 0 where it would be negative."""
    if shifts is None:
        return math.nan, math.nan
    low, high = (math.sqrt(max(mass * mass + shift, 0.0)) for shift in shifts)
    return low, high
