"""Charginos and neutralinos through a W, a Z and a photon, for any mixing; squarks are decoupled, as in the tables.

A pair that couples to a current with L and R has at leading order (hep-ph/9906298; Gunion and Haber's couplings)

    sigma = (|L|^2 + |R|^2) P + 2 Re(L R*) M = |L + R|^2 S / 2 + |L - R|^2 D / 2,    S = P + M, D = P - M

with P, M of masses and parton densities alone.  The tables are of a few known L and R, which give S and D:

- W: X_W1 X_Z2 is wino (L = R = 1), X_W1 X_Z3 has L = R and a negative mass.  L = N_2 V_1* - N_4 V_2* / sqrt 2,
  R = N_2* U_1 + N_3* U_2 / sqrt 2.
- Z of two neutralinos: X_Z1 X_Z3 gives S.  L = (N_i3 N_j3* - N_i4 N_j4*) / 2, R = -L*; half of it for i = j.
- Z of two charginos: X_W1 X_W2.  L = V_i1 V_j1* + V_i2 V_j2* / 2, R = U_i1* U_j1 + U_i2* U_j2 / 2.
- photon and Z of a chargino pair: winos and higgsinos give the shares of up and down quarks, at a typical energy.

Here Z and photon have the D / S of the W, whose partons are others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from protomodels.settings import ReferenceOrder
from protomodels.spectrum.reference.composition import Composition
from protomodels.spectrum.reference.look import Array, Found, look, ordered
from protomodels.xsec.constants import COS, M_Z, SIN, SIN2, z_coupling
from protomodels.xsec.mixing import CHARGED_U, CHARGED_V
from protomodels.xsec.mixing import NEUTRAL as TABLED

ROOT2: Final = math.sqrt(2.0)
TYPICAL: Final = 1.5
"""Energy of a pair over its threshold, typically."""
_UP: Final = (0.5, 2.0 / 3.0)
_DOWN: Final = (-0.5, -1.0 / 3.0)


def w_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """Chargino with neutralino."""
    keys = [(w, z) for w in made.charged for z in made.neutral]
    found: Found = {}
    if not keys:
        return found
    sums, differences = _of_w([(masses[w], masses[z]) for w, z in keys], order)
    for place, (w, z) in enumerate(keys):
        n, (u1, u2, v1, v2) = made.neutral[z], made.charged[w]
        left = n[1] * v1.conjugate() - n[3] * v2.conjugate() / ROOT2
        right = n[1].conjugate() * u1 + n[2].conjugate() * u2 / ROOT2
        for sign, column in ((1, "plus"), (-1, "minus")):
            found[ordered(sign * w, z)] = _pair(left, right, sums[column][place], differences[column][place])
    return found


def _pair(left: complex, right: complex, s: Array, d: Array) -> Array:
    return np.asarray(0.5 * abs(left + right) ** 2 * s + 0.5 * abs(left - right) ** 2 * d)


def _of_w(points: list[tuple[float, float]], order: ReferenceOrder) -> tuple[dict[str, Array], dict[str, Array]]:
    """S and D of W+ and W-, times K of winos, (n, energies) each."""
    table = look("chargino_neutralino", order, points)
    small = TABLED[1000025][1]
    sums, differences = {}, {}
    for sign in ("plus", "minus"):
        k = table.k[f"X_W1_X_Z2_{sign}"]
        sums[sign] = 0.5 * table.leading[f"X_W1_X_Z2_{sign}"] * k
        differences[sign] = 0.5 * table.leading[f"X_W1_X_Z3_{sign}"] / small**2 * k
    return sums, differences


def _d_over_s(points: list[tuple[float, float]], order: ReferenceOrder) -> Array:
    sums, differences = _of_w(points, order)
    return np.asarray((differences["plus"] + differences["minus"]) / (sums["plus"] + sums["minus"]))


def z_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """Two neutralinos."""
    keys = list(combinations_with_replacement(made.neutral, 2))
    found: Found = {}
    if not keys:
        return found
    points = [(masses[a], masses[b]) for a, b in keys]
    one, three = TABLED[1000022], TABLED[1000025]
    tabled = 0.5 * (one[2] * three[2] - one[3] * three[3])
    sums = look("neutralino_pair", order, points).sigma("X_Z1_X_Z3") / (2.0 * tabled**2)
    ratio = _d_over_s(points, order)
    for place, (a, b) in enumerate(keys):
        n, m = made.neutral[a], made.neutral[b]
        left = 0.5 * (n[2] * m[2].conjugate() - n[3] * m[3].conjugate())
        sigma = _pair(left, -left.conjugate(), sums[place], sums[place] * ratio[place])
        found[ordered(a, b)] = sigma / (2.0 if a == b else 1.0)
    return found


def mixed_charginos(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """X_W1 with X_W2, each charge."""
    if len(made.charged) < 2:
        return {}
    (a, first), (b, second) = made.charged.items()
    points = [(masses[a], masses[b])]
    ratio = _d_over_s(points, order)[0]
    tabled = CHARGED_V[1000037][0], CHARGED_U[1000037][0]  # beside an X_W1 that is all wino
    sums = look("chargino_mixed", order, points).sigma("one_charge")[0] / _pair(*tabled, np.ones(3), ratio)
    left = first[2] * second[2].conjugate() + 0.5 * first[3] * second[3].conjugate()
    right = first[0].conjugate() * second[0] + 0.5 * first[1].conjugate() * second[1]
    sigma = _pair(left, right, sums, sums * ratio)
    return {ordered(-a, b): sigma, ordered(a, -b): sigma}


def chargino_pairs(masses: Mapping[int, float], made: Composition, order: ReferenceOrder) -> Found:
    """A chargino with its antiparticle: shares of up and down quarks from the tables of winos and of higgsinos."""
    found: Found = {}
    for pid, (u1, u2, v1, v2) in made.charged.items():
        mass = masses[pid]
        winos, higgsinos = (look(f"X_W{i}_pair", order, [(mass,)]) for i in (1, 2))
        ratio = _d_over_s([(mass, mass)], order)[0]
        tabled = [(_z_charge(CHARGED_V[p]), _z_charge(CHARGED_U[p])) for p in (1000024, 1000037)]
        up, down = shares(
            [[_strength(q, mass, *z, ratio) for q in (_UP, _DOWN)] for z in tabled],
            [winos.leading["pair"][0], higgsinos.leading["pair"][0]],
        )
        own = _z_charge((v1, v2)), _z_charge((u1, u2))
        leading = up * _strength(_UP, mass, *own, ratio) + down * _strength(_DOWN, mass, *own, ratio)
        wino = 0.5 * (abs(u1) ** 2 + abs(v1) ** 2)
        k = wino * winos.k["pair"][0] + (1.0 - wino) * higgsinos.k["pair"][0]
        found[-pid, pid] = leading * k
    return found


def _z_charge(row: tuple[complex, complex]) -> float:
    """Coupling to the Z of one handedness of a chargino, in units of e."""
    return (abs(row[0]) ** 2 + 0.5 * abs(row[1]) ** 2 - SIN2) / (SIN * COS)


def _strength(quark: tuple[float, float], mass: float, left: float, right: float, ratio: Array) -> Array:
    """What multiplies S of one kind of quark, at the typical energy, (energies,)."""
    isospin, charge = quark
    total = np.zeros(3)
    for g in (z_coupling(isospin, charge), z_coupling(0.0, charge)):
        z = g * propagator(mass)
        total = total + _pair(charge + left * z, charge + right * z, np.ones(3), ratio)
    return total


def propagator(mass: float) -> float:
    """s / (s - M_Z^2) at the typical energy of a pair; tables are frozen below 80 GeV, and so is this."""
    s = (2.0 * TYPICAL * max(mass, 80.0)) ** 2
    return s / (s - M_Z**2)


def shares(strengths: list[list[Array]], sigma: list[Array]) -> tuple[Array, Array]:
    """Up and down quarks' parts that give two known cross sections."""
    (a, b), (c, d) = strengths
    det = a * d - b * c
    return (sigma[0] * d - b * sigma[1]) / det, (a * sigma[1] - c * sigma[0]) / det
