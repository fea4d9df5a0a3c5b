"""Numbers of the Standard Model, at tree level (Particle Data Group, 2024)."""

from __future__ import annotations

from typing import Final

MZ: Final = 91.188
MW: Final = 80.369
MH: Final = 125.2
MT: Final = 172.6
MB: Final = 4.18
WIDTH_Z: Final = 2.495
WIDTH_W: Final = 2.085
"""GeV."""
CW: Final = MW / MZ
SW: Final = (1.0 - CW * CW) ** 0.5
TW: Final = SW / CW
"""On-shell weak mixing angle."""
G: Final = 0.652
"""SU(2) coupling."""
ALPHA_S: Final = 0.09
"""Near 1 TeV."""
