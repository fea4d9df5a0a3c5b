"""``python -m benchmarks.published.wino_squarks``: pairs of winos beside squarks of some masses, at leading order.

The reference cross sections of charginos and neutralinos take squarks as decoupled.  Left-handed squarks of the first
generation are exchanged as well, and interfere destructively (hep-ph/9906298, section 2): with both masses m of a pair
M, and squarks of one mass m_q,

    dsigma/dt ~ [Q_u^2 (u - M^2)^2 + Q_t^2 (t - M^2)^2 + 2 Q_u Q_t M^2 s] / s^2,
    X_W1 X_Z2: Q_t,u = 1 / s - 1 / (2 (m_q^2 - t,u));   X_W1 X_W1: Q_u = 1 / s, Q_t = 1 / s - 1 / (m_q^2 - t)

for winos and left-handed quarks, with the SU(2) coupling alone.  Printed is by how much the references are too large,
after folding with partons at 13 TeV, and what Pythia makes of some of the same points, with the exact couplings.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pythia8mc

from benchmarks.common import machine
from protomodels.xsec.make.partons import Array, fold
from protomodels.xsec.make.tables import W_MINUS, W_PLUS

RATIOS = (1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0)
"""Of the mass of the squarks to that of the winos."""
MASSES = (200.0, 500.0, 900.0)
QUARKS = ((2, -2, 1.0), (1, -1, 1.0), (3, -3, 1.0), (4, -4, 1.0))
TRIED = ((200.0, 2.0), (200.0, 4.0), (500.0, 2.0), (500.0, 3.0))
EVENTS = 4000
SLHA = """
BLOCK MODSEL
 1 0
BLOCK MASS
 1000022 1.0
 1000023 {wino}
 1000024 {wino}
 1000025 9000
 1000035 9000
 1000037 9000
 1000001 {squark}
 1000002 {squark}
 1000003 {squark}
 1000004 {squark}
 1000005 9000
 1000006 9000
 2000001 9000
 2000002 9000
 2000003 9000
 2000004 9000
 2000005 9000
 2000006 9000
 1000021 9000
BLOCK NMIX
 1 1 1
 2 2 1
 3 3 1
 4 4 1
BLOCK UMIX
 1 1 1
 2 2 1
BLOCK VMIX
 1 1 1
 2 2 1
BLOCK STOPMIX
 1 1 1
 2 2 1
BLOCK SBOTMIX
 1 1 1
 2 2 1
BLOCK MINPAR
 3 10
BLOCK HMIX
 1 5000
 2 10
BLOCK ALPHA
 -0.1
DECAY 1000023 0.1
 1.0 2 1000022 23
DECAY 1000024 0.1
 1.0 2 1000022 24
"""


def partonic(s: Array, wino: float, squark: float, charged: bool) -> Array:
    """sigma-hat of winos of equal masses, in any unit.

    Parameters
    ----------
    s: GeV^2.
    squark: GeV; infinite for none.
    charged: X_W1 X_W1 instead of X_W1 X_Z2.
    """
    nodes, weights = np.polynomial.legendre.leggauss(64)
    beta = np.sqrt(np.maximum(1.0 - 4.0 * wino**2 / s, 0.0))
    total = np.zeros_like(s)
    for node, weight in zip(nodes, weights, strict=True):
        t, u = (wino**2 - 0.5 * s * (1.0 - sign * beta * node) for sign in (1.0, -1.0))
        there, other = 1.0 / (squark**2 - t), 1.0 / (squark**2 - u)
        q_t, q_u = (1.0 / s - there, 1.0 / s) if charged else (1.0 / s - 0.5 * there, 1.0 / s - 0.5 * other)
        squares = q_u**2 * (u - wino**2) ** 2 + q_t**2 * (t - wino**2) ** 2
        total += weight * (squares + 2.0 * q_u * q_t * wino**2 * s)
    return np.asarray(beta * total / s)


def too_large(wino: float, ratio: float, charged: bool) -> float:
    """By how much a cross section with squarks decoupled is too large at 13 TeV."""
    channels = QUARKS if charged else (*W_PLUS, *W_MINUS)

    def folded(squark: float) -> float:
        made: Callable[[Array], Array] = lambda s: partonic(s, wino, squark, charged)  # noqa: E731
        return fold(13.0, wino, wino, channels, made)

    return folded(math.inf) / folded(ratio * wino)


def by_pythia(wino: float, squark: float, charged: bool) -> float:
    """Pythia's leading order of such a pair at 13 TeV, mb."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.slha"
        path.write_text(SLHA.format(wino=wino, squark=squark))
        pythia = pythia8mc.Pythia("", False)
        process = "qqbar2chi+chi-" if charged else "qqbar2chi+-chi0"
        settings = [
            f"SLHA:file = {path}",
            "Beams:eCM = 13000",
            f"SUSY:{process} = on",
            "Print:quiet = on",
            "SLHA:verbose = 0",
        ]
        settings += ["SUSY:idA = 1000024", f"SUSY:idB = {1000024 if charged else 1000023}", "PDF:pSet = 8"]
        settings += ["PartonLevel:all = off", "HadronLevel:all = off", "Random:setSeed = on", "Random:seed = 1"]
        for setting in settings:
            pythia.readString(setting)
        pythia.init()
        for _ in range(EVENTS):
            pythia.next()
        return float(pythia.infoPython().sigmaGen())


def main() -> None:
    """Print both tables."""
    print(machine())
    print("| pair | GeV | " + " | ".join(f"{ratio:g}" for ratio in RATIOS) + " |")
    print("| --- " * (2 + len(RATIOS)) + "|")
    for charged, name in ((False, "X_W1 X_Z2"), (True, "X_W1 X_W1")):
        for wino in MASSES:
            print(f"| {name} | {wino:g} | " + " | ".join(f"{too_large(wino, r, charged):.2f}" for r in RATIOS) + " |")
    print("\n| pair | winos, squarks, GeV | folded | Pythia |")
    print("| --- " * 4 + "|")
    for charged, name in ((False, "X_W1 X_Z2"), (True, "X_W1 X_W1")):
        for wino, ratio in TRIED:
            found = by_pythia(wino, 2e4, charged) / by_pythia(wino, ratio * wino, charged)
            ours = too_large(wino, ratio, charged)
            print(f"| {name} | {wino:g}, {ratio * wino:g} | {ours:.2f} | {found:.2f} |")


if __name__ == "__main__":
    main()
