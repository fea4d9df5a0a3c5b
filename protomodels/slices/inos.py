r"""Charginos and neutralinos at tree level: masses, mixing, couplings to W, Z and h.

Conventions of SLHA (arXiv:hep-ph/0311123): neutralinos in the basis (-i bino, -i wino, h_d, h_u), charginos by U and V.
Couplings are those of Haber and Kane, Phys. Rept. 117 (1985) 75, appendix C; those of h follow from the mass matrices,
whose off-diagonal blocks are proportional to its vacuum expectation value, with all other Higgs bosons decoupled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.slices.constants import CW, MW, MZ, SW, G

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inos:
    """Masses and mixing of charginos and neutralinos.

    Attributes
    ----------
    neutral: masses in GeV with signs, in the order of their sizes, (4,).
    charged: masses in GeV, positive, ascending, (2,).
    n: rows of NMIX, real, (4, 4).
    u, v: rows of UMIX and VMIX, real, (2, 2).
    beta: tan beta = v_u / v_d.
    """

    neutral: Floats
    charged: Floats
    n: Floats
    u: Floats
    v: Floats
    beta: float


def inos(m1: float, m2: float, mu: float, tan_beta: float) -> Inos:
    """Charginos and neutralinos of gaugino masses M1 and M2 and the higgsino mass mu, in GeV.

    >>> light = inos(100.0, 400.0, 800.0, 10.0)
    >>> np.abs(light.neutral).round().tolist(), light.charged.round().tolist()
    ([99.0, 393.0, 803.0, 811.0], [393.0, 812.0])
    """
    beta = float(np.arctan(tan_beta))
    block = _breaking(beta)
    matrix = np.diag([m1, m2, 0.0, 0.0])
    matrix[:2, 2:], matrix[2:, :2] = block, block.T
    matrix[2, 3] = matrix[3, 2] = -mu
    values, vectors = np.linalg.eigh(matrix)
    order = np.argsort(np.abs(values))
    chargino = np.array([[m2, np.sqrt(2.0) * MW * np.sin(beta)], [np.sqrt(2.0) * MW * np.cos(beta), mu]])
    left, masses, right = np.linalg.svd(chargino)
    return Inos(values[order], masses[::-1], vectors.T[order], left.T[::-1], right[::-1], beta)


def _breaking(beta: float) -> Floats:
    """The block of the neutralino mass matrix between gauginos and higgsinos, GeV, (2, 2)."""
    s, c = np.sin(beta), np.cos(beta)
    return MZ * np.array([[-c * SW, s * SW], [c * CW, -s * CW]])


def z_neutral(own: Inos) -> tuple[Floats, Floats]:
    """Couplings (left, right) of Z to two neutralinos, (4, 4) each."""
    left = 0.5 * G / CW * (np.outer(own.n[:, 3], own.n[:, 3]) - np.outer(own.n[:, 2], own.n[:, 2]))
    return left, -left


def z_charged(own: Inos) -> tuple[Floats, Floats]:
    """Couplings (left, right) of Z to two charginos, (2, 2) each."""
    found = [-np.outer(m[:, 0], m[:, 0]) - 0.5 * np.outer(m[:, 1], m[:, 1]) for m in (own.v, own.u)]
    left, right = (G / CW * (part + SW * SW * np.eye(2)) for part in found)
    return left, right


def w_couplings(own: Inos) -> tuple[Floats, Floats]:
    """Couplings (left, right) of W to a neutralino and a chargino, (4, 2) each."""
    root = np.sqrt(0.5)
    left = np.outer(own.n[:, 1], own.v[:, 0]) - root * np.outer(own.n[:, 3], own.v[:, 1])
    right = np.outer(own.n[:, 1], own.u[:, 0]) + root * np.outer(own.n[:, 2], own.u[:, 1])
    return G * left, G * right


def h_neutral(own: Inos) -> Floats:
    """Couplings of h to two different neutralinos, (4, 4)."""
    block = np.zeros((4, 4))
    block[:2, 2:] = _breaking(own.beta) / MZ
    block += block.T
    return np.asarray(G / (2.0 * CW) * own.n @ block @ own.n.T)


def h_charged(own: Inos) -> tuple[Floats, Floats]:
    """Couplings (left, right) of h to two charginos, (2, 2) each."""
    block = np.array([[0.0, np.sin(own.beta)], [np.cos(own.beta), 0.0]])
    left = np.asarray(G / np.sqrt(2.0) * own.u @ block @ own.v.T)
    return left, left.T
