"""Random masses, kappas and branching ratios: those a particle may have, and those that are tried for a new one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.changes import with_kappas, with_particle
from protomodels.channels import Channel
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP, LIGHT_LEPTONS, LIGHT_QUARKS, any_in_corridor, mass_interval
from protomodels.xsec.terms import content_of

ATTEMPTS: Final = 100
"""How often a mass is drawn again before a move gives up."""
GAPS: Final = (2.0, 600.0)
"""GeV; to X_Z1 or another particle, where spectra may be compressed."""
HEAVIEST: Final = 1500.0
"""GeV; beyond it few particles are produced."""
SPREAD: Final = 0.5
"""Of ln kappa."""
RARE: Final = 0.5
"""Share of the tries in which a particle is produced more rarely than its reference says, down to ``RAREST``: what it
can do is found more easily without what excludes it, and :func:`protomodels.walker.directions.hidden` goes on."""
RAREST: Final = 0.03


ALIKE: Final = (LIGHT_QUARKS, LIGHT_LEPTONS)
"""Partners that results hardly tell apart: together they are tried twice as often as one of the others."""

ALONE: Final = 0.55
"""Share of the tries with one channel alone; the others have two."""
SMALLEST_SHARE: Final = 0.03
"""Of the two."""


def draw_mass(pid: int, masses: Mapping[int, float], low: float, high: float, rng: np.random.Generator) -> float | None:
    """A mass that a particle may have beside the others.

    Parameters
    ----------
    pid: whose mass is drawn.
    masses: GeV, of all particles by pid.
    low, high: GeV; the mass is uniform between them.

    Returns
    -------
    GeV; None where ``ATTEMPTS`` draws all put a stop into the corridor, or the interval is empty.
    """
    trial = plain(masses)
    for _ in range(ATTEMPTS if high > low else 0):
        trial[pid] = mass = float(rng.uniform(low, high))
        if not any_in_corridor(trial):
            return mass
    return None


def log_uniform(low: float, high: float, rng: np.random.Generator) -> float:
    """A positive number between ``low`` and ``high`` whose logarithm is uniform: all scales are equally likely.

    >>> round(log_uniform(2.0, 150.0, np.random.default_rng(1)), 2)
    18.23
    """
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def tried_particle(absent: list[int], rng: np.random.Generator) -> int:
    """One of these pids; of those that are alike, all together count as two."""
    weights = np.ones(len(absent))
    for kind in ALIKE:
        members = [i for i, pid in enumerate(absent) if pid in kind]
        weights[members] = min(1.0, 2.0 / max(1, len(members)))
    return absent[int(rng.choice(len(absent), p=weights / weights.sum()))]


def tried_mass(model: ProtoModel, pid: int, rng: np.random.Generator) -> float | None:
    """GeV; half of the time log-uniform above X_Z1 or another particle, else uniform; None where none is possible."""
    low, high = mass_interval(pid, model.masses)
    u, mass = rng.random(), None
    if u < 0.5:
        pids = list(model.masses)
        near = LBP if u < 0.25 else pids[int(rng.integers(len(pids)))]
        mass = model.masses[near] + log_uniform(*GAPS, rng)
    if mass is None or not low <= mass <= high:
        mass = draw_mass(pid, model.masses, low, min(high, max(HEAVIEST, low + 200.0)), rng)
    return None if mass is None or any_in_corridor(plain(model.masses) | {pid: mass}) else mass


def tried_kappa(rng: np.random.Generator) -> float:
    """Log-normal around 1, or log-uniform below it."""
    return log_uniform(RAREST, 1.0, rng) if rng.random() < RARE else math.exp(rng.normal(0.0, SPREAD))


def placed(model: ProtoModel, pid: int, mass: float, shares: dict[Channel, float], kappa: float) -> ProtoModel:
    """The model with a new particle, all of whose pairs have this kappa."""
    new = with_particle(model, pid, mass, shares)
    ssm = plain(new.ssm)
    for pair in content_of(new.masses).of.get(pid, ()):
        ssm[pair] = kappa
    return with_kappas(new, ssm)


def normalised(values: dict[Channel, float], rng: np.random.Generator) -> dict[Channel, float]:
    """Weights as branching ratios, which sum to 1; zeros are left out.

    Parameters
    ----------
    values: non-negative weight of each channel; where all vanish, one channel at random gets everything.

    >>> normalised({(1000022, 1): 3.0, (1000022, 2): 1.0, (1000022, 3): 0.0}, np.random.default_rng(1))
    {(1000022, 1): 0.75, (1000022, 2): 0.25}
    """
    total = sum(values.values())
    if total <= 0.0:
        channels = list(values)
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    return {channel: value / total for channel, value in values.items() if value > 0.0}


def initial_shares(channels: tuple[Channel, ...], rng: np.random.Generator) -> dict[Channel, float]:
    """Branching ratios of a new particle: max(0, Norm(1/k, sqrt(0.5/k))) for each of k channels, normalised.

    One that is drawn below 0 is closed; arXiv:2012.12246, section 4.3.
    """
    k = len(channels)
    draws = rng.normal(1.0 / k, math.sqrt(0.5 / k), size=k)
    return normalised({c: max(0.0, x) for c, x in zip(channels, draws.tolist(), strict=True)}, rng)


def tried_shares(channels: tuple[Channel, ...], rng: np.random.Generator) -> dict[Channel, float]:
    """Branching ratios to be tried for a particle: one channel alone (55%), or two.

    Of two, one has a share log-uniform between 0.03 and 1: data may want a small part of a large production.
    """
    if len(channels) == 1 or rng.random() < ALONE:
        return {channels[int(rng.integers(len(channels)))]: 1.0}
    first, second = rng.choice(len(channels), 2, replace=False).tolist()
    share = log_uniform(SMALLEST_SHARE, 1.0, rng)
    return {channels[first]: share, channels[second]: 1.0 - share}
