"""SLHA text as blocks, decays and cross sections: rows of words, each with its line; nothing is interpreted here.

Own, and not pyslha's: that one takes the rows of an unknown section (SPheno's DECAY1L) into DECAY, fails at words where
numbers belong, forgets all but the last of repeated blocks, and does not know the line of an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from protomodels.spectrum.encoding import lines_of
from protomodels.spectrum.spelling import number, whole

KEPT: Final = frozenset(
    {"MASS", "QNUMBERS", "SPINFO", "DCINFO", "NMIX", "IMNMIX", "NMNMIX", "UMIX", "IMUMIX", "VMIX", "IMVMIX", "STAUMIX"}
)
"""Blocks that are read."""
_TITLES: Final = frozenset({"BR", "BRS", "PDG", "NDA", "WIDTH"})
"""Titles of columns that lost their comment sign."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file.

    Attributes
    ----------
    line: its number, from 1.
    words: without the comment.
    comment: what stands after ``#``.
    """

    line: int
    words: list[str]
    comment: str


@dataclass(frozen=True, slots=True)
class Section:
    """A block, the decays of a particle, or the cross sections of a process.

    Attributes
    ----------
    header: its first line.
    rows: those that hold data.
    """

    header: Row
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Document:
    """An SLHA file.

    Attributes
    ----------
    blocks: those in ``KEPT``, by upper-case name, in the order of the file; a name may come several times.
    decays, processes: DECAY and XSECTION, in the order of the file.
    skipped: names of sections that are none of SLHA's.
    """

    blocks: dict[str, list[Section]]
    decays: list[Section]
    processes: list[Section]
    skipped: list[str]


def parse(text: str) -> Document:
    """The parts of an SLHA text.

    A line that begins with a number is a row of the section above; what stands after ``#`` is a comment, and so is
    a line that begins with another sign.  A word at the beginning of a line opens a section, known or not.
    """
    document = Document({}, [], [], [])
    current: Section | None = None
    for count, line in enumerate(lines_of(text), 1):
        content, _, comment = line.partition("#")
        words = content.split()
        if not words:
            continue
        first = words[0]
        if first[0].isdigit() or number(first) is not None:
            if current is not None:
                current.rows.append(Row(count, words, comment))
            continue
        if not first[0].isalpha():
            continue
        keyword = first.upper()
        row = Row(count, words, comment)
        if keyword == "BLOCK":
            title = words[1].upper() if len(words) > 1 else ""
            current = Section(row) if title in KEPT else None
            if current is not None:
                document.blocks.setdefault(title, []).append(current)
        elif keyword in ("DECAY", "XSECTION"):
            current = Section(row)
            (document.decays if keyword == "DECAY" else document.processes).append(current)
        elif current is not None and _is_decay(current, words):
            current.rows.append(row)
        elif _is_title(line, words):
            current = None
            document.skipped.append(first)
    return document


def _is_decay(current: Section, words: list[str]) -> bool:
    """A row of DECAY that has a word for its ratio: number of daughters and as many daughters follow."""
    return current.header.words[0].upper() == "DECAY" and len(words) > 2 and whole(words[1]) == len(words) - 2


def _is_title(line: str, words: list[str]) -> bool:
    """An unknown section, as DECAY1L 1000006 1.1; titles of columns and words further right are comments."""
    if len(words) > 1 and number(words[1]) is not None:
        return True
    return not line[0].isspace() and words[0].upper() not in _TITLES
