"""Opening results by name, directory or archive; the cache, keyed by content.

::

    <cache>/<compiled format>/<fingerprint>.bin      compiled results, one file each
    <cache>/<oracle format>/<fingerprint>/db3.pcl    SModelS's binary file, where the oracle was asked for
    <cache>/<oracle format>/<fingerprint>/complete   written last: without it the folder is made again
    <cache>/archives/<sha256 of archive>             the fingerprint of its content
    <cache>/kernels/<hash of the kernels' text>      machine code; see protomodels.kernel

Files appear whole: a killed attempt leaves none, and is done again.  Two processes that need the same file do not
collide: the second one waits for the first.  A damaged file is noticed by its checksums and made again.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.cache import cache_directory
from protomodels.errors import ConfigError, ResultsError
from protomodels.results.archive import ALLOWED, Entry, fingerprint, read_text
from protomodels.results.build import BINARY, Progress, build, scratch_folder, workers
from protomodels.results.compiled.container import DamagedFileError
from protomodels.results.compiled.file import about_compiled, read_compiled
from protomodels.results.demo import ARCHIVE
from protomodels.results.releases import OFFICIAL, RELEASES

log = logging.getLogger(__name__)

COMPILED_FORMAT: Final = "compiled-1"
ORACLE_FORMAT: Final = "oracle-2"
"""Formats change when the cached files are made in another way; older ones are then left alone."""


@dataclass(frozen=True)
class ResultsInfo:
    """Results that have been compiled.

    Attributes
    ----------
    name: what the user called them.
    fingerprint: SHA-256 of their text.
    version: what their ``version`` file says.
    n_analyses: folders with a globalInfo.txt.
    n_maps, n_triangulations: compiled maps, and triangulations that they share.
    skipped: number of maps that are not compiled, by reason.
    sets: the sets of regions with published correlations: analysis, label, kind (covariance or json), regions, and the
        JSON's name in the cache.
    not_combined: why others are not, by analysis.
    source: where the text was found.
    file: the compiled file.
    bytes: its size.
    """

    name: str
    fingerprint: str
    version: str
    n_analyses: int
    n_maps: int
    n_triangulations: int
    skipped: dict[str, int]
    sets: list[dict[str, Any]]
    not_combined: dict[str, str]
    source: str
    file: str
    bytes: int


def opened_results() -> list[ResultsInfo]:
    """All compiled results in the cache, by name; damaged ones are left out."""
    found = []
    for file in sorted((cache_directory() / COMPILED_FORMAT).glob("*.bin")):
        try:
            found.append(_info(file))
        except DamagedFileError as error:
            log.warning("%s", error)
    return sorted(found, key=lambda info: (info.name, info.fingerprint))


def open_results(results: str, progress: Progress | None = None) -> ResultsInfo:
    """Make results ready for use: take in their text and compile it, once.

    Parameters
    ----------
    results: ``demo``, a directory, a ``.tar.xz``, or the name or fingerprint of results compiled before.
    progress: called as analyses are read.

    Raises
    ------
    ResultsError: where there are no such results or they cannot be read; the cache is left as it was.
    ConfigError: where the cache cannot be written.
    """
    source = ARCHIVE if results == "demo" else Path(results)
    if not source.exists():
        return _known(results)
    with _cache_errors():
        remembered = _remembered(source)
        file = compiled_file(remembered) if remembered else None
        if file is not None and file.exists():
            try:
                return _info(file)
            except DamagedFileError as error:
                log.warning("%s: it is made again", error)
        entries = read_text(source)
        key = fingerprint(entries)
        file = compiled_file(key)
        with _locked(file):
            if not _is_intact(file):
                _compile(file, source, "demo" if results == "demo" else _name(source), key, entries, progress)
        _remember(source, key)
        return _info(file)


def intact_file(results: str, progress: Progress | None = None) -> Path:
    """The compiled file of some results, every array compared with its checksum; made again where one was damaged.

    Parameters and errors as for :func:`open_results`.
    """
    info = open_results(results, progress)
    try:
        read_compiled(Path(info.file))
    except DamagedFileError as error:
        log.warning("%s: it is made again", error)
        given = results == "demo" or Path(results).exists()
        if not given and not Path(info.source).exists():
            raise
        Path(info.file).unlink(missing_ok=True)
        info = open_results(results if given else info.source, progress)
    return Path(info.file)


def has_compiled(key: str) -> bool:
    """True where the cache of this machine holds compiled results with this fingerprint."""
    return compiled_file(key).exists()


def compiled_file(key: str) -> Path:
    """Where the compiled results with this fingerprint are, or would be, on this machine."""
    return cache_directory() / COMPILED_FORMAT / f"{key}.bin"


def smodels_binary(results: str, progress: Progress | None = None) -> tuple[Path, str, str]:
    """SModelS's binary file of some results (hundreds of MB, kept), their fingerprint and name.

    Raises
    ------
    ResultsError: where their text is not at hand; else as :func:`open_results`.
    """
    source = ARCHIVE if results == "demo" else Path(results)
    if not source.exists():
        source = Path(_known(results).source)
    name = "demo" if results == "demo" else _name(source)
    with _cache_errors():
        key = _remembered(source)
        if key is None or not _oracle_folder(key).joinpath("complete").exists():
            entries = read_text(source)
            key = fingerprint(entries)
            folder = _oracle_folder(key)
            with _locked(folder):
                if not (folder / "complete").exists():
                    shutil.rmtree(folder, ignore_errors=True)
                    folder.mkdir(parents=True)
                    build(entries, folder / BINARY, progress)
                    (folder / "complete").touch()
            _remember(source, key)
    return _oracle_folder(key) / BINARY, key, name


def adopt_compiled(key: str, content: NDArray[np.uint8]) -> None:
    """Put a compiled file that another machine made into the cache of this one, once.

    Raises
    ------
    DamagedFileError: where the content is not what was written there.
    ConfigError: where the cache cannot be written.
    """
    file = compiled_file(key)
    with _cache_errors(), _locked(file):
        if not file.exists():
            partial = file.with_suffix(f".{os.getpid()}.part")
            content.tofile(partial)
            read_compiled(partial)
            partial.replace(file)


def _name(source: Path) -> str:
    return source.name.removesuffix(".tar.xz").removesuffix(".tar.gz")


def _oracle_folder(key: str) -> Path:
    return cache_directory() / ORACLE_FORMAT / key


def _info(file: Path) -> ResultsInfo:
    return ResultsInfo(**about_compiled(file), file=str(file))


def _is_intact(file: Path) -> bool:
    try:
        read_compiled(file)
    except DamagedFileError:
        return False
    return True


def _compile(file: Path, source: Path, name: str, key: str, entries: list[Entry], progress: Progress | None) -> None:
    version = dict(entries).get("version", b"unknown").decode(errors="replace").strip()
    n_analyses = sum(path.endswith("/globalInfo.txt") for path, _ in entries)
    about = {
        "name": name,
        "fingerprint": key,
        "version": version,
        "n_analyses": n_analyses,
        "source": str(source.resolve()),
    }
    for stale in file.parent.glob(f"{file.stem}.*.part"):
        stale.unlink()  # of an attempt that was killed: this one holds the lock
    binary = _oracle_folder(key) / BINARY
    with scratch_folder() as scratch:
        if not binary.with_name("complete").exists():
            binary = scratch / BINARY
            build(entries, binary, progress)
        # in a process of its own: SModelS's objects of a large database take a gigabyte
        with workers(1) as pool:
            pool.submit(_compile_binary, binary, file, about).result()


def _compile_binary(binary: Path, file: Path, about: dict[str, object]) -> None:
    from protomodels.results.build import open_smodels
    from protomodels.results.compiled.compile import compile_database

    compile_database(open_smodels(binary), file, about)


def _known(results: str) -> ResultsInfo:
    results = OFFICIAL if results == "official" else results
    matches = [
        info
        for info in opened_results()
        if info.name == results or (len(results) >= 8 and info.fingerprint.startswith(results))
    ]
    if len(matches) != 1:
        names = ", ".join(sorted({info.name for info in opened_results()} - {"demo"})) or "none yet"
        what = "ambiguous, use its fingerprint" if matches else "not found"
        first = f"; `protomodels results fetch {results}` gets it" if results in RELEASES and not matches else ""
        raise ResultsError("results", f"{results} ({what})", f"demo; compiled before: {names}; or {ALLOWED}{first}")
    return matches[0]


def _memo(source: Path) -> Path | None:
    """Where the fingerprint of an archive is remembered; directories are read every time."""
    if not source.is_file():
        return None
    return cache_directory() / "archives" / hashlib.sha256(source.read_bytes()).hexdigest()


def _remembered(source: Path) -> str | None:
    memo = _memo(source)
    return memo.read_text() if memo is not None and memo.exists() else None


def _remember(source: Path, key: str) -> None:
    memo = _memo(source)
    if memo is not None and not memo.exists():
        memo.parent.mkdir(parents=True, exist_ok=True)
        partial = memo.with_suffix(f".{os.getpid()}")
        partial.write_text(key)
        partial.replace(memo)


@contextmanager
def _cache_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ConfigError(
            "PROTOMODELS_CACHE", f"{cache_directory()} ({error})", "a folder with room to write"
        ) from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file that is being made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
