"""Widths and decays of an SLHA document's DECAY sections, as they stand there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ModelError
from protomodels.model import ROUNDING
from protomodels.spectrum.document import Document, Row, Section
from protomodels.spectrum.known import SM
from protomodels.spectrum.spelling import number, whole

MOST_DAUGHTERS: Final = 12


@dataclass(frozen=True, slots=True)
class Rates:
    """Width and decays of one particle.

    Attributes
    ----------
    width: GeV, not negative.
    decays: ratio by the signed pids of the daughters in ascending order.
    """

    width: float
    decays: dict[tuple[int, ...], float]


def read_rates(document: Document, masses: Mapping[int, object], notes: list[str]) -> dict[int, Rates]:
    """Rates of the new particles by positive pid; those of an antiparticle only where the particle has none.

    Raises
    ------
    ModelError: naming particle, line and word, where a width or a decay cannot be read.
    """
    found: dict[int, Rates] = {}
    again, bare, invisible = [], [], []
    for section in document.decays:
        words = section.header.words
        pid = whole(words[1]) if len(words) > 1 else None
        if pid is None or pid == 0:
            raise ModelError(f"DECAY, line {section.header.line}", " ".join(words), "DECAY, a pid and a width in GeV")
        if abs(pid) not in masses:
            bare += [pid] if abs(pid) not in SM else []
            invisible += [pid] if abs(pid) in SM and _is_into(section, masses) else []
            continue
        rates = Rates(_width(pid, section.header, notes), _decays(pid, section, notes))
        if pid in found:
            again.append(pid)
        found[pid] = rates
    if again:
        listed = ", ".join(map(str, dict.fromkeys(again)))
        notes.append(f"two DECAY sections for {listed}; the later one counts")
    if bare:
        notes.append(f"decays of particles without a mass are left out: {', '.join(map(str, dict.fromkeys(bare)))}")
    if invisible:
        listed = ", ".join(map(str, dict.fromkeys(invisible)))
        notes.append(f"decays of {listed} into new particles are not followed, as in SModelS")
    both = sorted(pid for pid in found if pid > 0 and -pid in found)
    if both:
        listed = ", ".join(map(str, both))
        notes.append(f"decays of the antiparticles of {listed} are left out: they are taken as those of the particles")
    conjugated = {-pid: Rates(r.width, {conjugate(d): b for d, b in r.decays.items()}) for pid, r in found.items()}
    return {pid: r for pid, r in (conjugated | found).items() if pid > 0}


def _is_into(section: Section, masses: Mapping[int, object]) -> bool:
    """Do these decays lead to a new particle?"""
    return any(abs(whole(word) or 0) in masses for row in section.rows for word in row.words[2:])


def conjugate(daughters: tuple[int, ...]) -> tuple[int, ...]:
    """The antiparticles, of the Standard Model's neutral bosons themselves; of new particles one cannot know yet."""
    return tuple(sorted(d if abs(d) in SM and SM[abs(d)].self_conjugate else -d for d in daughters))


def _width(pid: int, header: Row, notes: list[str]) -> float:
    where = f"DECAY {pid}, line {header.line}"
    word = header.words[2] if len(header.words) > 2 else "nothing"
    width = number(word)
    if width is None:
        allowed = "a width in GeV: widths must be computed first (MadGraph: compute_widths, or launch once)"
        raise ModelError(where, word, allowed)
    if not math.isfinite(width):
        raise ModelError(where, word, "a finite width in GeV")
    if width < 0.0:
        notes.append(f"the width of {pid} is negative ({width:g} GeV): its magnitude is taken, as SModelS does")
    return abs(width)


def _decays(pid: int, section: Section, notes: list[str]) -> dict[tuple[int, ...], float]:
    found: dict[tuple[int, ...], float] = {}
    for row in section.rows:
        where, shown = f"DECAY {pid}, line {row.line}", " ".join(row.words)
        allowed = "a ratio, the number of daughters and their pids"
        ratio, count = number(row.words[0]), whole(row.words[1]) if len(row.words) > 1 else None
        if ratio is None or not math.isfinite(ratio) or count is None or not 0 < count <= MOST_DAUGHTERS:
            raise ModelError(where, shown, allowed)
        daughters = [whole(word) for word in row.words[2 : 2 + count]]
        known = [d for d in daughters if d]
        if len(known) < count or any(whole(word) for word in row.words[2 + count : 3 + count]):
            raise ModelError(where, shown, f"{count} daughters' pids after the number {count}")
        if ratio < -ROUNDING:
            notes.append(f"the ratio of {pid} -> {' '.join(map(str, known))} is negative ({ratio:g}) and left out")
        elif ratio > 0.0:
            key = tuple(sorted(known))
            found[key] = found.get(key, 0.0) + ratio
    return found
