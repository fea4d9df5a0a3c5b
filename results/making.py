"""Making the files of the cache: compiled results, and SModelS's binary file, from the text of a database."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from protomodels.results.build import BINARY, Progress, build, left_out_of, scratch_folder, workers
from protomodels.results.cached import cache_errors, compiled_file, locked, oracle_folder
from protomodels.results.compiled.container import DamagedFileError
from protomodels.results.compiled.file import about_compiled, read_compiled
from protomodels.results.compiled.json_sets import Documents, documents_of
from protomodels.results.packed import Entry


def make_compiled(source: Path, name: str, key: str, entries: list[Entry], progress: Progress | None = None) -> Path:
    """The compiled file of a database's text; made where it is not there, damaged, or of other particles.

    Parameters
    ----------
    source: where the text was found.
    name: what the user calls the results.
    key: fingerprint of the text.
    entries: (path, content) of its files.

    Raises
    ------
    ResultsError: where the text cannot be read or compiled; nothing is left then.
    """
    file = compiled_file(key)
    with locked(file):
        if not _is_intact(file):
            _compile(file, source, name, key, entries, progress)
    return file


def make_binary(key: str, entries: list[Entry], progress: Progress | None = None) -> Path:
    """SModelS's binary file of a database's text (hundreds of MB, kept); made where it is not there.

    Raises
    ------
    ResultsError: where SModelS cannot read the text.
    """
    folder = oracle_folder(key)
    with locked(folder):
        if not has_binary(key):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            build(entries, folder / BINARY, progress)
            (folder / "complete").touch()
    return folder / BINARY


def has_binary(key: str) -> bool:
    """True where SModelS's binary file of these results is in the cache, whole."""
    return oracle_folder(key).joinpath("complete").exists()


def has_compiled(key: str) -> bool:
    """True where the cache of this machine holds compiled results with this fingerprint that can be used."""
    try:
        about_compiled(compiled_file(key))
    except DamagedFileError:
        return False
    return True


def adopt_compiled(key: str, content: NDArray[np.uint8]) -> None:
    """Put a compiled file that another machine made into the cache of this one, once.

    Parameters
    ----------
    key: fingerprint of the results.
    content: the file's bytes.

    Raises
    ------
    DamagedFileError: where the content is not what was written there.
    ConfigError: where the cache cannot be written.
    """
    file = compiled_file(key)
    with cache_errors(), locked(file):
        if not has_compiled(key):
            partial = file.with_suffix(f".{os.getpid()}.part")
            content.tofile(partial)
            read_compiled(partial)
            partial.replace(file)


def _is_intact(file: Path) -> bool:
    try:
        read_compiled(file)
    except DamagedFileError:
        return False
    return True


def _compile(file: Path, source: Path, name: str, key: str, entries: list[Entry], progress: Progress | None) -> None:
    for stale in file.parent.glob(f"{file.stem}.*.part"):
        stale.unlink()  # of an attempt that was killed: this one holds the lock
    binary = oracle_folder(key) / BINARY
    with scratch_folder() as scratch:
        if not has_binary(key):
            binary = scratch / BINARY
            build(entries, binary, progress)
        left_out = left_out_of(binary)
        about = {
            "name": name,
            "fingerprint": key,
            "version": dict(entries).get("version", b"unknown").decode(errors="replace").strip(),
            "n_analyses": sum(path.endswith("/globalInfo.txt") for path, _ in entries) - len(left_out),
            "left_out": left_out,
            "source": str(source.resolve()),
        }
        # in a process of its own: SModelS's objects of a large database take a gigabyte
        with workers(1) as pool:
            pool.submit(_compile_binary, binary, file, about, documents_of(entries)).result()


def _compile_binary(binary: Path, file: Path, about: dict[str, object], documents: Documents) -> None:
    from protomodels.results.build import open_smodels
    from protomodels.results.compiled.compile import compile_database

    database = open_smodels(binary)
    # the matrices of fits are small: threads cost more than they give
    with threadpool_limits(1, user_api="blas"):
        compile_database(database, file, about, documents)
