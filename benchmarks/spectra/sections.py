"""Reference cross sections of mixed states, from tables of pure ones, beside direct computation (LO, 13 TeV).

python -m benchmarks.spectra.sections [--points 12]

Needs the extra ``xsec``, for parton densities.
"""

from __future__ import annotations

import argparse
import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from protomodels.spectrum.reference.composition import Composition
from protomodels.spectrum.reference.currents import chargino_pairs, mixed_charginos, w_pairs, z_pairs
from protomodels.spectrum.reference.look import look
from protomodels.spectrum.reference.sleptons import slepton_pairs
from protomodels.xsec.constants import ALPHA, COS, M_W, M_Z, SIN, SIN2, z_coupling
from protomodels.xsec.make.partons import fold
from protomodels.xsec.make.tables import PB_TO_FB, W_PLUS, sum_over_quarks

Array = NDArray[np.float64]
ORDER = "NLO+NLL"
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(8)


def fermions(s: Array, m1: float, m2: float, left: Array, right: Array) -> Array:
    """Partonic cross section of two fermions with couplings to one handedness of the quark; hep-ph/9906298."""
    momentum = np.sqrt(np.maximum((1.0 - (m1 + m2) ** 2 / s) * (1.0 - (m1 - m2) ** 2 / s), 0.0))
    shift = (m1 * m1 - m2 * m2) / s
    angles = [(1.0 - momentum * c) ** 2 - shift**2 for c in _NODES]
    product = 0.25 * s * s * sum(w * x for w, x in zip(_WEIGHTS, angles, strict=True))
    total = (abs(left) ** 2 + abs(right) ** 2) * product + 4.0 * (left * right.conjugate()).real * m1 * m2 * s
    return np.asarray(math.pi * ALPHA**2 / (3.0 * s**4) * 0.5 * s * momentum * total)


def neutral(s: Array, quark: tuple[float, float], m1: float, m2: float, z: tuple[complex, complex], e: float) -> Array:
    """Through photon and Z; ``z`` are the couplings of the pair to the Z."""
    found = np.zeros_like(s)
    for g in (z_coupling(*quark), z_coupling(0.0, quark[1])):
        part = g * s / (s - M_Z**2)
        found = found + fermions(s, m1, m2, quark[1] * e + z[0] * part, quark[1] * e + z[1] * part)
    return found


def scalars(s: Array, quark: tuple[float, float], m: float, z: float) -> Array:
    """A scalar of charge -1 with coupling ``z``, eq. 2 there."""
    both = sum((-quark[1] + g * z * s / (s - M_Z**2)) ** 2 for g in (z_coupling(*quark), z_coupling(0.0, quark[1])))
    return np.asarray(math.pi * ALPHA**2 / (18.0 * s) * np.maximum(1.0 - 4.0 * m * m / s, 0.0) ** 1.5 * both)


def deviations(rng: np.random.Generator) -> dict[str, float]:
    """Ours over direct computation, less 1, at one random point of masses and mixing."""
    m1, m2 = sorted(rng.uniform(100.0, 1200.0, 2).tolist())
    matrix = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    phases = [1.0j if rng.random() < 0.5 else 1.0 for _ in range(2)]
    n = [tuple(phase * complex(x) for x in row) for phase, row in zip(phases, matrix[:2], strict=True)]
    a, b = rng.uniform(0.0, 2.0 * math.pi, 2)
    u = np.array([[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]])
    v = np.array([[math.cos(b), math.sin(b)], [-math.sin(b), math.cos(b)]])
    rows = [tuple(map(complex, (*u[i], *v[i]))) for i in (0, 1)]
    part = float(rng.random())
    made = Composition({1000022: n[0], 1000023: n[1]}, {1000024: rows[0], 1000037: rows[1]}, {2000015: part})
    masses = {1000022: m1, 1000023: m2, 1000024: m1, 1000037: m2, 2000015: m1}
    found = w_pairs(masses, made, ORDER) | z_pairs(masses, made, ORDER) | chargino_pairs(masses, made, ORDER)
    found |= mixed_charginos(masses, made, ORDER) | slepton_pairs(masses, made, ORDER)
    left = n[1][1] * v[0, 0] - n[1][3] * v[0, 1] / math.sqrt(2.0)
    right = n[1][1].conjugate() * u[0, 0] + n[1][2].conjugate() * u[0, 1] / math.sqrt(2.0)
    sine = SIN * COS

    def w(s: Array) -> Array:
        boson = s / (s - M_W**2) / (math.sqrt(2.0) * SIN2)
        return fermions(s, m1, m2, left * boson, right * boson)

    def of_z(i: int, j: int) -> tuple[complex, complex]:
        z = 0.5 * (n[i][2] * n[j][2].conjugate() - n[i][3] * n[j][3].conjugate()) / sine
        return z, -z.conjugate()

    def of_charged(i: int, j: int) -> tuple[float, float]:
        same = SIN2 if i == j else 0.0
        parts = (x[i, 0] * x[j, 0] + 0.5 * x[i, 1] * x[j, 1] for x in (v, u))
        first, second = ((x - same) / sine for x in parts)
        return first, second

    def ours(pair: tuple[int, int], table: str, column: str, *point: float) -> float:
        return float(found[pair][1] / look(table, ORDER, [point]).k[column][0, 1])

    def direct(x: float, y: float, z: tuple[complex, complex], e: float) -> float:
        return sum_over_quarks(13.0, x, y, partial(neutral, m1=x, m2=y, z=z, e=e))

    k_w, k_h = (look(f"X_W{i}_pair", ORDER, [(m1,)]).k["pair"][0, 1] for i in (1, 2))
    wino = 0.5 * (u[0, 0] ** 2 + v[0, 0] ** 2)
    z_stau = z_coupling(-0.5 * part, -1.0)
    pairs = {
        "X_W X_Z": (
            ours((1000023, 1000024), "chargino_neutralino", "X_W1_X_Z2_plus", m1, m2),
            PB_TO_FB * fold(13.0, m1, m2, W_PLUS, w),
        ),
        "X_Z X_Z'": (
            ours((1000022, 1000023), "neutralino_pair", "X_Z1_X_Z3", m1, m2),
            direct(m1, m2, of_z(0, 1), 0.0),
        ),
        "X_Z X_Z": (
            ours((1000022, 1000022), "neutralino_pair", "X_Z1_X_Z3", m1, m1),
            0.5 * direct(m1, m1, of_z(0, 0), 0.0),
        ),
        "X_W X_W": (
            float(found[-1000024, 1000024][1] / (wino * k_w + (1.0 - wino) * k_h)),
            direct(m1, m1, of_charged(0, 0), 1.0),
        ),
        "X_W X_W'": (
            ours((-1000024, 1000037), "chargino_mixed", "one_charge", m1, m2),
            direct(m1, m2, of_charged(0, 1), 0.0),
        ),
        "stau": (
            ours((-2000015, 2000015), "slepton", "slepton", m1),
            sum_over_quarks(13.0, m1, m1, lambda s, q: scalars(s, q, m1, z_stau)),
        ),
    }
    return {name: mine / theirs - 1.0 for name, (mine, theirs) in pairs.items()}


def main() -> None:
    """Print the largest deviation of each kind of pair."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=12)
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    found = [deviations(rng) for _ in range(given.points)]
    for name in found[0]:
        values = sorted(abs(each[name]) for each in found)
        print(f"{name}: median {values[len(values) // 2]:.4f}, largest {values[-1]:.4f} of {len(values)} points")


if __name__ == "__main__":
    main()
