"""Squark or gluino + chargino or neutralino at leading order.

q g -> squark chi has two diagrams, the s-channel quark and the exchanged squark.  With p the squark's, q the chi's and
k the gluon's momentum, T = 2 p k, U = s + m^2 - m_chi^2 - T and X = -m^2 + U T / s, the sum over spins is

    A + B + C = 2 (s - T) / s + 4 (s - U) X / T^2 - 4 X / T

and dsigma/dT = pi alpha alpha_s c^2 / (24 s^2) (A + B + C) for a coupling e c chi-bar P_L q squark*.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from protomodels.xsec.constants import ALPHA

Array = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


def qg_to_squark_chi(s: Array, m_squark: float, m_chi: float, alpha_s: float) -> Array:
    """Partonic cross section (GeV^-2) for unit coupling c; s in GeV^2, shape (n,)."""
    q2, x2 = m_squark**2, m_chi**2
    momentum = np.sqrt(np.maximum((s - q2 - x2) ** 2 - 4.0 * q2 * x2, 0.0))
    # T = 2 p k = (E_squark -+ |p| cos) sqrt(s): its interval is symmetric around (s + m^2 - m_chi^2) / 2
    middle, half = 0.5 * (s + q2 - x2), 0.5 * momentum
    t = middle[:, None] + half[:, None] * _NODES
    big_s = s[:, None]
    u = big_s + q2 - x2 - t
    x = -q2 + u * t / big_s
    total = 2.0 * (big_s - t) / big_s + 4.0 * (big_s - u) * x / t**2 - 4.0 * x / t
    integral = half * np.sum(_WEIGHTS * total, axis=1)
    return np.asarray(math.pi * ALPHA * alpha_s / (24.0 * s * s) * integral)


def qq_to_gluino_chi(s: Array, m_gluino: float, m_chi: float, m_squark: float, alpha_s: float) -> tuple[Array, Array]:
    """q qbar' -> gluino chi through a left-handed squark, for unit couplings (GeV^-2): (one diagram, interference).

    dsigma/dt = (2 pi alpha alpha_s / 9 s^2) [c_t^2 T + c_u^2 U - 2 sign c_t c_u I] with
    T = (t - m_g^2)(t - m_chi^2) / (t - m^2)^2, U the same in u, I = m_g m_chi s / ((t - m^2)(u - m^2)); T and U have
    the same integral.  The sign is that of the mass term of chi.
    """
    g2, x2, q2 = m_gluino**2, m_chi**2, m_squark**2
    momentum = np.sqrt(np.maximum((s - g2 - x2) ** 2 - 4.0 * g2 * x2, 0.0))
    t = 0.5 * (g2 + x2 - s)[:, None] + 0.5 * momentum[:, None] * _NODES
    u = g2 + x2 - s[:, None] - t
    one = (t - g2) * (t - x2) / (t - q2) ** 2
    both = m_gluino * m_chi * s[:, None] / ((t - q2) * (u - q2))
    scale = 2.0 * math.pi * ALPHA * alpha_s / (9.0 * s * s) * 0.5 * momentum
    return np.asarray(scale * (one @ _WEIGHTS)), np.asarray(scale * (both @ _WEIGHTS))
