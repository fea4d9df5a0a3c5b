"""Numbers that the closed forms need (Particle Data Group 2022, on-shell scheme)."""

from __future__ import annotations

import math
from typing import Final

PB: Final = 0.3893793721e9
"""pb GeV^2."""
M_Z: Final = 91.1876
M_W: Final = 80.379
FERMI: Final = 1.1663788e-5
"""GeV^-2."""
SIN2: Final = 0.223
"""sin^2 of the weak mixing angle, 1 - (M_W / M_Z)^2."""
SIN: Final = math.sqrt(SIN2)
COS: Final = math.sqrt(1.0 - SIN2)
ALPHA: Final = math.sqrt(2.0) * FERMI * M_W**2 * SIN2 / math.pi
"""Electromagnetic coupling in the G_F scheme."""
CKM: Final = {(2, 1): 0.9495, (2, 3): 0.0505, (4, 3): 0.9495, (4, 1): 0.0505}
"""|V|^2 of (up type, down type), two generations."""


def z_coupling(isospin: float, charge: float) -> float:
    """Coupling of a chiral state to the Z in units of e: (T3 - Q sin^2) / (sin cos)."""
    return (isospin - charge * SIN2) / (SIN * COS)
