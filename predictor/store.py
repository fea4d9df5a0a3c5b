"""Opening results by name, directory or archive; the cache, keyed by content.

::

    <cache>/<format>/results/<fingerprint>/db3.pcl    SModelS's binary file of the results
    <cache>/<format>/results/<fingerprint>/info.json  written last: without it the folder is rebuilt
    <cache>/<format>/archives/<sha256 of archive>     the fingerprint of its content
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

from predictor.archive import ALLOWED, fingerprint, read_text
from predictor.build import BINARY, Progress, build, open_smodels
from predictor.demo import ARCHIVE
from predictor.protocol import Predictor
from protomodels.errors import ConfigError, ResultsError

FORMAT = "oracle-1"
"""Changes when the cached files are made in another way; older ones are then left alone."""


@dataclass(frozen=True)
class ResultsInfo:
    """Results that have been opened before.

    Attributes
    ----------
    name: what the user called them.
    fingerprint: SHA-256 of their text.
    version: what their ``version`` file says.
    n_analyses: folders with a globalInfo.txt.
    binary: SModelS's binary file of them, in the cache.
    """

    name: str
    fingerprint: str
    version: str
    n_analyses: int
    binary: str


def cache_directory() -> Path:
    """This format's part of ``$PROTOMODELS_CACHE``, or of the user's cache directory."""
    return Path(os.environ.get("PROTOMODELS_CACHE") or platformdirs.user_cache_dir("protomodels")) / FORMAT


def opened_results() -> list[ResultsInfo]:
    """All results in the cache, by name."""
    files = (cache_directory() / "results").glob("*/info.json")
    return sorted((_read_info(file) for file in files), key=lambda info: (info.name, info.fingerprint))


def open_results(results: str, progress: Progress | None = None) -> ResultsInfo:
    """Make results ready for use: take in their text and read it once.

    Parameters
    ----------
    results: ``demo``, a directory, a ``.tar.xz``, or the name or fingerprint of results opened before.
    progress: called as analyses are read.

    Raises
    ------
    ResultsError: where there are no such results or they cannot be read; the cache is left as it was.
    ConfigError: where the cache cannot be written.
    """
    source = ARCHIVE if results == "demo" else Path(results)
    if not source.exists():
        return _known(results)
    name = "demo" if results == "demo" else source.name.removesuffix(".tar.xz")
    root = cache_directory()
    memo = None
    if source.is_file():
        memo = root / "archives" / hashlib.sha256(source.read_bytes()).hexdigest()
        if memo.exists() and (found := _info(root, memo.read_text())) is not None:
            return found
    entries = read_text(source)
    key = fingerprint(entries)
    try:
        with _locked(root / "results" / f"{key}.lock"):
            found = _info(root, key)
            if found is None:
                found = _take_in(root / "results" / key, name, key, entries, progress)
        if memo is not None:
            memo.parent.mkdir(parents=True, exist_ok=True)
            memo.write_text(key)
    except OSError as error:
        raise ConfigError("PROTOMODELS_CACHE", f"{root} ({error})", "a folder to write to, with room") from error
    return found


def load_results(results: str, progress: Progress | None = None) -> Predictor:
    """The predictor of some results; see :func:`open_results` for the argument and the errors."""
    from predictor.oracle import SModelSPredictor

    info = open_results(results, progress)
    return SModelSPredictor(open_smodels(Path(info.binary)), info.fingerprint, info.name)


def _known(results: str) -> ResultsInfo:
    matches = [
        info
        for info in opened_results()
        if info.name == results or (len(results) >= 8 and info.fingerprint.startswith(results))
    ]
    if len(matches) != 1:
        names = ", ".join(sorted({info.name for info in opened_results()} - {"demo"})) or "none yet"
        what = "ambiguous, use its fingerprint" if matches else "not found"
        raise ResultsError("results", f"{results} ({what})", f"demo; opened before: {names}; or {ALLOWED}")
    return matches[0]


def _info(root: Path, key: str) -> ResultsInfo | None:
    file = root / "results" / key / "info.json"
    return _read_info(file) if file.exists() and file.with_name(BINARY).exists() else None


def _read_info(file: Path) -> ResultsInfo:
    try:
        return ResultsInfo(**json.loads(file.read_text()), binary=str(file.parent / BINARY))
    except (ValueError, TypeError) as error:
        raise ResultsError("cache", f"{file} ({error})", "an intact cache: remove this folder to rebuild it") from error


def _take_in(
    folder: Path, name: str, key: str, entries: list[tuple[str, bytes]], progress: Progress | None
) -> ResultsInfo:
    """Read the text with SModelS, and write info.json last; a killed attempt is done again from its start."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        build(entries, folder / BINARY, progress)
        open_smodels(folder / BINARY)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    version = dict(entries).get("version", b"unknown").decode(errors="replace").strip()
    n_analyses = sum(path.endswith("/globalInfo.txt") for path, _ in entries)
    info = ResultsInfo(name, key, version, n_analyses, str(folder / BINARY))
    values = {field: value for field, value in asdict(info).items() if field != "binary"}
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as handle:
        json.dump(values, handle)
    Path(handle.name).replace(folder / "info.json")
    return info


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file lock: two processes that open the same results do not collide, the second one waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
