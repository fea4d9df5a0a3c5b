"""``python -m benchmarks.published.partners``: cross sections of partners beside published ones, and by mass.

Figures as published: Top++ 2.0 as the LHC top working group and CMS (arXiv:1805.04758) quote it; NNLL-fast 1.1
(arXiv:1607.07741); the LHC SUSY cross section working group; fb.
"""

from __future__ import annotations

import numpy as np

from benchmarks.common import machine
from protomodels.partners import partner_cross_sections
from protomodels.partners.grids import value
from protomodels.settings import NEWER_ORDER
from protomodels.xsec.splines import TABLE_ENERGIES, load

STOP, SQUARK, GLUINO, SLEPTON, CHARGINO = (1000006,) * 2, (1000001,) * 2, (1000021,) * 2, (1000011,) * 2, (1000024,) * 2
WITH_NEUTRAL, NEUTRAL, SNEUTRINO = (1000025, 1000037), (1000022, 1000025), (1000012,) * 2
DOUBLET = "both higgsinos or vector-like lepton (fermion doublet)"
PUBLISHED = (
    ("vector-like quark", STOP, 8.0, ((172.5, 252.89e3),)),
    ("vector-like quark", STOP, 13.0, ((172.5, 831.76e3), (700, 455.0), (1000, 44.0), (1500, 2.0), (1800, 0.391))),
    ("vector-like quark", STOP, 13.6, ((172.5, 923.6e3),)),
    ("one squark", STOP, 13.0, ((1000, 6.83),)),
    ("gluino (Majorana octet)", GLUINO, 13.0, ((1000, 385.0),)),
    ("right-handed slepton (scalar singlet)", SLEPTON, 13.0, ((200, 8.372), (500, 0.1901), (1000, 4.326e-3))),
    (
        "higgsino or vector-like lepton (fermion doublet)",
        CHARGINO,
        13.0,
        ((100, 2883.67), (300, 52.569), (1000, 0.182305)),
    ),
    (DOUBLET, NEUTRAL, 13.0, ((100, 3277.01), (300, 50.9994), (1000, 0.16428))),
    (
        "one higgsino (half of a fermion doublet)",
        WITH_NEUTRAL,
        13.0,
        ((100, 5325.95), (300, 90.8167), (1000, 0.311324)),
    ),
)
MASSES = (200.0, 400.0, 600.0, 1000.0, 1500.0, 2000.0)
SHOWN = (("coloured", SQUARK), ("+-", SLEPTON), ("+- with 0", WITH_NEUTRAL), ("0 with 0", SNEUTRINO))
LEFT_OUT = ("flavour", "two vector-like", "left- and right", "mixed")
"""Words of candidates that are multiples or sums of others."""


def with_k_of_stops() -> str:
    """What the other choice of K would be off by, at 13 TeV."""
    masses = (500.0, 1000.0, 1500.0)
    _, k = load("stop", NEWER_ORDER).evaluate(np.log(np.array(masses))[:, None])
    stops = k[:, TABLE_ENERGIES.index(13.0), 0].tolist()
    ratios = (stop / value("triplet_fermion_k", m, 13.0) for m, stop in zip(masses, stops, strict=True))
    return ", ".join(f"{ratio:.2f} at {m:g} GeV" for m, ratio in zip(masses, ratios, strict=True))


def main() -> None:
    """Print both tables."""
    print(machine())
    print("| partner | TeV | GeV | published, fb | ours over that |")
    print("| --- " * 5 + "|")
    for name, pids, sqrts, figures in PUBLISHED:
        ratios = [partner_cross_sections(pids, (m, m), sqrts)[name] / figure for m, figure in figures]
        cells = (" / ".join(f"{x:g}" for x in column) for column in zip(*figures, strict=True))
        print(f"| {name} | {sqrts:g} | {' | '.join(cells)} | {' / '.join(f'{r:.3f}' for r in ratios)} |")
    print()
    print(f"vector-like quarks with K of stops, over those with their own: {with_k_of_stops()}")
    print()
    print(f"| fb at 13 TeV | {' | '.join(f'{m:g} GeV' for m in MASSES)} |")
    print("| --- " * (len(MASSES) + 1) + "|")
    for kind, pids in SHOWN:
        found = [partner_cross_sections(pids, (m, m)) for m in MASSES]
        for name in (name for name in found[0] if not any(words in name for words in LEFT_OUT)):
            print(f"| {kind}: {name} | {' | '.join(f'{one[name]:.3g}' for one in found)} |")


if __name__ == "__main__":
    main()
