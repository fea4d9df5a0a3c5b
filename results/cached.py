"""The cache of compiled results: where files lie in it, who may write them, what an archive was found to hold.

::

    <cache>/<compiled format>/<fingerprint>.bin      compiled results, one file each
    <cache>/<oracle format>/<fingerprint>/db3.pcl    SModelS's binary file, where the oracle was asked for
    <cache>/<oracle format>/<fingerprint>/complete   written last: without it the folder is made again
    <cache>/archives/<sha256 of archive>             the fingerprint of its content
    <cache>/downloads/<release>.tar.gz               see protomodels.results.releases
    <cache>/kernels/<hash of the kernels' text>      machine code; see protomodels.kernel

Files appear whole: a killed attempt leaves none, and is done again.  Two processes that need the same file do not
collide: the second one waits for the first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock

from protomodels.cache import cache_directory
from protomodels.errors import ConfigError

COMPILED_FORMAT: Final = "compiled-3"
ORACLE_FORMAT: Final = "oracle-2"
"""Formats change when the cached files are made in another way; older ones are then left alone."""


def compiled_folder() -> Path:
    """The folder of all compiled results of this machine; it need not exist yet."""
    return cache_directory() / COMPILED_FORMAT


def compiled_file(key: str) -> Path:
    """Where the compiled results with this fingerprint are, or would be, on this machine.

    >>> compiled_file("ab12").name
    'ab12.bin'
    """
    return compiled_folder() / f"{key}.bin"


def oracle_folder(key: str) -> Path:
    """Where SModelS's binary file of the results with this fingerprint is, or would be."""
    return cache_directory() / ORACLE_FORMAT / key


def remembered_fingerprint(source: Path) -> str | None:
    """The fingerprint that an archive was found to have; None for new ones, and directories: they are read each time.

    The archive is known by the SHA-256 of its bytes: reading them takes a fraction of unpacking them.
    """
    memo = _memo(source)
    return memo.read_text() if memo is not None and memo.exists() else None


def remember_fingerprint(source: Path, key: str) -> None:
    """Note the fingerprint of an archive, for the next time.

    Nothing is noted of a directory: its files can change without a trace in their names.

    Parameters
    ----------
    source: the archive, or a directory.
    key: SHA-256 of the text in it.
    """
    memo = _memo(source)
    if memo is not None and not memo.exists():
        memo.parent.mkdir(parents=True, exist_ok=True)
        partial = memo.with_suffix(f".{os.getpid()}")
        partial.write_text(key)
        partial.replace(memo)


def _memo(source: Path) -> Path | None:
    if not source.is_file():
        return None
    return cache_directory() / "archives" / hashlib.sha256(source.read_bytes()).hexdigest()


@contextmanager
def cache_errors() -> Iterator[None]:
    """Name the cache where the system refuses to read or write it.

    Raises
    ------
    ConfigError: instead of an OSError.
    """
    try:
        yield
    except OSError as error:
        raise ConfigError(
            "PROTOMODELS_CACHE", f"{cache_directory()} ({error})", "a folder with room to write"
        ) from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file that is being made; another process waits here until it is free.

    The system gives the lock back where a process ends, however it ends; the lock's own file may stay.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        yield
