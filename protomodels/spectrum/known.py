"""Particles whose quantum numbers need not be said: the Standard Model's, and new ones with a number of their own.

New ones are those of the MSSM, the NMSSM and Dirac gauginos, and of the Particle Data Group's list; all others bring
a QNUMBERS block, or get what their decays say (:mod:`protomodels.spectrum.identity`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Numbers:
    """Quantum numbers, as in :class:`protomodels.spectrum.NewParticle`, and a name."""

    twice_spin: int
    thrice_charge: int
    colour: int
    self_conjugate: bool
    name: str


def _read(table: str) -> dict[int, Numbers]:
    found = {}
    for row in table.strip().splitlines():
        spin, charge, colour, own, *rest = row.split()
        for pid, name in zip(rest[::2], rest[1::2], strict=True):
            found[int(pid)] = Numbers(int(spin), int(charge), int(colour), own == "own", name)
    return found


# twice the spin, three times the charge, colour, own or other antiparticle; pids and names
SM: Final = _read("""
1 -1 3 other  1 d  3 s  5 b
1  2 3 other  2 u  4 c  6 t
1 -3 1 other  11 e  13 mu  15 tau
1  0 1 other  12 nu_e  14 nu_mu  16 nu_tau
2  0 8 own    21 g
2  0 1 own    22 photon  23 Z
2  3 1 other  24 W
0  0 1 own    25 h  111 pi0
0  3 1 other  211 pi
""")
"""What SModelS knows as particles of the Standard Model; decays into others are left out, as there."""

SPARTICLES: Final = _read("""
0 -1 3 other  1000001 X_d  1000003 X_s  1000005 X_b1  2000001 X_dR  2000003 X_sR  2000005 X_b2
0  2 3 other  1000002 X_u  1000004 X_c  1000006 X_t1  2000002 X_uR  2000004 X_cR  2000006 X_t2
0 -3 1 other  1000011 X_e  1000013 X_mu  1000015 X_tau  2000011 X_eR  2000013 X_muR  2000015 X_tau2
0  0 1 other  1000012 X_nue  1000014 X_numu  1000016 X_nutau  2000012 X_nueR  2000014 X_numuR  2000016 X_nutauR
1  0 8 own    1000021 X_g  2000021 X_g2
1  0 1 own    1000022 X_Z1  1000023 X_Z2  1000025 X_Z3  1000035 X_Z4  1000045 X_Z5  1000055 X_Z6
1  3 1 other  1000024 X_W1  1000037 X_W2  1000047 X_W3
3  0 1 own    1000039 X_G
""")
"""Odd under R-parity."""

HIGGSES: Final = _read("""
0  0 1 own    35 H  36 A  45 H3  46 A2
0  3 1 other  37 H+
""")
"""Even beside sparticles; without these (inert doublets) their decays say."""

NEW: Final = (
    SPARTICLES
    | HIGGSES
    | _read("""
1 -1 3 other  7 b'
1  2 3 other  8 t'
1 -3 1 other  17 tau'
1  0 1 other  18 nu'
2  0 1 own    32 Z'  33 Z''
2  3 1 other  34 W'
4  0 1 own    39 graviton
""")
)
