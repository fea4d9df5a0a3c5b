"""Taking the text of a SModelS database out of a directory or a ``.tar.xz``, safely.

Only the text comes in (``.txt``, ``.json``, ``version``): a pickle or a script beside it is never loaded or run.
SModelS evaluates fields of that text as Python expressions, so text that could call anything is refused here.
"""

from __future__ import annotations

import hashlib
import lzma
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from protomodels.errors import ResultsError

ALLOWED: Final = "a SModelS text database: a directory or .tar.xz with */globalInfo.txt files"
MAX_BYTES: Final = 4 * 1024**3
"""Largest text that is taken in: ten times the largest public database."""

_SKIPPED_FOLDERS: Final = frozenset({"orig", "validation", ".git"})
_KNOWN_SCRIPTS: Final = frozenset({"0e326b38b8222f03b8589df0fbb7492167c376e0bd1f24789522cc1fa1b30d41"})
"""SHA-256 of particle definitions (databaseParticles.py) that were read and found to define particles only."""
_CALL: Final = re.compile(
    rb"__\w+__|\b(?:open|exec|eval|compile|getattr|setattr|delattr|globals|locals|vars|dir|input|breakpoint|exit|quit|print"
    rb"|help|type|super|object|memoryview|lambda)\s*\("
)

Entry = tuple[str, bytes]


def read_text(source: Path) -> list[Entry]:
    """(relative path, content) of every file of a database that is taken in.

    Parameters
    ----------
    source: a directory, or a tar of any compression.

    Raises
    ------
    ResultsError: where the source is missing, damaged, too large or not a database.
    """
    if source.is_dir():
        entries = _from_directory(source)
    elif source.is_file():
        entries = _from_archive(source)
    else:
        raise ResultsError("results", str(source), f"demo, or {ALLOWED}")
    found, total = [], 0
    for path, content in entries:
        total += len(content)
        if total > MAX_BYTES:
            raise ResultsError("results", str(source), f"at most {MAX_BYTES} bytes of text")
        found.append((path, content))
    datasets = {PurePosixPath(path).parent for path, _ in found if path.endswith("/dataInfo.txt")}
    kept = [entry for entry in found if _is_read(PurePosixPath(entry[0]), datasets)]
    if not any(path.endswith("/globalInfo.txt") for path, _ in kept):
        raise ResultsError("results", f"{source} without any globalInfo.txt", ALLOWED)
    for path, content in kept:
        if path.endswith(".txt") and (match := _CALL.search(content)):
            raise ResultsError(f"results file {path}", match.group().decode(), "numbers, names, units and lists only")
    return kept


def is_there(path: str | Path) -> bool:
    """True where a path exists.

    Raises
    ------
    ResultsError: where the system does not say: the name is too long, a folder on the way is closed to us.

    >>> is_there("/nowhere/at/all")
    False
    """
    try:
        return Path(path).exists()
    except OSError as error:
        raise ResultsError("results", str(path), f"demo, or {ALLOWED} ({error.strerror})") from error


def fingerprint(entries: list[Entry]) -> str:
    """SHA-256 of a database's text, independent of where it lies and in what order it was read.

    >>> fingerprint([("a", b"1"), ("b", b"2")]) == fingerprint([("b", b"2"), ("a", b"1")])
    True
    """
    digest = hashlib.sha256()
    for path, content in sorted(entries):
        digest.update(f"{path}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _is_read(path: PurePosixPath, datasets: set[PurePosixPath]) -> bool:
    """True for the files that SModelS reads: not for notes and lists that lie between them."""
    return path.suffix != ".txt" or path.name == "globalInfo.txt" or path.parent in datasets


def _wanted(path: PurePosixPath) -> bool:
    if any(part in _SKIPPED_FOLDERS or part.startswith(".") for part in path.parts):
        return False
    return path.suffix in {".txt", ".json"} or path.name in {"version", "databaseParticles.py"}


def _kept(path: PurePosixPath, content: bytes) -> bool:
    return path.suffix != ".py" or hashlib.sha256(content).hexdigest() in _KNOWN_SCRIPTS


def _from_directory(source: Path) -> Iterator[Entry]:
    for file in sorted(source.rglob("*")):
        path = PurePosixPath(file.relative_to(source).as_posix())
        if not _wanted(path) or file.is_symlink() or not file.is_file():
            continue
        try:
            content = file.read_bytes()
        except OSError as error:
            raise ResultsError("results", str(file), f"a readable file ({error.strerror})") from error
        if _kept(path, content):
            yield path.as_posix(), content


def _from_archive(source: Path) -> Iterator[Entry]:
    try:
        with tarfile.open(source, "r:*") as archive:
            for member in archive:
                path = PurePosixPath(member.name)
                if not member.isfile() or path.is_absolute() or ".." in path.parts:
                    continue
                # the archive's top folder is its name, not part of the database
                path = PurePosixPath(*path.parts[1:])
                if not _wanted(path):
                    continue
                handle = archive.extractfile(member)
                content = b"" if handle is None else handle.read(MAX_BYTES)
                if len(content) != member.size:
                    raise EOFError(f"{member.name} ends early")
                if _kept(path, content):
                    yield path.as_posix(), content
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        why = str(error).partition(":\n")[0]  # without what each of the known compressions says of it
        raise ResultsError("results", f"{source} ({why})", "a complete, undamaged .tar.xz") from error
