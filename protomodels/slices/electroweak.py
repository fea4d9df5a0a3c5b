"""Decays of charginos and neutralinos into each other, all sfermions being heavy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from protomodels.channels import OFF_SHELL
from protomodels.slices import inos as coupling
from protomodels.slices.constants import MH, MW, MZ, WIDTH_W, WIDTH_Z
from protomodels.slices.inos import Inos
from protomodels.slices.widths import to_higgs, to_vector, to_virtual

NEUTRAL: Final = (1000022, 1000023, 1000025, 1000035)
CHARGED: Final = (1000024, 1000037)
Widths = dict[tuple[int, ...], float]
"""GeV, by the signed daughters."""
_W: Final = (MW, WIDTH_W)
_Z: Final = (MZ, WIDTH_Z)


def ino_widths(own: Inos) -> Mapping[int, Widths]:
    """Partial widths of all charginos and neutralinos, by pid; none of the lightest."""
    found: dict[int, Widths] = {pid: {} for pid in (*NEUTRAL, *CHARGED)}
    wl, wr = coupling.w_couplings(own)
    zl, zr = coupling.z_neutral(own)
    h = coupling.h_neutral(own)
    cl, cr = coupling.z_charged(own)
    hl, hr = coupling.h_charged(own)
    for i, mother in enumerate(NEUTRAL):
        mass = float(own.neutral[i])
        for j in range(i):
            daughter = float(own.neutral[j])
            _boson(found[mother], mass, daughter, NEUTRAL[j], 23, zl[i, j], zr[i, j])
            _add(found[mother], (NEUTRAL[j], 25), to_higgs(mass, daughter, MH, h[i, j], h[i, j]))
        for j, daughter_pid in enumerate(CHARGED):
            if own.charged[j] < abs(mass):
                for sign in (1, -1):
                    where = found[mother], mass, float(own.charged[j]), sign * daughter_pid
                    _boson(*where, -sign * 24, wl[i, j], wr[i, j])
    for j, mother in enumerate(CHARGED):
        mass = float(own.charged[j])
        for i, daughter_pid in enumerate(NEUTRAL):
            if abs(own.neutral[i]) < mass:
                _boson(found[mother], mass, float(own.neutral[i]), daughter_pid, 24, wl[i, j], wr[i, j])
        for i in range(j):
            _boson(found[mother], mass, float(own.charged[i]), CHARGED[i], 23, cl[j, i], cr[j, i])
            _add(found[mother], (CHARGED[i], 25), to_higgs(mass, float(own.charged[i]), MH, hl[j, i], hr[j, i]))
    return found


def _boson(where: Widths, m: float, daughter: float, pid: int, boson: int, left: float, right: float) -> None:
    """Add the decay with a W or Z, or with the fermions of a virtual one."""
    gap, (mass, width) = abs(m) - abs(daughter), _W if abs(boson) == 24 else _Z
    if gap > mass:
        _add(where, (pid, boson), to_vector(m, daughter, mass, left, right))
        return
    total = to_virtual(m, daughter, (mass, width), left, right)
    for share, fermions in OFF_SHELL[abs(boson)]:
        _add(where, (pid, *_of_boson(boson, fermions)), total * share)


def _of_boson(boson: int, fermions: tuple[int, int]) -> tuple[int, int]:
    """Signed fermions of a W+, W- or Z.

    >>> _of_boson(24, (1, 2)), _of_boson(-24, (11, 12)), _of_boson(23, (5, 5))
    ((-1, 2), (11, -12), (-5, 5))
    """
    first, second = fermions
    return (first, -second) if boson == -24 else (-first, second)


def _add(where: Widths, daughters: tuple[int, ...], width: float) -> None:
    if width > 0.0:
        where[daughters] = where.get(daughters, 0.0) + width
