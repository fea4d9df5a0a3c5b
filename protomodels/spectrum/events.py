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
from protomodels.spectrum.encoding import lines_of
from protomodels.spectrum.processes import MOST_PB
from protomodels.spectrum.spelling import number, whole

_EVENT: Final = re.compile(r"<event\b[^>]{0,400}>")
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
    return _inside(text, "slha").replace("<![CDATA[", "").replace("]]>", "")


def _inside(text: str, tag: str) -> str:
    """What stands between a tag before the first event and its end; empty where it does not."""
    first = _EVENT.search(text)
    last = first.start() if first else len(text)
    begin = re.compile(rf"<{tag}[\s>]").search(text, 0, last)  # <initrwgt> is another tag
    start = text.find(">", begin.start(), last) + 1 if begin else 0
    end = text.find(f"</{tag}", start, last) if start else -1
    return text[start:end] if end >= 0 else ""


def beams(text: str) -> Beams | None:
    """Beams, energy and cross section; None where the file does not say them.

    Raises
    ------
    ModelError: where ``<init>`` is there and cannot be read, or a cross section is negative.
    """
    # tags of weight generators may follow the lines of numbers
    lines = [line.split("#")[0].split() for line in lines_of(_inside(text, "init").partition("<")[0])]
    rows = [row for row in lines if row]
    if not rows:
        return None
    pids = [whole(word) for word in rows[0][:2]]
    energies = [number(word) for word in rows[0][2:4]]
    sigmas = [number(row[0]) for row in rows[1:]]
    numbers = [x for x in (*energies, *sigmas) if x is not None and 0.0 <= x <= MOST_PB]
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
        lines = [line.split("#")[0].split() for line in lines_of(text[found.end() : end])]
        rows = [row for row in lines if row]
        size = whole(rows[0][0]) if rows else None
        weight = number(rows[0][2]) if rows and len(rows[0]) > 2 else None
        if (
            size is None
            or not 0 < size <= MOST_PARTICLES
            or len(rows) <= size
            or weight is None
            or not math.isfinite(weight)
        ):
            allowed = "a line with the number of particles, process, weight and scales, then a line for each particle"
            raise ModelError(f"event {count}", " ".join(rows[0]) if rows else "nothing", allowed)
        yield weight, [_particle(row, count, size) for row in rows[1 : size + 1]]


def is_cut_off(text: str) -> bool:
    """Does the text end within an event?"""
    return text.rfind("<event") > text.rfind("</event")


def _particle(row: list[str], count: int, size: int) -> Particle:
    whole_numbers = [whole(word) for word in row[:4]]
    known = [n for n in whole_numbers if n is not None]
    mass = number(row[10]) if len(row) >= _COLUMNS else None
    if (
        len(known) < 4
        or known[0] == 0
        or mass is None
        or not math.isfinite(mass)
        or not all(0 <= m <= size for m in known[2:])
    ):
        allowed = "pid, status, two mothers, two colours, momentum, energy and mass"
        raise ModelError(f"event {count}", " ".join(row), allowed)
    return Particle(known[0], known[1], (known[2], known[3]), abs(mass))
