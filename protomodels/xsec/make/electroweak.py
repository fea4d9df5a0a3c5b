"""Closed-form leading-order cross sections of electroweak pairs: s-channel photon, Z and W; squarks are decoupled."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.xsec.constants import ALPHA, COS, M_W, M_Z, SIN, SIN2, z_coupling
from protomodels.xsec.mixing import CHARGED_U, CHARGED_V, MASS_SIGN, NEUTRAL

Array = NDArray[np.float64]

QUARKS: Final = (((2, 4), 0.5, 2 / 3), ((1, 3, 5), -0.5, -1 / 3))
"""(flavours, isospin, charge) of the incoming quarks."""


def _momentum(s: Array, m1: float, m2: float) -> Array:
    """2 |p| / sqrt(s) of the pair."""
    return np.asarray(np.sqrt(np.maximum((1.0 - (m1 + m2) ** 2 / s) * (1.0 - (m1 - m2) ** 2 / s), 0.0)))


def _z_over_photon(s: Array) -> Array:
    return np.asarray(s / (s - M_Z**2))


def scalars_neutral(s: Array, m: float, quark: tuple[float, float], scalar: tuple[float, float]) -> Array:
    """q qbar -> gamma*, Z* -> scalar pair.

    sigma = pi alpha^2 beta^3 / (9 s) x (A_L^2 + A_R^2) / 2, A = e_q e + g_q g s / (s - M_Z^2).

    Parameters
    ----------
    quark, scalar: (isospin, charge) of the left-handed quark and of the scalar.
    """
    (t_q, e_q), (t, e) = quark, scalar
    z = z_coupling(t, e) * _z_over_photon(s)
    left, right = e_q * e + z_coupling(t_q, e_q) * z, e_q * e + z_coupling(0.0, e_q) * z
    cubed = _momentum(s, m, m) ** 3
    return np.asarray(math.pi * ALPHA**2 / (9.0 * s) * cubed * 0.5 * (left**2 + right**2))


def scalars_charged(s: Array, m1: float, m2: float) -> Array:
    """q qbar' -> W* -> charged slepton, sneutrino."""
    w = s / (s - M_W**2) / (2.0 * SIN2)
    return np.asarray(math.pi * ALPHA**2 / (9.0 * s) * _momentum(s, m1, m2) ** 3 * 0.5 * w**2)


def _fermions(s: Array, m1: float, m2: float, left: Array, right: Array, sign: float) -> Array:
    """pi alpha^2 / (3 s^4) int dt [L^2 (u-m1^2)(u-m2^2) + R^2 (t-m1^2)(t-m2^2) + 2 sign L R m1 m2 s]."""
    lam = _momentum(s, m1, m2)
    nodes, weights = np.polynomial.legendre.leggauss(4)
    d = (m1 * m1 - m2 * m2) / s
    # the two products integrate to the same: their sum is symmetric in the angle
    product = sum(
        w * 0.25 * s * s * (1.0 + d - lam * c) * (1.0 - d - lam * c) for c, w in zip(nodes, weights, strict=True)
    )
    total = (left**2 + right**2) * product + 2.0 * 2.0 * sign * left * right * m1 * m2 * s
    return np.asarray(math.pi * ALPHA**2 / (3.0 * s**4) * 0.5 * s * lam * total)


def chargino_neutralino(s: Array, m_w: float, m_z: float, charged: int, neutral: int) -> Array:
    """q qbar' -> W* -> X_W X_Z."""
    n, u, v = NEUTRAL[neutral], CHARGED_U[charged], CHARGED_V[charged]
    w = s / (s - M_W**2) / (math.sqrt(2.0) * SIN2)
    left = (n[1] * v[0] - n[3] * v[1] / math.sqrt(2.0)) * w
    right = (n[1] * u[0] + n[2] * u[1] / math.sqrt(2.0)) * w
    return _fermions(s, m_z, m_w, left, right, MASS_SIGN[neutral])


def chargino_pair(s: Array, m1: float, m2: float, one: int, two: int, quark: tuple[float, float]) -> Array:
    """q qbar -> gamma*, Z* -> X_W+ X_W- for one assignment of the charges."""
    u1, u2, v1, v2 = CHARGED_U[one], CHARGED_U[two], CHARGED_V[one], CHARGED_V[two]
    same = 1.0 if one == two else 0.0
    left = (v1[0] * v2[0] + 0.5 * v1[1] * v2[1] - same * SIN2) / (SIN * COS)
    right = (u1[0] * u2[0] + 0.5 * u1[1] * u2[1] - same * SIN2) / (SIN * COS)
    return _neutral_current(s, m1, m2, left, right, same, 1.0, quark)


def dirac_pair(s: Array, m: float, quark: tuple[float, float], state: tuple[float, float]) -> Array:
    """q qbar -> gamma*, Z* -> pair of a vector-like lepton, whose two chiralities couple alike.

    Parameters
    ----------
    quark, state: (isospin, charge) of the left-handed quark and of the lepton.
    """
    z = z_coupling(*state)
    return _neutral_current(s, m, m, z, z, state[1], 1.0, quark)


def neutralino_pair(s: Array, m1: float, m2: float, one: int, two: int, quark: tuple[float, float]) -> Array:
    """q qbar -> Z* -> X_Zi X_Zj of two different states."""
    a, b = NEUTRAL[one], NEUTRAL[two]
    left = 0.5 * (a[2] * b[2] - a[3] * b[3]) / (SIN * COS)
    return _neutral_current(s, m1, m2, left, -left, 0.0, MASS_SIGN[one] * MASS_SIGN[two], quark)


def _neutral_current(
    s: Array,
    m1: float,
    m2: float,
    left: float,
    right: float,
    charge: float,
    sign: float,
    quark: tuple[float, float],
) -> Array:
    """Sum over the helicities of the quark; ``left``, ``right`` couple to the Z, ``charge`` to the photon."""
    isospin, e_q = quark
    total = np.zeros_like(s)
    for g in (z_coupling(isospin, e_q), z_coupling(0.0, e_q)):
        z = g * _z_over_photon(s)
        total = total + _fermions(s, m1, m2, e_q * charge + left * z, e_q * charge + right * z, sign)
    return total
