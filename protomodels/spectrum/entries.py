"""What the blocks of an SLHA document say: masses, quantum numbers, mixing, and whether the point is valid."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from protomodels.errors import ModelError
from protomodels.spectrum.document import Document, Row
from protomodels.spectrum.known import HADRONS, NEW, SM, Numbers
from protomodels.spectrum.spectrum import Matrix
from protomodels.spectrum.spelling import number, whole

COLOURS: Final = (1, 3, 6, 8)
_LARGEST: Final = 2.0
"""Entry of a mixing matrix, which rounding may bring above 1."""
MOST: Final = 1000
"""New particles, at most."""


@dataclass(frozen=True, slots=True)
class Mass:
    """A mass as the file has it: GeV with its sign, and what its comment calls the particle."""

    value: float
    comment: str


def check_valid(document: Document, allow_invalid: bool, notes: list[str]) -> None:
    """Take up the warnings of the programs that wrote the file, and their errors, entry 4 of SPINFO and DCINFO.

    Raises
    ------
    ModelError: with the program's words, where it says that the point is not valid and this is not allowed.
    """
    for title in ("SPINFO", "DCINFO"):
        rows = [row for section in document.blocks.get(title, ()) for row in section.rows]
        for row in rows:
            said = " ".join(row.words[1:]).strip("\"' ") or row.comment.strip() or "no words"
            if row.words[0] == "3":
                notes.append(f"{title} warns: {said}")
            if row.words[0] == "4":
                if not allow_invalid:
                    allowed = "a point that its generator calls valid, or allow_invalid=True"
                    raise ModelError(f"{title} 4, line {row.line}", said, allowed)
                notes.append(f"{title} calls this point invalid: {said}")


def read_masses(document: Document, declared: Collection[int], name: str, notes: list[str]) -> dict[int, Mass]:
    """Masses of the new particles by positive pid; of repeated ones the last.

    Parameters
    ----------
    declared: pids that QNUMBERS blocks say to be new.

    Raises
    ------
    ModelError: where there is no MASS block, or an entry is no mass.
    """
    sections = document.blocks.get("MASS")
    if not sections:
        raise ModelError(name, "text without a MASS block", "SLHA with a MASS block, or LHE events")
    found: dict[int, Mass] = {}
    again = []
    for row in (row for section in sections for row in section.rows):
        pid, value = _entry(row, "MASS")
        if abs(pid) in SM or (abs(pid) in HADRONS and abs(pid) not in declared):
            continue
        if abs(pid) in found:
            again.append(abs(pid))
        found[abs(pid)] = Mass(value, row.comment)
    if len(sections) > 1 or again:
        what = f"{len(sections)} MASS blocks are merged" if len(sections) > 1 else "the MASS block repeats entries"
        twice = ", ".join(f"{pid} ({found[pid].value:g} GeV)" for pid in dict.fromkeys(again))
        notes.append(f"{what}; the later entry counts{f': {twice}' if twice else ''}")
    if not 0 < len(found) <= MOST:
        shown = f"{len(found)} new particles" if found else "no new particle"
        raise ModelError(f"{name}: MASS", shown, f"1 to {MOST} particles beyond the Standard Model")
    return found


def _entry(row: Row, block: str) -> tuple[int, float]:
    """A pid and a finite number."""
    where, allowed = f"{block}, line {row.line}", "a pid and a finite number in GeV"
    pid, value = whole(row.words[0]), number(row.words[1]) if len(row.words) > 1 else None
    if pid is None or pid == 0 or value is None or not math.isfinite(value):
        raise ModelError(where, " ".join(row.words), allowed)
    return pid, value


def read_qnumbers(document: Document, notes: list[str]) -> dict[int, Numbers]:
    """Quantum numbers of QNUMBERS blocks, by positive pid.

    Entries are three times the charge, the number of spin states, the colour representation, and 0 for a particle that
    is its own antiparticle (arXiv:0712.3311, UFO and MadGraph).

    Raises
    ------
    ModelError: naming block and entry.
    """
    found: dict[int, Numbers] = {}
    for section in document.blocks.get("QNUMBERS", ()):
        words = section.header.words
        pid = whole(words[2]) if len(words) > 2 else None
        if pid is None or pid == 0:
            raise ModelError(f"QNUMBERS, line {section.header.line}", " ".join(words), "a pid after QNUMBERS")
        if abs(pid) in SM:
            notes.append(f"QNUMBERS {pid} is left out: that is a particle of the Standard Model")
            continue
        values = {}
        for row in section.rows:
            key, value = whole(row.words[0]), whole(row.words[1]) if len(row.words) > 1 else None
            if key is None or value is None:
                raise ModelError(f"QNUMBERS {pid}, line {row.line}", " ".join(row.words), "two whole numbers")
            values[key] = value
        if not {1, 2, 3} <= set(values):
            notes.append(f"QNUMBERS {pid} lacks charge, spin states or colour, and is not used")
            continue
        charge, states, colour = values[1], values[2], abs(values[3])
        if colour not in COLOURS or states < 1 or max(abs(charge), states) > 60:
            shown = f"charge {charge}/3, {values[2]} spin states, colour {values[3]}"
            raise ModelError(f"QNUMBERS {pid}", shown, "at least 1 spin state, and colour 1, 3, 6 or 8")
        label = (words[3:] or section.header.comment.split() or [str(abs(pid))])[0]
        complex_ = charge != 0 or colour not in (1, 8)
        own = values.get(4, int(complex_)) == 0
        if own and complex_:
            notes.append(f"QNUMBERS {pid} says its own antiparticle, which nothing of this charge and colour can be")
            own = False
        if abs(pid) in found:
            notes.append(f"QNUMBERS {pid} comes twice; the later block counts")
        found[abs(pid)] = Numbers(states - 1, charge if pid > 0 else -charge, colour, own, label)
        usual = NEW.get(abs(pid))
        if usual is not None and replace(usual, name=label) != found[abs(pid)]:
            notes.append(f"QNUMBERS {pid} makes it another particle than {usual.name}; the block counts")
    return found


def read_mixing(document: Document, masses: Mapping[int, Mass]) -> dict[str, Matrix]:
    """Mixing matrices by the name of their block, imaginary parts (IMNMIX) added, and signs of masses taken in.

    SLHA's real NMIX may come with negative masses: such a row times i belongs to a positive one (arXiv:0801.0045,
    section 4).  Entries that the file leaves out are zero; a matrix larger than those of the NMSSM is another model's,
    and left out.
    """
    found = {}
    for name, sizes in (("NMIX", (4, 5)), ("UMIX", (2,)), ("VMIX", (2,)), ("STAUMIX", (2,))):
        names = (name, f"NM{name}") if name == "NMIX" else (name,)  # NMNMIX is the NMSSM's
        real, imaginary = (_entries(document, [f"{part}{each}" for each in names]) for part in ("", "IM"))
        largest = max((max(place) + 1 for place in real | imaginary), default=sizes[-1] + 1)
        size = next((size for size in sizes if largest <= size), 0)
        if size:
            found[name] = tuple(
                tuple(phase * complex(real.get((i, j), 0.0), imaginary.get((i, j), 0.0)) for j in range(size))
                for i, phase in enumerate(_phase(name, row, masses) for row in range(size))
            )
    return found


def _entries(document: Document, blocks: list[str]) -> dict[tuple[int, int], float]:
    """Numbers of a matrix by row and column, from 0."""
    found = {}
    for block in blocks:
        for row in (row for section in document.blocks.get(block, ()) for row in section.rows):
            place = [whole(word) or 0 for word in row.words[:2]]
            value = number(row.words[2]) if len(row.words) > 2 else None
            if value is None or not abs(value) <= _LARGEST or min(place) < 1:
                raise ModelError(f"{block}, line {row.line}", " ".join(row.words), "row, column and a number up to 1")
            found[place[0] - 1, place[1] - 1] = value
    return found


def _phase(block: str, row: int, masses: Mapping[int, Mass]) -> complex:
    """What a row of NMIX or VMIX is multiplied by, so that it belongs to a positive mass."""
    pids = {"NMIX": (1000022, 1000023, 1000025, 1000035, 1000045), "VMIX": (1000024, 1000037)}.get(block, ())
    negative = row < len(pids) and pids[row] in masses and masses[pids[row]].value < 0.0
    return 1.0 if not negative else 1.0j if block == "NMIX" else -1.0
