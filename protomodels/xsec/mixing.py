"""The mixing of charginos and neutralinos, and the couplings to squarks that follow from it.

Rows are X_Z1, X_Z2, X_Z3 in (bino, wino, higgsino_d, higgsino_u); X_W1, X_W2 in (wino, higgsino).  X_Z1 is nearly
bino, X_Z2 and X_W1 are pure wino (the public wino cross sections are for these), X_Z3 and X_W2 are higgsino.  The
small entries are about those of M_1, M_2, mu of 0.2, 0.5, 1.5 TeV and tan beta of 10.
"""

from __future__ import annotations

import math
from typing import Final

from protomodels.xsec.constants import COS, SIN

NEUTRAL: Final = {
    1000022: (0.9995, -0.0018, 0.0307, -0.0073),
    1000023: (0.0, 1.0, 0.0, 0.0),
    1000025: (-0.0166, 0.0331, 0.7066, 0.7066),
}
MASS_SIGN: Final = {1000022: 1.0, 1000023: 1.0, 1000025: -1.0}
"""X_Z3 is the higgsino whose mass term is negative."""
CHARGED_U: Final = {1000024: (1.0, 0.0), 1000037: (0.0824, 0.9966)}
CHARGED_V: Final = {1000024: (1.0, 0.0), 1000037: (0.0345, 0.9994)}


def neutral_coupling(neutral: int, isospin: float) -> float:
    """c of quark squark_L X_Z: sqrt 2 [T3 N_wino + tan(theta_W) N_bino / 6] / sin(theta_W)."""
    n = NEUTRAL[neutral]
    return math.sqrt(2.0) * (isospin * n[1] + SIN / COS * n[0] / 6.0) / SIN


def charged_coupling(charged: int, isospin: float) -> float:
    """c of quark squark_L' X_W, with the isospin of the incoming quark: U or V wino component / sin(theta_W)."""
    return (CHARGED_U if isospin > 0 else CHARGED_V)[charged][0] / SIN
