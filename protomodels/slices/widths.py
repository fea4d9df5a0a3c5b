r"""Partial widths at tree level, GeV: two bodies from a fermion or a scalar, and a fermion with a virtual W or Z.

Masses of neutralinos have their signs; couplings a and b are those to left- and right-handed fields.
"""

from __future__ import annotations

import math

import numpy as np

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)


def _momentum(m: float, a: float, b: float) -> float:
    """lambda^(1/2) of two-body kinematics, GeV^2; 0 where the decay is closed."""
    m, a, b = abs(m), abs(a), abs(b)
    if m <= a + b:
        return 0.0
    return float(np.sqrt((m * m - (a + b) ** 2) * (m * m - (a - b) ** 2)))


def to_vector(m: float, daughter: float, vector: float, left: float, right: float) -> float:
    r"""A fermion to a fermion and a vector boson.

    .. math:: \Gamma = \frac{\lambda^{1/2}}{32 \pi m^3} \left[ (a^2 + b^2)
       \left( m^2 + m'^2 - 2 m_V^2 + \frac{(m^2 - m'^2)^2}{m_V^2} \right) - 12 a b\, m m' \right]
    """
    strength = (left**2 + right**2) * (
        m * m + daughter**2 - 2.0 * vector**2 + ((m * m - daughter**2) / vector) ** 2
    ) - 12.0 * left * right * m * daughter
    return max(_momentum(m, daughter, vector) / (32.0 * np.pi * abs(m) ** 3) * strength, 0.0)


def to_virtual(m: float, daughter: float, vector: tuple[float, float], left: float, right: float) -> float:
    r"""A fermion to a fermion and massless fermions from a vector boson that may be virtual.

    .. math:: \Gamma = \int_0^{(|m| - |m'|)^2} \frac{dq^2}{\pi}\,
       \frac{q^2\, \Gamma_V / m_V}{(q^2 - m_V^2)^2 + m_V^2 \Gamma_V^2}\; \Gamma_{2}(m_V \to q)

    Parameters
    ----------
    vector: mass and width of the boson.
    """
    mass, width = vector
    gap = abs(m) - abs(daughter)
    if gap <= 0.0:
        return 0.0
    q = 0.5 * gap * (1.0 + _NODES)
    kernel = q * q * width / mass / ((q * q - mass * mass) ** 2 + (mass * width) ** 2)
    parts = [to_vector(m, daughter, float(own), left, right) for own in q]
    return float((0.5 * gap * _WEIGHTS * 2.0 * q / np.pi * kernel * parts).sum())


def to_higgs(m: float, daughter: float, scalar: float, left: float, right: float) -> float:
    r"""A fermion to a fermion and a scalar.

    .. math:: \Gamma = \frac{\lambda^{1/2}}{32 \pi m^3}
       \left[ (a^2 + b^2)(m^2 + m'^2 - m_h^2) + 4 a b\, m m' \right]
    """
    strength = (left**2 + right**2) * (m * m + daughter**2 - scalar**2) + 4.0 * left * right * m * daughter
    return max(_momentum(m, daughter, scalar) / (32.0 * np.pi * abs(m) ** 3) * strength, 0.0)


def scalar_to_fermions(m: float, quark: float, ino: float, left: float, right: float) -> float:
    r"""A squark to a quark and a chargino or neutralino.

    .. math:: \Gamma = \frac{\lambda^{1/2}}{16 \pi m^3} \left[ (a^2 + b^2)(m^2 - m_q^2 - m'^2) - 4 a b\, m_q m' \right]
    """
    strength = (left**2 + right**2) * (m * m - quark**2 - ino**2) - 4.0 * left * right * quark * ino
    return max(_momentum(m, quark, ino) / (16.0 * np.pi * m**3) * strength, 0.0)


def three_bodies(m: float, propagator: float, ino: float, quarks: float, coupling: float) -> float:
    r"""A gluino to two quarks and a chargino or neutralino through a heavy squark, but for a common factor.

    .. math:: \Gamma \propto a^2 \frac{m^5}{m_{\tilde q}^4} f\!\left( \frac{m'^2}{m^2} \right), \qquad
       f(x) = 1 - 8 x + 8 x^3 - x^4 - 12 x^2 \ln x

    with massless quarks; the threshold of heavy ones enters as if ino and quarks were one particle.

    Parameters
    ----------
    quarks: the sum of their masses, GeV.
    """
    x = ((abs(ino) + quarks) / m) ** 2
    if x >= 1.0:
        return 0.0
    phase_space = 1.0 - 8.0 * x + 8.0 * x**3 - x**4 - 12.0 * x * x * math.log(x)
    return max(coupling**2 * m**5 / propagator**4 * phase_space, 0.0)
