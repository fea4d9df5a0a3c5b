"""Opening results by name, fingerprint, directory or archive: their text is taken in and compiled once.

A file of the cache that is damaged, or was made with another particle table than the program's, is noticed and made
again from its source.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from protomodels.errors import ResultsError
from protomodels.results.archive import ALLOWED, fingerprint, is_there, read_text
from protomodels.results.build import BINARY, Progress
from protomodels.results.cached import (
    COMPILED_FORMAT,
    ORACLE_FORMAT,
    cache_errors,
    compiled_file,
    oracle_folder,
    remember_fingerprint,
    remembered_fingerprint,
)
from protomodels.results.compiled.container import DamagedFileError
from protomodels.results.compiled.file import OtherParticlesError, read_compiled
from protomodels.results.demo import ARCHIVE
from protomodels.results.info import ResultsInfo, info_of, opened_results
from protomodels.results.making import adopt_compiled, has_binary, has_compiled, make_binary, make_compiled
from protomodels.results.packed import bare_name
from protomodels.results.releases import OFFICIAL, fetched, is_release

__all__ = [
    "COMPILED_FORMAT",
    "ORACLE_FORMAT",
    "ResultsInfo",
    "adopt_compiled",
    "compiled_file",
    "has_compiled",
    "intact_file",
    "open_results",
    "opened_results",
    "smodels_binary",
]

log = logging.getLogger(__name__)

_ENOUGH: Final = 8
"""Characters of a fingerprint that name results."""


def open_results(results: str, progress: Progress | None = None) -> ResultsInfo:
    """Make results ready for use: take in their text and compile it, once.

    Parameters
    ----------
    results: ``demo``, a directory, an archive, the name of a fetched release, or the name or fingerprint of results
        compiled before.
    progress: called as analyses are read.

    Raises
    ------
    ResultsError: where there are no such results or they cannot be read; the cache is left as it was.
    ConfigError: where the cache cannot be written.

    >>> open_results("demo").n_analyses
    22
    """
    source = ARCHIVE if results == "demo" else Path(results)
    if not is_there(source):
        return _known(results, progress)
    with cache_errors():
        remembered = remembered_fingerprint(source)
        file = compiled_file(remembered) if remembered else None
        if file is not None and file.exists():
            try:
                return info_of(file)
            except DamagedFileError as error:
                log.warning("%s: it is made again", error)
        entries = read_text(source)
        key = fingerprint(entries)
        file = make_compiled(source, _name(results), key, entries, progress)
        remember_fingerprint(source, key)
        return info_of(file)


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


def smodels_binary(results: str, progress: Progress | None = None) -> tuple[Path, str, str]:
    """SModelS's binary file of some results (hundreds of MB, kept), their fingerprint and name.

    Raises
    ------
    ResultsError: where their text is not at hand; else as :func:`open_results`.
    """
    source = ARCHIVE if results == "demo" else Path(results)
    if not is_there(source):
        results = _known(results, progress).source
        source = Path(results)
    with cache_errors():
        key = remembered_fingerprint(source)
        if key is None or not has_binary(key):
            entries = read_text(source)
            key = fingerprint(entries)
            make_binary(key, entries, progress)
            remember_fingerprint(source, key)
    return oracle_folder(key) / BINARY, key, _name(results)


def _name(results: str) -> str:
    return "demo" if results == "demo" else bare_name(results)


def _known(results: str, progress: Progress | None) -> ResultsInfo:
    """Results that were compiled before, by name or fingerprint, or a release that was fetched, by name."""
    results = OFFICIAL if results == "official" else results
    known = opened_results(any_particles=True)
    matches = [
        info
        for info in known
        if info.name == results or (len(results) >= _ENOUGH and info.fingerprint.startswith(results))
    ]
    if len(matches) != 1 and (archive := fetched(results)) is not None:
        return open_results(str(archive), progress)
    if len(matches) != 1:
        names = ", ".join(sorted({info.name for info in known} - {"demo"})) or "none yet"
        what = "ambiguous, use its fingerprint" if matches else "not found"
        first = f"; `protomodels results fetch {results}` gets it" if is_release(results) and not matches else ""
        raise ResultsError("results", f"{results} ({what})", f"demo; compiled before: {names}; or {ALLOWED}{first}")
    return _with_own_particles(matches[0], progress)


def _with_own_particles(info: ResultsInfo, progress: Progress | None) -> ResultsInfo:
    """These results, compiled again from their source where they were made with another particle table."""
    try:
        return info_of(Path(info.file))
    except OtherParticlesError as error:
        source = Path(info.source)
        if not source.exists():
            allowed = f"compiled again: their source {source} is gone, give the path of a directory or archive of them"
            raise ResultsError("results", f"{info.name} ({error.value})", allowed) from error
        log.warning("%s: it is made again", error)
    again = open_results(str(source), progress)
    if again.fingerprint != info.fingerprint:
        allowed = f"{source} with the text that it had, fingerprint {info.fingerprint}"
        raise ResultsError("results", f"{info.name} (fingerprint {again.fingerprint} now)", allowed)
    return again
