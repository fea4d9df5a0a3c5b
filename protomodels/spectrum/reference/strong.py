"""Squarks, gluino, stops and sbottoms: the strong force does not see chirality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from protomodels.settings import ReferenceOrder
from protomodels.spectrum.reference.look import Found, ordered
from protomodels.xsec import TABLE_ENERGIES, reference_cross_sections

GLUINO: Final = 1000021
LEFT: Final = (1000001, 1000002, 1000003, 1000004)

THIRD: Final = (1000005, 1000006, 2000005, 2000006)


def strong_pairs(masses: Mapping[int, float], order: ReferenceOrder) -> Found:
    """Pairs of squarks of one chirality, with each other and with the gluino; gluino, stop and sbottom pairs.

    Stops and sbottoms are made by their mass eigenstates: through gluons these do not mix.  Two squarks of different
    chirality have another matrix element (hep-ph/9610490), and no table.
    """
    found: Found = {}
    shared = {pid: masses[pid] for pid in (GLUINO, *THIRD) if pid in masses}
    for shift in (0, 1000000):
        own = {pid - shift: masses[pid] for pid in (p + shift for p in LEFT) if pid in masses}
        pairs, sigma = reference_cross_sections(shared | own, TABLE_ENERGIES, order)
        names = {pid: pid + shift for pid in LEFT}
        for (a, b), row in zip(pairs, sigma, strict=True):
            first, second = (_renamed(pid, names) for pid in (a, b))
            found[ordered(first, second)] = row
    return found


def _renamed(pid: int, names: Mapping[int, int]) -> int:
    bare = names.get(abs(pid), abs(pid))
    return bare if pid > 0 else -bare
