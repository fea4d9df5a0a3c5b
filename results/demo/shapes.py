"""The analytic world behind the demo: topologies, mass grids, efficiencies, backgrounds, expected limits.

Nothing here was fitted to anything.  Efficiencies turn on as logistic functions of the mass gap (what the
visible products carry) and of the mother's mass; backgrounds fall exponentially with the gap's threshold.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

TURN_ON: Final = 80.0
"""GeV; width of the turn-on of a coloured topology."""
TAIL: Final = 0.15
"""The share of a region's efficiency that stays above its window."""


@dataclass(frozen=True, slots=True)
class Topology:
    """One simplified topology: pair production, both mothers decay alike to the LBP.

    Attributes
    ----------
    name: SModelS txName.
    constraint: in the bracket notation of SModelS text databases.
    condition: likewise, or "None".
    gap: the smallest mass gap in GeV of its grids.
    lightest: the smallest mother mass in GeV of its grids.
    heaviest: the largest mother mass in GeV at 8 and at 13 TeV.
    step: spacing of the mother masses in GeV.
    scale: its energies relative to the coloured topologies.
    """

    name: str
    constraint: str
    gap: float
    lightest: float
    heaviest: tuple[float, float]
    step: float
    scale: float = 1.0
    condition: str = "None"


_E, _MU = "[[['e+']],[['e-']]]", "[[['mu+']],[['mu-']]]"
_ROWS: Final = (
    Topology("T2", "[[['jet']],[['jet']]]", 50.0, 300.0, (1200.0, 1700.0), 100.0),
    Topology("T2bb", "[[['b']],[['b']]]", 50.0, 250.0, (1150.0, 1550.0), 100.0),
    Topology("T2tt", "[[['t']],[['t']]]", 190.0, 250.0, (1150.0, 1550.0), 100.0),
    Topology("T1", "[[['jet','jet']],[['jet','jet']]]", 100.0, 400.0, (1600.0, 2350.0), 150.0),
    Topology("T1bbbb", "[[['b','b']],[['b','b']]]", 100.0, 400.0, (1600.0, 2350.0), 150.0),
    Topology("T1tttt", "[[['t','t']],[['t','t']]]", 360.0, 550.0, (1600.0, 2350.0), 150.0),
    Topology("TChiWZ", "[[['W']],[['Z']]]", 100.0, 125.0, (575.0, 1025.0), 75.0, 0.4),
    Topology("TChiWW", "[[['W+']],[['W-']]]", 90.0, 125.0, (575.0, 1025.0), 75.0, 0.4),
    Topology("TSlepSlep", f"{_E}+{_MU}", 30.0, 100.0, (550.0, 850.0), 75.0, 0.4, condition=f"Cgtr({_MU},{_E})"),
)
TOPOLOGIES: Final[dict[str, Topology]] = {row.name: row for row in _ROWS}

LBP_FRACTIONS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def grid(topology: Topology, sqrts: int) -> list[tuple[float, float]]:
    """(mother, LBP) masses in GeV: a coarse fan, the LBP at five fractions of the largest allowed mass."""
    top = topology.heaviest[0 if sqrts == 8 else 1]
    count = round((top - topology.lightest) / topology.step)
    mothers = [topology.lightest + topology.step * i for i in range(count + 1)]
    return [(m, round(f * (m - topology.gap), 1)) for m in mothers for f in LBP_FRACTIONS]


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))


def acceptance(topology: Topology, mother: float, lbp: float) -> float:
    """The efficiency (0..1) of an inclusive selection at these masses in GeV, before its peak value."""
    gap = (mother - lbp) / topology.scale
    return logistic((gap - 250.0) / TURN_ON) * logistic((mother / topology.scale - 350.0) / 150.0)


def region_efficiency(topology: Topology, mother: float, lbp: float, window: tuple[float, float], peak: float) -> float:
    """The efficiency of a signal region that selects mass gaps inside ``window`` (GeV, coloured scale)."""
    gap = (mother - lbp) / topology.scale
    rise = logistic((gap - window[0]) / TURN_ON)
    fall = 1.0 if math.isinf(window[1]) else TAIL + (1.0 - TAIL) * logistic((window[1] - gap) / TURN_ON)
    return peak * rise * fall * logistic((mother / topology.scale - 350.0) / 150.0)


def background(inclusive: float, threshold: float) -> float:
    """Expected background events above ``threshold`` GeV of mass gap, ``inclusive`` events at 250 GeV."""
    return inclusive * math.exp(-(threshold - 250.0) / 170.0)


def expected_limit(topology: Topology, mother: float, lbp: float, inclusive: float, peak: float, lumi: float) -> float:
    """The expected 95% CL limit in fb on sigma x BR at these masses in GeV, ``lumi`` in 1/fb.

    About 1.96 standard deviations of a background that falls with the mass gap and is known to 10%, and never
    less than three events.
    """
    gap = (mother - lbp) / topology.scale
    events = background(inclusive, min(gap, 900.0) * 0.75)
    limit = max(3.0, 1.96 * math.sqrt(events + (0.1 * events) ** 2 + 1.0))
    return limit / (lumi * peak * max(acceptance(topology, mother, lbp), 1e-3))
