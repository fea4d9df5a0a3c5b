"""What the charginos, neutralinos and staus of a spectrum are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from protomodels.spectrum.spectrum import Spectrum

NEUTRAL: Final = (1000022, 1000023, 1000025, 1000035, 1000045)
CHARGED: Final = (1000024, 1000037)
STAUS: Final = (1000015, 2000015)


@dataclass(frozen=True, slots=True)
class Composition:
    """Rows of mixing matrices in the conventions of SLHA, for positive masses.

    Attributes
    ----------
    neutral: (bino, wino, higgsino_d, higgsino_u) by pid.
    charged: (U_wino, U_higgsino, V_wino, V_higgsino) by pid.
    left: |amplitude|^2 of the left-handed state, of charged sleptons by pid.
    """

    neutral: dict[int, tuple[complex, ...]]
    charged: dict[int, tuple[complex, ...]]
    left: dict[int, float]


def composition(spectrum: Spectrum) -> Composition:
    """The rows that the spectrum's NMIX, UMIX, VMIX and STAUMIX give; particles without a row are left out."""
    mixing, present = spectrum.mixing, spectrum.particles
    neutral = {p: row[:4] for p, row in zip(NEUTRAL, mixing.get("NMIX", ()), strict=False) if p in present}
    rows = zip(CHARGED, mixing.get("UMIX", ()), mixing.get("VMIX", ()), strict=False)
    charged = {p: (*u, *v) for p, u, v in rows if p in present}
    left = {pid: 1.0 for pid in (1000011, 1000013) if pid in present}
    left |= {pid: 0.0 for pid in (2000011, 2000013) if pid in present}
    left |= {p: abs(row[0]) ** 2 for p, row in zip(STAUS, mixing.get("STAUMIX", ()), strict=False) if p in present}
    if "STAUMIX" not in mixing and STAUS[0] in present and STAUS[1] not in present:
        left[STAUS[0]] = 1.0  # alone it is the left-handed one of proto-models
    return Composition(neutral, charged, left)
