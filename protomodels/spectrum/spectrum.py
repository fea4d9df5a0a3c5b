"""What a model of any kind is: new particles with masses, widths, quantum numbers and decays."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from protomodels.production import CrossSections

Matrix = tuple[tuple[complex, ...], ...]
"""Rows of a mixing matrix."""

PROMPT: float = math.inf
"""GeV; width of a particle that decays at once."""


@dataclass(frozen=True, slots=True)
class NewParticle:
    """A particle beyond the Standard Model; its antiparticle has the negative pid.

    Attributes
    ----------
    pid: positive.
    name: ``X_t1``, or what the file says.
    mass: GeV, not negative.
    width: GeV; 0 for a stable particle, infinite for one that decays at once.
    twice_spin: 0 for a scalar, 1 for a fermion.
    thrice_charge: of the particle, in units of e / 3.
    colour: dimension of its representation: 1, 3, 6 or 8.
    self_conjugate: it is its own antiparticle.
    odd: under the Z2 symmetry that keeps the lightest odd particle stable; mediators and Higgs bosons are even.
    """

    pid: int
    name: str
    mass: float
    width: float
    twice_spin: int
    thrice_charge: int
    colour: int
    self_conjugate: bool
    odd: bool = True


@dataclass(frozen=True, slots=True)
class Decay:
    """One decay of a particle.

    Attributes
    ----------
    ratio: branching ratio, between 0 and 1.
    daughters: signed pids of all daughters, new particles and those of the Standard Model, in ascending order.
    """

    ratio: float
    daughters: tuple[int, ...]


@dataclass(frozen=True)
class Spectrum:
    """A model of any kind.

    Attributes
    ----------
    particles: the new particles, by positive pid.
    decays: of the particles that decay; ratios of one may sum to less than 1, and what is missing populates nothing.
    sections: production cross sections, fb; None where the file has none, and reference ones are to be taken.
    name: of the file, for messages.
    notes: what a reader has to know of how the file was read, a sentence each.
    mixing: matrices by the name of their SLHA block (NMIX, UMIX, VMIX, STAUMIX), for positive masses: the row of a
        neutralino whose mass is negative in the file is multiplied by i.
    """

    particles: Mapping[int, NewParticle]
    decays: Mapping[int, tuple[Decay, ...]]
    sections: CrossSections | None = None
    name: str = "model"
    notes: tuple[str, ...] = field(default=())
    mixing: Mapping[str, Matrix] = field(default_factory=dict)
