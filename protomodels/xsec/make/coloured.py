"""Closed-form leading-order cross sections of coloured pairs.

Squarks and gluinos: Beenakker et al., hep-ph/9610490, hep-ph/9710451.  Heavy quarks: Combridge, Nucl. Phys. B151 (1979)
429; Glueck, Owens, Reya, Phys. Rev. D17 (1978) 2324.  Scalar octets: Manohar, Wise, hep-ph/0606172; Plehn, Tait,
arXiv:0810.2919; Choi et al., arXiv:0812.3586.

s-hat is in GeV^2, masses in GeV, results in GeV^-2.  A squark is one state of one chirality.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def beta(s: Array, m: float) -> Array:
    """Velocity of each of a pair of mass m."""
    return np.asarray(np.sqrt(np.maximum(1.0 - 4.0 * m * m / s, 0.0)))


def gg_to_squarks(s: Array, m: float, alpha_s: float) -> Array:
    """gg -> squark antisquark."""
    b, r = beta(s, m), m * m / s
    log = np.log((1.0 - b) / (1.0 + b))
    return np.asarray(alpha_s**2 * math.pi / s * (b * (5 / 48 + 31 / 24 * r) + (2 / 3 * r + r * r / 6) * log))


def qq_to_squarks(s: Array, m: float, alpha_s: float) -> Array:
    """q qbar -> squark antisquark through a gluon; the gluino is decoupled."""
    return np.asarray(alpha_s**2 * math.pi / s * 2 / 27 * beta(s, m) ** 3)


def gg_to_gluinos(s: Array, m: float, alpha_s: float) -> Array:
    """gg -> gluino pair."""
    b, r = beta(s, m), m * m / s
    log = np.log((1.0 - b) / (1.0 + b))
    bracket = -b * (3.0 + 51 / 4 * r) + (-9 / 4 - 9.0 * r + 9.0 * r * r) * log
    return np.asarray(alpha_s**2 * math.pi / s * bracket)


def qq_to_gluinos(s: Array, m: float, alpha_s: float) -> Array:
    """q qbar -> gluino pair through a gluon; squarks are decoupled."""
    return np.asarray(alpha_s**2 * math.pi / s * beta(s, m) * (8 / 9 + 16 / 9 * m * m / s))


def gg_to_quarks(s: Array, m: float, alpha_s: float) -> Array:
    """gg -> heavy quark pair: a Dirac fermion, colour triplet."""
    b, rho = beta(s, m), 4.0 * m * m / s
    log = np.log((1.0 + b) / (1.0 - b))
    bracket = (1.0 + rho + rho * rho / 16.0) * log - b * (7 / 4 + 31 / 16 * rho)
    return np.asarray(alpha_s**2 * math.pi / (3.0 * s) * bracket)


def qq_to_quarks(s: Array, m: float, alpha_s: float) -> Array:
    """q qbar -> heavy quark pair of another flavour."""
    return np.asarray(alpha_s**2 * math.pi / s * 8 / 27 * beta(s, m) * (1.0 + 2.0 * m * m / s))


def gg_to_octet_scalars(s: Array, m: float, alpha_s: float) -> Array:
    """gg -> pair of one real scalar, colour octet; a complex one has twice as much."""
    b, r = beta(s, m), m * m / s
    log = np.log((1.0 + b) / (1.0 - b))
    bracket = b * (1.0 + 34 / 5 * r) - 24 / 5 * (1.0 - r) * r * log
    return np.asarray(alpha_s**2 * math.pi / s * 15 / 16 * bracket)


def qq_to_octet_scalars(s: Array, m: float, alpha_s: float) -> Array:
    """q qbar -> pair of one real scalar, colour octet, through a gluon."""
    return np.asarray(alpha_s**2 * math.pi / s * 2 / 9 * beta(s, m) ** 3)


def qg_to_squark_gluino(s: Array, m_squark: float, m_gluino: float, alpha_s: float) -> Array:
    """q g -> squark gluino for one chirality: half of the published sum over both."""
    q2, g2 = m_squark**2, m_gluino**2
    d = g2 - q2
    k = np.sqrt(np.maximum((s - g2 - q2) ** 2 - 4.0 * g2 * q2, 0.0))
    log2 = np.log((s - d - k) / (s - d + k))
    log3 = np.log((s + d - k) / (s + d + k))
    bracket = k / s * (-7 / 9 - 32 / 9 * d / s)
    bracket = bracket + (-8 / 9 * d / s + 2.0 * q2 * d / s**2 + 8 / 9 * d * d / s**2) * log2
    bracket = bracket + (-1.0 - 2.0 * d / s + 2.0 * q2 * d / s**2) * log3
    return np.asarray(0.5 * alpha_s**2 * math.pi / s * bracket)


def _exchange(s: Array, m_squark: float, m_gluino: float) -> tuple[Array, Array, Array, float]:
    """(velocity, ln of the ratio of the propagators' extremes, m_g^2 s + d^2, d = m_g^2 - m_sq^2)."""
    d = m_gluino**2 - m_squark**2
    b = beta(s, m_squark)
    log = np.log((s + 2.0 * d - s * b) / (s + 2.0 * d + s * b))
    return b, np.asarray(log), np.asarray(m_gluino**2 * s + d * d), d


def qq_to_like_squarks(s: Array, m_squark: float, m_gluino: float, alpha_s: float, identical: bool) -> Array:
    """q q' -> squark squark', both left-handed, through a gluino (its mass term); one flavour interferes with itself.

    dsigma/dt = (2 pi alpha_s^2 / 9 s^2) m_g^2 s / (t - m_g^2)^2, integrated.
    """
    b, log, denominator, d = _exchange(s, m_squark, m_gluino)
    out = 2 / 9 * b * m_gluino**2 * s / denominator
    if identical:
        out = out + 4 / 27 * m_gluino**2 / (s + 2.0 * d) * log
    return np.asarray(alpha_s**2 * math.pi / s * out)


def qq_to_unlike_squarks(s: Array, m_squark: float, m_gluino: float, alpha_s: float) -> Array:
    """q qbar' -> squark antisquark' of different flavours, both left-handed, through a gluino.

    dsigma/dt = (2 pi alpha_s^2 / 9 s^2) (t u - m^4) / (t - m_g^2)^2, integrated.
    """
    b, log, _, d = _exchange(s, m_squark, m_gluino)
    return np.asarray(alpha_s**2 * math.pi / s * 2 / 9 * (-2.0 * b - (1.0 + 2.0 * d / s) * log))
