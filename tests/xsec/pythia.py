"""Leading-order cross sections from Pythia 8, with the densities, couplings and scale of our tables."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from protomodels.xsec.constants import ALPHA, COS, FERMI, M_W, M_Z, SIN, SIN2
from protomodels.xsec.make import partons

NAMES = {1000022: "X_Z1", 1000023: "X_Z2", 1000025: "X_Z3", 1000024: "X_W1", 1000037: "X_W2"}
NEUTRAL, CHARGED = (1000022, 1000023, 1000025), (1000024, 1000037)


def mixing() -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """(neutralinos, U, V, sign of the third mass): a spectrum whose mixing is unitary, as Pythia insists."""
    m1, m2, mu, b = 200.0, 500.0, 1500.0, math.atan(10.0)
    cb, sb = math.cos(b), math.sin(b)
    bd, bu, wd, wu = -M_Z * SIN * cb, M_Z * SIN * sb, M_Z * COS * cb, -M_Z * COS * sb
    values, vectors = np.linalg.eigh([[m1, 0, bd, bu], [0, m2, wd, wu], [bd, wd, 0, -mu], [bu, wu, -mu, 0]])
    # the third is the higgsino with the negative mass term
    order = sorted(range(4), key=lambda i: (abs(values[i]) > 1000.0, values[i] > 1000.0, abs(values[i])))
    neutral = vectors[:, order].T
    x = [[m2, math.sqrt(2.0) * M_W * sb], [math.sqrt(2.0) * M_W * cb, mu]]
    u, _, v = np.linalg.svd(x)
    return neutral, u.T[::-1], v[::-1], float(np.sign(values[order[2]]))


def spectrum(masses: dict[int, float]) -> str:
    """SLHA with these masses and everything else decoupled."""
    squarks = [side * 1000000 + q for side in (1, 2) for q in range(1, 7)]
    sleptons = [1000011, 1000012, 1000013, 1000014, 1000015, 1000016, 2000011, 2000013, 2000015]
    pids = [*squarks, *sleptons, 1000021, *NEUTRAL, 1000035, *CHARGED]
    neutral, u, v, _ = mixing()
    blocks: dict[str, list[str]] = {
        "SPINFO": ["1 none", "2 1"],
        "MODSEL": ["1 0"],
        "SMINPUTS": ["1 127.9", f"2 {FERMI}", "3 0.13", f"4 {M_Z}", "5 4.2", "6 172.5", "7 1.777"],
        "MASS": [f"24 {M_W}", "25 125.0", *(f"{h} 2.0e5" for h in (35, 36, 37))],
        "ALPHA": ["-0.1"],
        "HMIX Q= 1000.0": ["1 1500.0", "2 10.0", "3 246.0", "4 4.0e8"],
        "GAUGE Q= 1000.0": ["1 0.36", "2 0.65", "3 1.1"],
    }
    for pid in pids:
        sign = -1.0 if pid == 1000025 else 1.0
        blocks["MASS"].append(f"{pid} {sign * masses.get(pid, 2e5)}")
    matrices = {"NMIX": neutral, "UMIX": u, "VMIX": v}
    for name, matrix in (matrices | dict.fromkeys(("STOPMIX", "SBOTMIX", "STAUMIX"), np.eye(2))).items():
        blocks[name] = [f"{i + 1} {j + 1} {x:.10f}" for (i, j), x in np.ndenumerate(matrix)]
    return "".join("\n ".join([f"BLOCK {name}", *lines]) + "\n" for name, lines in blocks.items())


STANDARD_MODEL = {
    "StandardModel:sin2thetaW": SIN2,
    "StandardModel:sin2thetaWbar": SIN2,
    "StandardModel:alphaEM0": ALPHA,
    "StandardModel:alphaEMmZ": ALPHA,
    "StandardModel:GF": FERMI,
}
DIAGONAL = {f"StandardModel:V{up}{down}": float(up + down in ("ud", "cs", "tb")) for up in "uct" for down in "dsb"}
"""No mixing of the generations: a squark with a chargino is only made from the quark of its own doublet."""


def pythia_sigma(folder: Path, process: str, masses: dict[int, float], *settings: str, power: int) -> float:
    """fb at 13 TeV from Pythia, summed over charge conjugates; ``power`` as in :func:`pythia_run`."""
    path = folder / "spectrum.slha"
    path.write_text(spectrum(masses))
    pair = list(masses) if len(masses) == 2 else 2 * list(masses)
    return pythia_run(path, process, (pair[0], pair[-1]), sum(masses[p] for p in pair) / 2.0, *settings, power=power)


def pythia_run(
    path: Path, process: str, pair: tuple[int, int], scale: float, *settings: str, power: int, events: int = 5000
) -> float:
    """fb at 13 TeV of one process and pair with the spectrum of a file, taken from Pythia's alpha_s to ours.

    Pythia's alpha_s has six flavours above the top mass.  ``power`` is that of alpha_s in the process.
    """
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    for name, value in STANDARD_MODEL.items():
        pythia.settings.parm(name, value, True)  # sin2thetaW is outside the limits that Pythia advises
    for setting in (
        "Print:quiet = on",
        "PDF:pSet = 8",
        "PartonLevel:all = off",
        "HadronLevel:all = off",
        "ProcessLevel:resonanceDecays = off",
        "SigmaProcess:alphaSvalue = 0.13",
        "SigmaProcess:alphaSorder = 1",
        "SigmaProcess:alphaEMorder = 0",
        "SigmaProcess:renormScale2 = 5",
        f"SigmaProcess:renormFixScale = {scale**2}",
        "SigmaProcess:factorScale2 = 5",
        f"SigmaProcess:factorFixScale = {scale**2}",
        "SUSY:sin2thetaWMode = 1",
        "Beams:eCM = 13000.0",
        "Random:setSeed = on",
        "Random:seed = 7",
        f"SLHA:file = {path}",
        "SLHA:verbose = 0",
        "SLHA:useDecayTable = off",
        f"SUSY:{process} = on",
        f"SUSY:idA = {pair[0]}",
        f"SUSY:idB = {pair[1]}",
        *settings,
    ):
        assert pythia.readString(setting), setting
    assert pythia.init()
    for _ in range(events):
        assert pythia.next()
    ratio = partons.alpha_s(scale) / pythia.coupSM.alphaS(scale**2)
    return float(pythia.infoPython().sigmaGen()) * 1e12 * ratio**power
