"""XSECTION sections: the cross sections that a file brings, the highest order of each pair and energy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from protomodels.errors import ModelError
from protomodels.model import Pair
from protomodels.production import SQRTS, CrossSections
from protomodels.spectrum.document import Document, Row
from protomodels.spectrum.known import SM
from protomodels.spectrum.spelling import number, whole

PB_TO_FB: Final = 1000.0
NOTHING: Final = 0
"""Second pid of a pair where one particle is produced alone: a resonance is the pair (0, pid) or (-pid, 0)."""
_PROTON: Final = 2212
MOST_PB: Final = 1e12
"""No cross section is larger: all that protons do at 13 TeV is 1e11 pb."""
_ROW: Final = "scale, QCD order, electroweak order, two scale factors, density, cross section in pb"

# larger is better: order, whether scales are the central ones, cross section
_Rank = tuple[int, bool, float]


def read_processes(document: Document, present: Collection[int], notes: list[str]) -> CrossSections | None:
    """The cross sections of XSECTION sections in fb, without references; None where the file has none.

    Of several values of one pair and energy that of the highest order in QCD counts, then that of central scales (scale
    factors of 0 or 1), then the largest, as in SModelS.  A pair without a value at one of the energies has 0 there.

    Parameters
    ----------
    present: positive pids of the new particles.

    Raises
    ------
    ModelError: where a row cannot be read, or a cross section is negative, no number, or larger than any.
    """
    best: dict[tuple[Pair, float], _Rank] = {}
    unknown: set[int] = set()
    several: set[tuple[int, ...]] = set()
    larger: set[Pair] = set()
    empty: set[tuple[int, ...]] = set()
    for section in document.processes:
        energy, beams, produced = _header(section.header)
        if beams != (_PROTON, _PROTON):
            notes.append(f"cross sections of beams {beams[0]} {beams[1]}, line {section.header.line}, are left out")
            continue
        absent = {abs(pid) for pid in produced if abs(pid) not in SM and abs(pid) not in present}
        if absent or all(abs(pid) in SM for pid in produced):
            unknown |= absent
            continue
        if len(produced) > 2:
            several.add(produced)
            continue
        if not section.rows:
            empty.add(produced)
        a, b = produced if len(produced) == 2 else sorted((NOTHING, *produced))
        pair = (a, b)
        for row in section.rows:
            rank = _rank(row)
            before = best.get((pair, energy))
            if before is not None and before[:2] == rank[:2] and before[2] != rank[2]:
                larger.add(pair)
            if before is None or rank > before:
                best[pair, energy] = rank
    if unknown:
        notes.append(f"cross sections of particles without a mass are left out: {_listed(unknown)}")
    if several:
        notes.append(f"production of three or more particles is left out: {len(several)} processes")
    if larger:
        notes.append(f"several cross sections of the same order: the larger counts, for {_listed(larger)}")
    if empty:
        notes.append(f"XSECTION without a value: {_listed(empty)}")
    if not best and document.processes and not empty:
        notes.append("no XSECTION of this file is of a new particle: reference cross sections are taken")
    return _table({key: rank[2] for key, rank in best.items()}, notes) if best else None


def _listed(items: Collection[object], most: int = 8) -> str:
    shown = [str(item) for item in sorted(items)]  # type: ignore[type-var]
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def _header(row: Row) -> tuple[float, tuple[int, int], tuple[int, ...]]:
    """Energy in TeV, beams, and the produced particles in ascending order."""
    words = row.words[1:]
    energy = number(words[0]) if words else None
    pids = [whole(word) for word in words[1:]]
    known = [pid for pid in pids if pid is not None]
    if energy is None or len(known) < 4 or len(known) < len(pids) or len(known) != 3 + known[2] or 0 in known[3:]:
        allowed = "XSECTION, energy in GeV, two beams, the number of particles and their pids"
        raise ModelError(f"XSECTION, line {row.line}", " ".join(words), allowed)
    if not 100.0 <= energy <= 1e6:
        raise ModelError(f"XSECTION, line {row.line}", energy, "an energy in GeV, such as 1.30E+04")
    return round(energy / 1000.0, 6), (known[0], known[1]), tuple(sorted(known[3:]))


def _rank(row: Row) -> _Rank:
    order = whole(row.words[1]) if len(row.words) > 6 else None
    value = number(row.words[6]) if len(row.words) > 6 else None
    if order is None or value is None:
        raise ModelError(f"XSECTION, line {row.line}", " ".join(row.words), _ROW)
    if not 0.0 <= value <= MOST_PB:
        raise ModelError(
            f"XSECTION, line {row.line}", value, f"a finite, non-negative cross section in pb, at most {MOST_PB:g}"
        )
    return order, all(number(word) in (0.0, 1.0) for word in row.words[3:5]), value


def _table(found: Mapping[tuple[Pair, float], float], notes: list[str]) -> CrossSections:
    pairs = tuple(sorted({pair for pair, _ in found}))
    sqrts = tuple(sorted({energy for _, energy in found}))
    sigma = np.array([[found.get((pair, energy), 0.0) for energy in sqrts] for pair in pairs]) * PB_TO_FB
    others = [energy for energy in sqrts if energy not in SQRTS]
    if others:
        shown, have = (" and ".join(f"{energy:g}" for energy in listed) for listed in (others, SQRTS))
        only = "only " if len(others) == len(sqrts) else ""
        notes.append(f"cross sections {only}at {shown} TeV, an energy that no result has: results are at {have} TeV")
    return CrossSections(pairs, sqrts, sigma, np.full_like(sigma, np.nan))


def canonical(sections: CrossSections, own: Collection[int]) -> CrossSections:
    """The same, particles that are their own antiparticles named by their positive pid; equal pairs are added."""
    rows: dict[Pair, list[float]] = {}
    for pair, values in zip(sections.pairs, sections.sigma.tolist(), strict=True):
        a, b = sorted(abs(pid) if abs(pid) in own else pid for pid in pair)
        before = rows.get((a, b))
        rows[a, b] = values if before is None else [x + y for x, y in zip(before, values, strict=True)]
    pairs = tuple(sorted(rows))
    sigma = np.array([rows[pair] for pair in pairs])
    return CrossSections(pairs, sections.sqrts, sigma, np.full_like(sigma, np.nan))
