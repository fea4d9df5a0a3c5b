"""Squark + chargino or neutralino: q g -> squark chi at leading order.

Two diagrams, the s-channel quark and the exchanged squark.  With p the squark's, q the chi's and k the gluon's
momentum, T = 2 p k, U = s + m^2 - m_chi^2 - T and X = -m^2 + U T / s, the sum over spins is

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
