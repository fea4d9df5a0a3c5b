"""Taking the text of a SModelS database out of a folder or an archive, safely.

Only the text comes in (``.txt``, ``.json``, ``version``, covariances): a pickle or a script beside it is never loaded
or run.  SModelS evaluates fields of that text as Python expressions, so text that could call anything is refused here.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import Final

from protomodels.errors import ResultsError
from protomodels.results.packed import KINDS, Entry, files_of
from protomodels.results.renamed import covariance_files

ALLOWED: Final = f"a SModelS text database: {KINDS} with */globalInfo.txt files"
MAX_BYTES: Final = 4 * 1024**3
"""Largest text that is taken in: ten times the largest public database."""

_SKIPPED_FOLDERS: Final = frozenset({"orig", "validation", ".git"})
_KNOWN_SCRIPTS: Final = frozenset({"0e326b38b8222f03b8589df0fbb7492167c376e0bd1f24789522cc1fa1b30d41"})
"""SHA-256 of particle definitions (databaseParticles.py) that were read and found to define particles only."""
_CALL: Final = re.compile(
    rb"__\w+__|\b(?:open|exec|eval|compile|getattr|setattr|delattr|globals|locals|vars|dir|input|breakpoint|exit|quit|print"
    rb"|help|type|super|object|memoryview|lambda)\s*\("
)


def read_text(source: Path) -> list[Entry]:
    """(relative path, content) of every file of a database that is taken in.

    Parameters
    ----------
    source: a directory, a tar of any compression, or a zip.

    Raises
    ------
    ResultsError: where the source is missing, damaged, too large or not a database.
    """
    if not source.is_dir() and not source.is_file():
        raise ResultsError("results", str(source), f"demo, or {ALLOWED}")
    found, total = [], 0
    for path, content in files_of(source, _wanted, MAX_BYTES):
        total += len(content)
        if total > MAX_BYTES:
            raise ResultsError("results", str(source), f"at most {MAX_BYTES} bytes of text")
        if _kept(PurePosixPath(path), content):
            found.append((path, content))
    datasets = {PurePosixPath(path).parent for path, _ in found if path.endswith("/dataInfo.txt")}
    covariances = covariance_files(found)
    kept = [entry for entry in found if entry[0] in covariances or _is_read(PurePosixPath(entry[0]), datasets)]
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
    if path.suffix == ".cov":
        return False  # unless a globalInfo.txt names it
    return path.suffix != ".txt" or path.name == "globalInfo.txt" or path.parent in datasets


def _wanted(path: PurePosixPath) -> bool:
    if any(part in _SKIPPED_FOLDERS or part.startswith(".") for part in path.parts):
        return False
    return path.suffix in {".txt", ".json", ".cov"} or path.name in {"version", "databaseParticles.py"}


def _kept(path: PurePosixPath, content: bytes) -> bool:
    return path.suffix != ".py" or hashlib.sha256(content).hexdigest() in _KNOWN_SCRIPTS
