"""``python -m benchmarks.published.reference_orders``: cross sections of both orders beside published ones.

Figures as published: NNLL-fast 1.1 and the LHC SUSY cross section working group at 13 TeV, the tables of the
repository fuenfundachtzig/xsec at 13.6 TeV; fb.
"""

from __future__ import annotations

from benchmarks.common import machine
from protomodels.settings import REFERENCE_ORDERS, ReferenceOrder
from protomodels.xsec import reference_cross_sections

Pair = tuple[int, int]
Figures = tuple[tuple[float, float], ...]

GLUINO, STOP, SQUARK, SLEPTON = (
    ((1000021, 1000021),),
    ((-1000006, 1000006),),
    ((-1000001, 1000001),),
    ((-1000011, 1000011),),
)
WINOS = ((1000023, 1000024), (-1000024, 1000023))
HIGGSINOS = ((-1000037, 1000037),)
PUBLISHED: tuple[tuple[str, float, tuple[Pair, ...], Figures], ...] = (
    ("gluino pair", 13.0, GLUINO, ((500, 33.8e3), (700, 4.32e3), (1000, 385.0), (1500, 15.7), (2000, 1.01))),
    ("gluino pair", 13.6, GLUINO, ((1050, 342.607), (1500, 22.09296), (2100, 1.044346))),
    ("stop pair", 13.0, STOP, ((300, 9.920038e3), (600, 205.1436), (1000, 6.837272), (1500, 0.2576474))),
    ("stop pair", 13.6, STOP, ((350, 5341.689), (850, 28.03192), (1500, 0.3912252), (2100, 0.01676609))),
    ("one squark pair", 13.6, SQUARK, ((310, 9514.166), (850, 26.68951), (1500, 0.3751608))),
    (
        "X_W1 X_Z2",
        13.0,
        WINOS,
        ((150, 5180.86), (300, 386.936), (1000, 1.34352), (1500, 0.0795585), (2000, 0.00544778)),
    ),
    ("X_W1 X_Z2", 13.6, WINOS, ((1000, 1.634184), (2000, 0.01040186))),
    ("X_W2 pair", 13.0, HIGGSINOS, ((250, 106.302), (550, 4.02662), (950, 0.24241))),
    ("slepton pair", 13.0, SLEPTON, ((200, 21.94), (500, 0.4836), (1000, 0.01072))),
)


def total(m: float, sqrts: float, pairs: tuple[Pair, ...], order: ReferenceOrder) -> float:
    """The sum of some pairs, all of one mass, fb."""
    pids = {abs(p) for pair in pairs for p in pair}
    light = {1000022: 10.0} | ({1000024: m} if 1000037 in pids else {})
    found, sigma = reference_cross_sections(light | dict.fromkeys(pids, m), [sqrts], order)
    return sum(float(sigma[found.index(pair), 0]) for pair in pairs)


def main() -> None:
    """Print the table."""
    lines = [f"| pair | TeV | GeV | published, fb | {' | '.join(REFERENCE_ORDERS)} |", "| --- " * 6 + "|"]
    for name, sqrts, pairs, figures in PUBLISHED:
        for m, figure in figures:
            ratios = [f"{total(m, sqrts, pairs, order) / figure:.3f}" for order in REFERENCE_ORDERS]
            lines.append(f"| {name} | {sqrts:g} | {m:g} | {figure:g} | {' | '.join(ratios)} |")
    print(machine())
    print("\n".join(lines))


if __name__ == "__main__":
    main()
