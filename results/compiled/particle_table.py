"""Which particles a compiled file knows: results are matched to the particles that the program had when it was made.

A file from before a particle was added cannot say what the particle's decays match, and has to be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from protomodels.particles import PARTICLES, SM_LABELS

ENTRY: Final = "particle_table"
"""Of a file's meta data."""


def particle_table(new: Iterable[int] | None = None, standard: Iterable[int] | None = None) -> str:
    """Fingerprint of what compiled results take from the particle tables: SHA-256 of their pids.

    Masses, walls and channels do not enter a compiled file: they may change without making it again.

    Parameters
    ----------
    new, standard: pids of new and of SM particles; those of :mod:`protomodels.particles` without.

    >>> particle_table() == particle_table(reversed(list(PARTICLES)), SM_LABELS)
    True
    >>> particle_table() == particle_table([*PARTICLES, 2000011], SM_LABELS)
    False
    """
    lists = (PARTICLES if new is None else new, SM_LABELS if standard is None else standard)
    text = ";".join(",".join(map(str, sorted(set(pids)))) for pids in lists)
    return hashlib.sha256(text.encode()).hexdigest()


def table_of(meta: Mapping[str, Any]) -> str:
    """The fingerprint of the table that a file was made with.

    Files of version 0.1.0 have no such entry, but list the kind of every particle they know: all that was taken from
    the table can be read there, so they need not be made again while it is the program's.
    """
    if ENTRY in meta:
        return str(meta[ENTRY])
    return particle_table(_bare(meta["kinds"]), _bare(meta["standard_codes"]))


def other_particles(meta: Mapping[str, Any]) -> str | None:
    """What is wrong with the particles of a file, in words; None where they are the program's."""
    if table_of(meta) == particle_table():
        return None
    missing = sorted(set(PARTICLES) - _bare(meta["kinds"]))
    names = ", ".join(f"{PARTICLES[pid].name} ({pid})" for pid in missing)
    return "made with another particle table" + (f", without {names}" if names else "")


def _bare(kinds: Mapping[str, int]) -> set[int]:
    return {abs(int(pid)) for pid in kinds}
