"""Sleptons of any chirality: a scalar's pair is made by a photon and a Z, whose share the tables tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from protomodels.settings import ReferenceOrder
from protomodels.spectrum.reference.composition import Composition
from protomodels.spectrum.reference.currents import propagator, shares
from protomodels.spectrum.reference.look import Array, Found, look, ordered
from protomodels.xsec.constants import z_coupling

SNEUTRINOS: Final = {1000011: 1000012, 1000013: 1000014, 1000015: 1000016, 2000015: 1000016}


def slepton_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """Charged sleptons and sneutrinos with their antiparticles, and with each other.

    sigma is proportional to the sum over quarks of (e_q e + g_q g)^2 (hep-ph/9906298, eq. 2), for a scalar of charge e
    and coupling g to the Z.  Left-handed sleptons and sneutrinos, which have tables, give the parts of up and down
    quarks; a mixed state couples by its left-handed part.  K is that of left-handed ones.
    """
    found: Found = {}
    for pid, part in made.left.items():
        mass = masses[pid]
        left, neutral = look("slepton", order, [(mass,)]), look("sneutrino", order, [(mass,)])
        if part == 1.0:
            found[-pid, pid] = left.sigma("slepton")[0]
            continue
        states = [(-1.0, z_coupling(-0.5, -1.0)), (0.0, z_coupling(0.5, 0.0))]
        up, down = shares(
            [[_strength(q, mass, *state) for q in ((0.5, 2.0 / 3.0), (-0.5, -1.0 / 3.0))] for state in states],
            [left.leading["slepton"][0], neutral.leading["sneutrino"][0]],
        )
        own = -1.0, z_coupling(-0.5 * part, -1.0)
        leading = up * _strength((0.5, 2.0 / 3.0), mass, *own) + down * _strength((-0.5, -1.0 / 3.0), mass, *own)
        found[-pid, pid] = leading * left.k["slepton"][0]
    for pid in sorted(set(SNEUTRINOS.values()) & set(masses)):
        found[-pid, pid] = look("sneutrino", order, [(masses[pid],)]).sigma("sneutrino")[0]
    for pid, sneutrino in SNEUTRINOS.items():
        if pid in made.left and sneutrino in masses and made.left[pid] > 0.0:
            both = look("slepton_sneutrino", order, [(masses[pid], masses[sneutrino])])
            found[ordered(-pid, sneutrino)] = made.left[pid] * both.sigma("plus")[0]
            found[ordered(-sneutrino, pid)] = made.left[pid] * both.sigma("minus")[0]
    return found


def _strength(quark: tuple[float, float], mass: float, charge: float, z: float) -> Array:
    """Sum over the chiralities of a quark."""
    isospin, e = quark
    both = (e * charge + g * z * propagator(mass) for g in (z_coupling(isospin, e), z_coupling(0.0, e)))
    return np.full(3, sum(amplitude**2 for amplitude in both))
