"""What the blocks of an SLHA document say: masses, quantum numbers, mixing, and whether the point is valid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from protomodels.errors import ModelError
from protomodels.spectrum.document import Document, Row
from protomodels.spectrum.known import SM, Numbers
from protomodels.spectrum.spectrum import Matrix
from protomodels.spectrum.spelling import number, whole

COLOURS: Final = (1, 3, 6, 8)


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


def read_masses(document: Document, name: str, notes: list[str]) -> dict[int, Mass]:
    """Masses of the new particles by positive pid; of repeated ones the last.

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
        if abs(pid) in SM:
            continue
        if abs(pid) in found:
            again.append(abs(pid))
        found[abs(pid)] = Mass(value, row.comment)
    if len(sections) > 1 or again:
        what = f"{len(sections)} MASS blocks are merged" if len(sections) > 1 else "the MASS block repeats entries"
        twice = ", ".join(f"{pid} ({found[pid].value:g} GeV)" for pid in dict.fromkeys(again))
        notes.append(f"{what}; the later entry counts{f': {twice}' if twice else ''}")
    if not found:
        raise ModelError(f"{name}: MASS", "no new particle", "at least one particle beyond the Standard Model")
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
        own = values.get(4, int(charge != 0 or colour not in (1, 8))) == 0
        if abs(pid) in found:
            notes.append(f"QNUMBERS {pid} comes twice; the later block counts")
        found[abs(pid)] = Numbers(states - 1, charge if pid > 0 else -charge, colour, own, label)
    return found


def read_mixing(document: Document, masses: dict[int, Mass]) -> dict[str, Matrix]:
    """Mixing matrices by the name of their block, imaginary parts (IMNMIX) added, and signs of masses taken in.

    SLHA's real NMIX may come with negative masses: such a row times i belongs to a positive one (arXiv:0801.0045,
    section 4).  Rows and columns that the file leaves out are zero.
    """
    found = {}
    signed = {"NMIX": (1000022, 1000023, 1000025, 1000035, 1000045), "VMIX": (1000024, 1000037)}
    for title, size in (("NMIX", 4), ("NMNMIX", 5), ("UMIX", 2), ("VMIX", 2), ("STAUMIX", 2)):
        entries: dict[tuple[int, int], complex] = {}
        for block, unit in ((title, 1.0), (f"IM{title}", 1.0j)):
            for row in (row for section in document.blocks.get(block, ()) for row in section.rows):
                place = tuple(whole(word) or 0 for word in row.words[:2])
                value = number(row.words[2]) if len(row.words) > 2 else None
                if len(place) < 2 or not all(0 < i <= size for i in place):
                    continue
                if value is None or not abs(value) <= 2.0:
                    raise ModelError(f"{block}, line {row.line}", " ".join(row.words), "row, column, number up to 1")
                before = entries.get((place[0], place[1]), 0.0)
                kept = before.imag * 1.0j if unit == 1.0 else before.real
                entries[place[0], place[1]] = kept + unit * value
        if not entries:
            continue
        name = title.removeprefix("NM") if title == "NMNMIX" else title
        pids = signed.get(name, ())
        phases = [
            (1.0j if name == "NMIX" else -1.0)
            if i < len(pids) and pids[i] in masses and masses[pids[i]].value < 0.0
            else 1.0
            for i in range(size)
        ]
        found[name] = tuple(
            tuple(phases[i] * entries.get((i + 1, j + 1), 0.0) for j in range(size)) for i in range(size)
        )
    return found
