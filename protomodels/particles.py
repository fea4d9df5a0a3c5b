"""The particles of a proto-model, as one table (SUSY-inspired pids, all odd under a Z2).

Names go both ways: ``X_t1`` <-> pid 1000006 <-> LaTeX ``X_{t}^{1}``.  Masses are in GeV everywhere.

>>> PARTICLES[1000006].name, pid_of("X_t1"), pid_of("1000006")
('X_t1', 1000006, 1000006)
>>> [PARTICLES[p].name for p in MULTIPLETS[2]]
['X_W1', 'X_W2']
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from protomodels.errors import ModelError

LBP: Final = 1000022
"""pid of X_Z1, the lightest BSM particle (stable)."""

MASS_FLOOR: Final = 10.0
"""GeV; no particle is lighter."""
MASS_CEILING: Final = 2400.0
"""GeV; no particle is heavier."""

SM_MASSES: Final[dict[int, float]] = {5: 4.7, 6: 172.8, 15: 1.78, 23: 91.19, 24: 80.38, 25: 125.1}
"""GeV, used for the thresholds of decays; what is not listed counts as massless."""

SM_LABELS: Final[dict[int, str]] = {
    1: "d", 2: "u", 3: "s", 4: "c", 5: "b", 6: "t", 11: "e", 12: "nu_e", 13: "mu", 14: "nu_mu",
    15: "tau", 16: "nu_tau", 23: "Z", 24: "W", 25: "h",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Particle:
    """One row of the particle table.

    Attributes
    ----------
    pid: Particle Data Group number of the SUSY particle with the same quantum numbers.
    name: plain name, ``X_t1``.
    latex: LaTeX name without dollar signs.
    family: quark, stop, sbottom, lepton, sneutrino, gluino, neutral or charged.
    partner: pid of the SM particle that carries the same flavour (0: none).
    self_conjugate: True where the particle is its own antiparticle (no signed pid).
    wall: smallest allowed mass in GeV.
    """

    pid: int
    name: str
    latex: str
    family: str
    partner: int
    self_conjugate: bool = False
    wall: float = MASS_FLOOR


COLOURED_WALL: Final = 310.0
"""GeV; light squarks and the gluino are never lighter."""

_ROWS: Final = (
    Particle(1000001, "X_d", r"X_{d}", "quark", 1, wall=COLOURED_WALL),
    Particle(1000002, "X_u", r"X_{u}", "quark", 2, wall=COLOURED_WALL),
    Particle(1000003, "X_s", r"X_{s}", "quark", 3, wall=COLOURED_WALL),
    Particle(1000004, "X_c", r"X_{c}", "quark", 4, wall=COLOURED_WALL),
    Particle(1000005, "X_b1", r"X_{b}^{1}", "sbottom", 5),
    Particle(2000005, "X_b2", r"X_{b}^{2}", "sbottom", 5),
    Particle(1000006, "X_t1", r"X_{t}^{1}", "stop", 6),
    Particle(2000006, "X_t2", r"X_{t}^{2}", "stop", 6),
    Particle(1000011, "X_e", r"X_{e}", "lepton", 11),
    Particle(1000012, "X_nue", r"X_{\nu_e}", "sneutrino", 12),
    Particle(1000013, "X_mu", r"X_{\mu}", "lepton", 13),
    Particle(1000014, "X_numu", r"X_{\nu_\mu}", "sneutrino", 14),
    Particle(1000015, "X_tau", r"X_{\tau}", "lepton", 15),
    Particle(1000016, "X_nutau", r"X_{\nu_\tau}", "sneutrino", 16),
    Particle(1000021, "X_g", r"X_{g}", "gluino", 21, self_conjugate=True, wall=COLOURED_WALL),
    Particle(1000022, "X_Z1", r"X_{Z}^{1}", "neutral", 0, self_conjugate=True),
    Particle(1000023, "X_Z2", r"X_{Z}^{2}", "neutral", 0, self_conjugate=True),
    Particle(1000025, "X_Z3", r"X_{Z}^{3}", "neutral", 0, self_conjugate=True),
    Particle(1000024, "X_W1", r"X_{W}^{1}", "charged", 0),
    Particle(1000037, "X_W2", r"X_{W}^{2}", "charged", 0),
)

PARTICLES: Final[dict[int, Particle]] = {row.pid: row for row in _ROWS}

PARTICLE_BIT: Final[dict[int, int]] = {pid: place for place, pid in enumerate(PARTICLES)}
"""Place of each particle in masks, one bit a particle."""

MULTIPLETS: Final[tuple[tuple[int, int], ...]] = (
    (1000006, 2000006),
    (1000005, 2000005),
    (1000024, 1000037),
    (1000023, 1000025),
)
"""Mass-ordered pairs: the second exists only with the first and is not lighter."""

HEAVIER: Final[dict[int, int]] = dict(MULTIPLETS)
"""The second of each multiplet by its first."""
LIGHT_QUARKS: Final = (1000001, 1000002, 1000003, 1000004)
"""Partners of the quarks of the first two generations, which results hardly tell apart."""
LIGHT_LEPTONS: Final = (1000011, 1000012, 1000013, 1000014)
"""The same of the leptons."""

MERGE_GROUPS: Final[tuple[tuple[int, ...], ...]] = (
    LIGHT_QUARKS,
    (1000006, 2000006),
    (1000005, 2000005),
    (1000024, 1000037),
    (1000023, 1000025),
)
"""Particles that may be merged into one when close in mass (paper, section 4.3)."""

_BY_NAME: Final[dict[str, int]] = {row.name: row.pid for row in _ROWS}


def particle_mask(pids: Iterable[int]) -> int:
    """The particles of a set as one integer, a bit each.

    >>> particles_in(particle_mask([1000022, 1000001])) == {1000001, 1000022}
    True
    """
    mask = 0
    for pid in pids:
        mask |= 1 << PARTICLE_BIT[pid]
    return mask


@cache
def particles_in(mask: int) -> frozenset[int]:
    """The pids of a mask; see :func:`particle_mask`."""
    return frozenset(pid for pid, bit in PARTICLE_BIT.items() if mask >> bit & 1)


def in_corridor(pid: int, mass: float, lbp_mass: float) -> bool:
    """True where a stop of ``mass`` (GeV) lies in the excluded corridor around m_t + m_LBP.

    For m(X_t) <= 280 GeV the differences 150 < m(X_t) - m(X_Z1) < 200 GeV are excluded: there the published
    limits cannot tell stops from tops.

    >>> in_corridor(1000006, 250.0, 80.0), in_corridor(1000006, 300.0, 130.0)
    (True, False)
    """
    return PARTICLES[pid].family == "stop" and mass <= 280.0 and 150.0 < mass - lbp_mass < 200.0


STOPS: Final = tuple(row.pid for row in _ROWS if row.family == "stop")


def any_in_corridor(masses: Mapping[int, float]) -> bool:
    """True where a stop of these particles (GeV by pid) lies in that corridor."""
    return any(pid in masses and in_corridor(pid, masses[pid], masses[LBP]) for pid in STOPS)


_DIGITS: Final = 9
"""Of a pid, at most."""


def pid_of(particle: str | int) -> int:
    """The pid of a particle given by name or by number.

    Parameters
    ----------
    particle: ``X_t1``, ``"1000006"`` or 1000006.

    Raises
    ------
    ModelError: where there is no such particle.
    """
    text = str(particle)
    pid = _BY_NAME.get(text)
    if pid is None and text.isdecimal() and len(text) <= _DIGITS and int(text) in PARTICLES:
        pid = int(text)
    if pid is None:
        raise ModelError("particle", particle, "one of " + ", ".join(_BY_NAME) + " or its pid")
    return pid


def mass_interval(pid: int, masses: Mapping[int, float]) -> tuple[float, float]:
    """(smallest, largest) mass in GeV of ``pid`` beside the other particles of a model."""
    if pid == LBP:
        return MASS_FLOOR, min((m for p, m in masses.items() if p != LBP), default=MASS_CEILING)
    low, high = max(PARTICLES[pid].wall, masses[LBP]), MASS_CEILING
    for first, second in MULTIPLETS:
        if pid == second and first in masses:
            low = max(low, masses[first])
        if pid == first and second in masses:
            high = min(high, masses[second])
    return low, high
