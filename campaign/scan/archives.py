"""The members of tar archives, packed or not; they are read one after the other, never unpacked to disk."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from protomodels.spectrum.encoding import LIMIT

SUFFIXES: Final = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
SEPARATOR: Final = "::"
"""Between the name of an archive and that of a member."""
_BROKEN: Final = (tarfile.TarError, OSError, EOFError, zlib.error, lzma.LZMAError)


def is_archive(path: str) -> bool:
    """Is this the name of a tar archive?

    >>> is_archive("scan.tar.gz"), is_archive("point.slha.gz")
    (True, False)
    """
    return path.lower().endswith(SUFFIXES)


def members(path: str, is_wanted: Callable[[str], bool]) -> tuple[list[str], bool]:
    """Names of the files in an archive, ``ARCHIVE::MEMBER``, and whether all of it could be read."""
    found: dict[str, None] = {}
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.isfile() and is_wanted(member.name):
                    found[f"{path}{SEPARATOR}{member.name}"] = None
    except _BROKEN:
        return list(found), False
    return list(found), True


def contents(path: str, names: set[str]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of these members, in the order of the archive; of large ones only as much as shows that they are.

    A name that comes twice is read once, where it comes first.
    """
    left = set(names)
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                name = f"{path}{SEPARATOR}{member.name}"
                file = tar.extractfile(member) if name in left and member.isfile() else None
                if file is not None:
                    left.discard(name)
                    yield name, file.read(LIMIT + 1)
    except _BROKEN:
        return  # what could not be read has no row yet: see Inputs.items
