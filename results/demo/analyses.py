"""The twenty-two demo analyses: who selects what, with which sensitivity.  All of them are made up."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

Kind = Literal["UL", "UL+expected", "EM"]

LUMI: Final[dict[int, float]] = {8: 20.0, 13: 40.0}
"""Integrated luminosity in 1/fb by sqrt(s) in TeV, round on purpose."""

ANY: Final = 99
"""Upper end of an open range of multiplicities."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """One synthetic analysis.

    Attributes
    ----------
    id: its SModelS id, with DEMO in it.
    sqrts: TeV.
    leptons, bjets: the smallest and the largest number selected, both ends included.
    kind: upper limit maps without or with expected limits, or efficiency maps.
    topologies: txNames.
    inclusive: background events above the loosest threshold.
    peak: the largest efficiency.
    thresholds: lower edges in GeV of the signal regions in the mass gap (EM only).
    """

    id: str
    sqrts: int
    leptons: tuple[int, int]
    bjets: tuple[int, int]
    kind: Kind
    topologies: tuple[str, ...]
    inclusive: float
    peak: float
    thresholds: tuple[float, ...] = ()

    @property
    def experiment(self) -> str:
        """ATLAS or CMS."""
        return self.id.split("-", 1)[0]

    @property
    def lumi(self) -> float:
        """1/fb."""
        return LUMI[self.sqrts]

    @property
    def title(self) -> str:
        """What it selects, in words that say that it is synthetic."""
        leptons = "no lepton" if self.leptons == (0, 0) else f"{_span(self.leptons)} leptons"
        return f"SYNTHETIC demo: {leptons}, {_span(self.bjets)} b-jets, missing energy"


def _span(limits: tuple[int, int]) -> str:
    low, high = limits
    if high == ANY:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


_L0, _L1, _L2, _L3 = (0, 0), (1, 1), (2, 2), (3, 3)
_B0, _B12, _B3 = (0, 0), (1, 2), (3, ANY)
_WIDE: Final = (250.0, 400.0, 550.0, 750.0)
_THREE: Final = (250.0, 420.0, 600.0)
_TWO: Final = (300.0, 500.0)

ANALYSES: Final = (
    Analysis("ATLAS-DEMO-2012-01", 8, _L0, _B0, "UL+expected", ("T2", "T1"), 400.0, 0.28),
    Analysis("ATLAS-DEMO-2012-02", 8, _L0, _B12, "EM", ("T2tt", "T2bb", "T1bbbb"), 90.0, 0.22, _THREE),
    Analysis("ATLAS-DEMO-2012-03", 8, _L1, _B12, "UL", ("T2tt",), 60.0, 0.12),
    Analysis("ATLAS-DEMO-2012-04", 8, _L2, _B0, "UL+expected", ("TSlepSlep", "TChiWW"), 60.0, 0.25),
    Analysis("CMS-DEMO-2012-01", 8, _L0, _B0, "EM", ("T2", "T1"), 330.0, 0.27, _WIDE),
    Analysis("CMS-DEMO-2012-02", 8, _L0, _B12, "UL", ("T2bb", "T1bbbb", "T1tttt"), 120.0, 0.20),
    Analysis("CMS-DEMO-2012-03", 8, _L1, _B12, "UL+expected", ("T2tt",), 40.0, 0.15),
    Analysis("CMS-DEMO-2012-04", 8, _L3, _B0, "UL", ("TChiWZ",), 25.0, 0.15),
    Analysis("ATLAS-DEMO-2016-01", 13, _L0, _B0, "EM", ("T2", "T1"), 2400.0, 0.28, _WIDE),
    Analysis("ATLAS-DEMO-2016-02", 13, _L0, _B12, "UL+expected", ("T2tt", "T2bb"), 1500.0, 0.22),
    Analysis("ATLAS-DEMO-2016-03", 13, _L1, _B12, "EM", ("T2tt",), 500.0, 0.12, _THREE),
    Analysis("ATLAS-DEMO-2016-04", 13, _L2, _B0, "EM", ("TSlepSlep", "TChiWW"), 150.0, 0.25, _TWO),
    Analysis("ATLAS-DEMO-2016-05", 13, _L3, _B0, "UL+expected", ("TChiWZ",), 60.0, 0.15),
    Analysis("ATLAS-DEMO-2016-06", 13, _L0, _B0, "UL", ("T2",), 2600.0, 0.25),
    Analysis("ATLAS-DEMO-2016-07", 13, (0, 1), _B3, "UL+expected", ("T1tttt", "T1bbbb"), 90.0, 0.20),
    Analysis("CMS-DEMO-2016-01", 13, _L0, _B0, "UL+expected", ("T2", "T1"), 2600.0, 0.28),
    Analysis("CMS-DEMO-2016-02", 13, _L0, _B12, "EM", ("T2tt", "T2bb", "T1bbbb"), 1300.0, 0.22, _WIDE),
    Analysis("CMS-DEMO-2016-03", 13, _L1, _B12, "UL+expected", ("T2tt",), 600.0, 0.14),
    Analysis("CMS-DEMO-2016-04", 13, _L2, _B0, "UL", ("TSlepSlep",), 120.0, 0.25),
    Analysis("CMS-DEMO-2016-05", 13, _L3, _B0, "EM", ("TChiWZ",), 80.0, 0.15, _THREE),
    Analysis("CMS-DEMO-2016-06", 13, _L2, _B12, "EM", ("T2tt",), 130.0, 0.06, _TWO),
    Analysis("CMS-DEMO-2016-07", 13, _L0, (0, ANY), "UL", ("T1", "T1tttt"), 900.0, 0.25),
)


def disjoint(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """True where two closed ranges share no value.

    >>> disjoint((0, 0), (1, 2)), disjoint((0, 1), (1, 2))
    (True, False)
    """
    return first[1] < second[0] or second[1] < first[0]


def combinable_pairs() -> list[list[str]]:
    """Pairs of one experiment and energy that no event can pass both: other leptons, or other b-jets."""
    return [
        sorted((a.id, b.id))
        for a, b in combinations(ANALYSES, 2)
        if (a.experiment, a.sqrts) == (b.experiment, b.sqrts)
        and (disjoint(a.leptons, b.leptons) or disjoint(a.bjets, b.bjets))
    ]
