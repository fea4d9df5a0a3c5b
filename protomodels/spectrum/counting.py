"""What events say of a model: masses, decays and produced pairs, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from protomodels.errors import ModelError
from protomodels.spectrum.events import Particle
from protomodels.spectrum.known import SM
from protomodels.spectrum.rates import conjugate

JETS: Final = frozenset({1, 2, 3, 4, 5, 21})
"""Radiated beside what is produced, and no part of the process."""
INCOMING: Final = -1


@dataclass
class Counts:
    """Of new particles.

    Attributes
    ----------
    events: how many there are.
    masses: sum in GeV and number, by positive pid.
    ranges: smallest and largest mass in GeV, by positive pid.
    decays: how often each particle went into which daughters (signed pids, ascending); antiparticles' are conjugated.
    produced: how often which signed pids came out of the beams, ascending, jets left out.
    weights: different weights that events have, the first two.
    """

    events: int = 0
    masses: dict[int, tuple[float, int]] = field(default_factory=dict)
    ranges: dict[int, tuple[float, float]] = field(default_factory=dict)
    decays: dict[int, Counter[tuple[int, ...]]] = field(default_factory=dict)
    produced: Counter[tuple[int, ...]] = field(default_factory=Counter)
    weights: set[float] = field(default_factory=set)


def counted(events: Iterable[tuple[float, list[Particle]]]) -> Counts:
    """The counts of all events.

    Raises
    ------
    ModelError: naming an event whose mothers make no sense.
    """
    counts = Counts()
    for weight, particles in events:
        counts.events += 1
        if len(counts.weights) < 2:
            counts.weights.add(weight)
        _count(particles, counts)
    return counts


def _is_new(pid: int) -> bool:
    return abs(pid) not in SM


def _count(particles: list[Particle], counts: Counts) -> None:
    parents = [_parent(place, particles, counts.events) for place in range(len(particles))]
    children: dict[int, list[int]] = {}
    for place, parent in enumerate(parents):
        if parent is not None:
            children.setdefault(parent, []).append(place)
    produced, companions = [], []
    for place, particle in enumerate(particles):
        if particle.status < 0:  # incoming, or in the t channel
            continue
        if not _is_new(particle.pid):
            if parents[place] is None and abs(particle.pid) not in JETS:
                companions.append(particle.pid)
            continue
        total, number = counts.masses.get(abs(particle.pid), (0.0, 0))
        counts.masses[abs(particle.pid)] = (total + particle.mass, number + 1)
        least, most = counts.ranges.get(abs(particle.pid), (particle.mass, particle.mass))
        counts.ranges[abs(particle.pid)] = (min(least, particle.mass), max(most, particle.mass))
        if not _has_new_ancestor(place, particles, parents):
            produced.append(particle.pid)
        daughters = tuple(sorted(particles[child].pid for child in children.get(place, ())))
        if daughters and daughters != (particle.pid,):  # one that is its own daughter is a copy with a recoil
            signed = daughters if particle.pid > 0 else conjugate(daughters)
            counts.decays.setdefault(abs(particle.pid), Counter())[signed] += 1
    if produced:
        both = (*produced, *companions) if len(produced) == len(companions) == 1 else produced
        counts.produced[tuple(sorted(both))] += 1


def _parent(place: int, particles: list[Particle], event: int) -> int | None:
    """Place of the particle that this one is a daughter of; None where it came out of the beams.

    Both columns of mothers are filled alike by MadGraph, the second is zero from Pythia.
    """
    first, second = particles[place].mothers
    mothers = {m - 1 for m in (first, second) if m}
    if any(particles[m].status == INCOMING for m in mothers):
        return None
    if len(mothers) > 1 or place in mothers:
        shown = f"mothers {first} and {second} of {particles[place].pid}"
        raise ModelError(f"event {event}", shown, "one decayed mother, or the two incoming particles")
    return mothers.pop() if mothers else None


def _has_new_ancestor(place: int, particles: list[Particle], parents: list[int | None]) -> bool:
    """Is it the daughter of a new particle, maybe with a W or Z between?"""
    seen, parent = {place}, parents[place]
    while parent is not None and parent not in seen:
        if _is_new(particles[parent].pid):
            return True
        seen.add(parent)
        parent = parents[parent]
    return False
