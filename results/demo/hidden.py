"""The proto-model hidden in the demo results: a stop-like and a down-squark-like particle above an X_Z1.

Its reference cross sections are pinned here, rounded, so that the demo does not move when the recipe of
:mod:`protomodels.xsec` is refined; a test compares the two.
"""

from __future__ import annotations

from typing import Final

X_D: Final = 1000001
X_T1: Final = 1000006
X_Z1: Final = 1000022

MASSES: Final[dict[int, float]] = {X_D: 690.0, X_T1: 830.0, X_Z1: 210.0}
"""GeV by pid."""
KAPPA: Final[dict[int, float]] = {X_D: 0.28, X_T1: 0.22}
"""Signal strength multiplier of every production of the particle."""

REFERENCE_FB: Final[dict[tuple[int, int], dict[int, float]]] = {
    (-X_D, X_D): {8: 8.61, 13: 72.7},
    (-X_T1, X_T1): {8: 2.09, 13: 22.0},
}
"""fb by signed pid pair and sqrt(s) in TeV: what kappa = 1 gives."""

TOPOLOGY_OF: Final[dict[str, int]] = {"T2": X_D, "T2tt": X_T1}
"""The topologies that the model populates, and by which particle's pair production."""


def topology_sigma(name: str, sqrts: int) -> float:
    """sigma x BR in fb that the hidden model sends into a topology at ``sqrts`` TeV.

    >>> topology_sigma("T1", 13)
    0.0
    """
    pid = TOPOLOGY_OF.get(name)
    return 0.0 if pid is None else KAPPA[pid] * REFERENCE_FB[-pid, pid][sqrts]


def as_json() -> dict[str, object]:
    """The model in the format of a proto-model file, with the cross sections that were injected."""
    pairs = {(p, q): KAPPA[x] for x in KAPPA for p, q in ((-x, x), (x, x), (-x, -x), (x, X_Z1), (-x, X_Z1))}
    return {
        "masses": {str(pid): mass for pid, mass in sorted(MASSES.items())},
        "decays": {str(X_D): {f"{X_Z1},1": 1.0}, str(X_T1): {f"{X_Z1},6": 1.0}},
        "ssmultipliers": {f"{p},{q}": kappa for (p, q), kappa in sorted(pairs.items())},
        "sigma_fb": {
            f"{p},{q}": {str(s): round(KAPPA[abs(p)] * x, 4) for s, x in sigma.items()}
            for (p, q), sigma in sorted(REFERENCE_FB.items())
        },
    }
