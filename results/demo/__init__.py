"""The demo results: a miniature LHC that is entirely SYNTHETIC, shipped with the program.

No number in it was measured: smooth formulas give the efficiencies and the expected limits, a seeded
generator gives the counts, and one hidden proto-model (:mod:`protomodels.results.demo.hidden`) was injected.  The three
files beside this one are made by ``python -m protomodels.results.demo.make`` and never edited by hand.

    analyses   which analyses there are, and what they select
    shapes     efficiencies and limits as smooth functions of masses
    universe   what is observed: random numbers with the hidden model in them
    hidden     that model
    text       all of it as a SModelS text database
    make       writes the files, or compares with them
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parent

ARCHIVE: Final = _HERE / "demo.tar.xz"
"""SModelS text database, one folder ``synthetic-demo-1`` inside."""
HIDDEN: Final = _HERE / "hidden.json"
"""The injected proto-model with its cross sections (fb) and the signal it leaves in every result."""
COMBINABLE: Final = _HERE / "combinable.json"
"""Pairs of demo analyses of one experiment and energy whose selections do not overlap."""

__all__ = ["ARCHIVE", "COMBINABLE", "HIDDEN"]
