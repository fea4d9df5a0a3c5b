"""Les Houches events (arXiv:hep-ph/0109068, hep-ph/0609017): the text's parts, and each event's particles.

The tags are found as text, and nothing outside is ever read: events are no XML that a strict parser would take, and
entities of an XML file could name other files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ModelError
from protomodels.spectrum.spelling import number, whole

_INIT: Final = re.compile(r"<init\b[^>]*>([^<]*)")
_SLHA: Final = re.compile(r"<slha\b[^>]*>(.*?)</slha\s*>", re.DOTALL | re.IGNORECASE)
_EVENT: Final = re.compile(r"<event\b[^>]*>")
_COLUMNS: Final = 11
MOST_PARTICLES: Final = 1000


@dataclass(frozen=True, slots=True)
class Particle:
    """A line of an event: signed pid, status (-1 incoming, 1 final, 2 decayed), lines of its mothers from 1, mass."""

    pid: int
    status: int
    mothers: tuple[int, int]
    mass: float


@dataclass(frozen=True, slots=True)
class Beams:
    """What ``<init>`` says: pids of the beams, energy in TeV, and the summed cross section in pb."""

    pids: tuple[int, int]
    sqrts: float
    sigma: float


def is_events(text: str) -> bool:
    """Is this the text of Les Houches events?"""
    return "<LesHouchesEvents" in text or "<event" in text


def banner(text: str) -> str:
    """The SLHA text in the header; empty where there is none."""
    found = _SLHA.search(text, 0, _first_event(text))
    return found[1].replace("<![CDATA[", "").replace("]]>", "") if found else ""


def _first_event(text: str) -> int:
    found = _EVENT.search(text)
    return found.start() if found else len(text)


def beams(text: str) -> Beams | None:
    """Beams, energy and cross section; None where the file does not say them.

    Raises
    ------
    ModelError: where ``<init>`` is there and cannot be read, or a cross section is negative.
    """
    found = _INIT.search(text, 0, _first_event(text))
    rows = [line.split("#")[0].split() for line in found[1].splitlines()] if found else []
    rows = [row for row in rows if row]
    if not rows:
        return None
    pids = [whole(word) for word in rows[0][:2]]
    energies = [number(word) for word in rows[0][2:4]]
    sigmas = [number(row[0]) for row in rows[1:]]
    numbers = [x for x in (*energies, *sigmas) if x is not None and math.isfinite(x) and x >= 0.0]
    if None in pids or len(pids) < 2 or len(energies) < 2 or not sigmas or len(numbers) < len(energies) + len(sigmas):
        allowed = "two beams and their energies in GeV, then a line with a cross section in pb for each process"
        raise ModelError("<init>", "; ".join(" ".join(row) for row in rows[:3]), allowed)
    return Beams((pids[0] or 0, pids[1] or 0), round(sum(numbers[:2]) / 1000.0, 6), sum(numbers[2:]))


def events(text: str) -> Iterator[tuple[float, list[Particle]]]:
    """Weight and particles of each event; a last one that is cut off is left out.

    Raises
    ------
    ModelError: naming the event by its number, where one of its lines cannot be read.
    """
    for count, found in enumerate(_EVENT.finditer(text), 1):
        end = text.find("</event", found.end())
        if end < 0:
            return
        lines = [line.split("#")[0].split() for line in text[found.end() : end].splitlines()]
        rows = [row for row in lines if row]
        size = whole(rows[0][0]) if rows else None
        weight = number(rows[0][2]) if rows and len(rows[0]) > 2 else None
        if size is None or not 0 < size <= MOST_PARTICLES or len(rows) <= size or weight is None:
            allowed = "a line with the number of particles, process, weight and scales, then a line for each particle"
            raise ModelError(f"event {count}", " ".join(rows[0]) if rows else "nothing", allowed)
        yield weight, [_particle(row, count, size) for row in rows[1 : size + 1]]


def _particle(row: list[str], count: int, size: int) -> Particle:
    whole_numbers = [whole(word) for word in row[:4]]
    known = [n for n in whole_numbers if n is not None]
    mass = number(row[10]) if len(row) >= _COLUMNS else None
    if len(known) < 4 or mass is None or not math.isfinite(mass) or not all(0 <= m <= size for m in known[2:]):
        allowed = "pid, status, two mothers, two colours, momentum, energy and mass"
        raise ModelError(f"event {count}", " ".join(row), allowed)
    return Particle(known[0], known[1], (known[2], known[3]), abs(mass))
