"""What multiplies leading order: NLL-fast for coloured pairs, a fit to public numbers for electroweak ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator, RegularGridInterpolator

from protomodels.xsec.make import nllfast

WINO_PAIRS: Final = {300.0: 403.0, 600.0: 20.7, 1000.0: 1.38, 1500.0: 0.087}
"""fb at 13 TeV, NLO+NLL, X_W1 X_Z2 of both charges (LHC SUSY cross section working group)."""
SLEPTON_PAIRS: Final = {300.0: 4.62, 600.0: 0.200, 1000.0: 0.011}
"""fb at 13 TeV, NLO+NLL, one left-handed charged slepton pair."""


@dataclass(frozen=True, slots=True)
class KFactor:
    """K with relative errors: scale, PDF and alpha_s; zero where the source gives none."""

    k: float
    scale: float = 0.0
    pdf: float = 0.0
    alpha_s: float = 0.0


def nll_one_mass(root: Path, process: str, sqrts: float) -> Callable[[float], KFactor]:
    """K(m) of a process of one mass; monotone cubic in ln m, frozen at the edges of its grid."""
    rows = nllfast.read(nllfast.grid_file(root, process, sqrts))
    # the other mass is a dummy, a large one
    rows = rows[np.argsort(rows[:, [nllfast.M1, nllfast.M2]].min(axis=1))]
    log_m = np.log(rows[:, [nllfast.M1, nllfast.M2]].min(axis=1))
    columns = {
        "k": rows[:, nllfast.NLL] / rows[:, nllfast.LO],
        "scale": np.abs(rows[:, [nllfast.NLL_UP, nllfast.NLL_DOWN]]).max(axis=1) / rows[:, nllfast.NLL],
        "pdf": np.abs(rows[:, [nllfast.PDF_UP, nllfast.PDF_DOWN]]).max(axis=1) / 100.0,
        "alpha_s": np.abs(rows[:, [nllfast.AS_UP, nllfast.AS_DOWN]]).max(axis=1) / 100.0,
    }
    curves = {name: PchipInterpolator(log_m, column) for name, column in columns.items()}

    def at(m: float) -> KFactor:
        x = np.clip(np.log(m), log_m[0], log_m[-1])
        return KFactor(**{name: float(curve(x)) for name, curve in curves.items()})

    return at


def nll_two_masses(root: Path, process: str, sqrts: float) -> Callable[[float, float], KFactor]:
    """K(m_squark, m_gluino), linear on its grid and frozen at its edges."""
    rows = nllfast.read(nllfast.grid_file(root, process, sqrts))
    m1, m2 = np.unique(rows[:, nllfast.M1]), np.unique(rows[:, nllfast.M2])
    if len(rows) != len(m1) * len(m2):
        raise ValueError(f"the NLL-fast grid of {process} at {sqrts} TeV is not rectangular")
    shape = len(m1), len(m2)
    scale = np.abs(rows[:, [nllfast.NLL_UP, nllfast.NLL_DOWN]]).max(axis=1) / rows[:, nllfast.NLL]
    pdf = np.abs(rows[:, [nllfast.PDF_UP, nllfast.PDF_DOWN]]).max(axis=1) / 100.0
    alpha_s = np.abs(rows[:, [nllfast.AS_UP, nllfast.AS_DOWN]]).max(axis=1) / 100.0
    columns = (rows[:, nllfast.NLL] / rows[:, nllfast.LO], scale, pdf, alpha_s)
    curves = [RegularGridInterpolator((m1, m2), column.reshape(shape)) for column in columns]

    def at(m_squark: float, m_gluino: float) -> KFactor:
        point = (np.clip(m_squark, m1[0], m1[-1]), np.clip(m_gluino, m2[0], m2[-1]))
        return KFactor(*(float(curve(point)[()]) for curve in curves))

    return at


def fitted(anchors: dict[float, float], leading_order: Callable[[float], float]) -> Callable[[float], KFactor]:
    """K(m) that brings leading order (fb) to public numbers; monotone cubic in ln m, frozen at the outer anchors."""
    masses = sorted(anchors)
    curve = PchipInterpolator(np.log(masses), [anchors[m] / leading_order(m) for m in masses])

    def at(m: float) -> KFactor:
        return KFactor(float(curve(np.clip(np.log(m), np.log(masses[0]), np.log(masses[-1])))))

    return at
