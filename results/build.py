"""Reading a database's text with SModelS, once: an analysis a task, on all cores, and one binary file after.

The text lies in a temporary folder meanwhile: SModelS sees nothing below a folder whose name begins with a dot, as
the user's cache mostly does.

The binary file is SModelS's pickle.  It is written and read only inside our own cache, never taken from outside.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from protomodels.errors import ResultsError
from protomodels.results.reading import read_analysis
from protomodels.results.renamed import in_older_tags

log = logging.getLogger(__name__)

BINARY: Final = "db3.pcl"
"""What SModelS calls its binary file."""
LEFT_OUT: Final = "left_out.json"
"""Beside it: the reason of each analysis that SModelS cannot read, by its folder in the database."""

FIXED_ARITHMETIC: Final = {"OPENBLAS_CORETYPE": "Sandybridge", "OPENBLAS_NUM_THREADS": "1"}
"""Environment of the processes that triangulate.  Most maps are square grids, where the last bit of a rotated
point decides along which diagonal a square is cut: without a fixed kernel the signals of the same database differ
by some percent between processors (docs/adr/0005-fixed-arithmetic.md)."""

Progress = Callable[[int, int], None]
"""Called with (analyses read, analyses in all)."""


def build(entries: Sequence[tuple[str, bytes]], target: Path, progress: Progress | None = None) -> None:
    """Read a database's text and leave SModelS's binary file of it at ``target``.

    An analysis that cannot be read is left out with a warning; :func:`left_out_of` tells which and why.

    Parameters
    ----------
    entries: (path inside the database, content) of each file.
    target: where the file is put; it is written when all was read.
    progress: called with (analyses read, analyses in all).

    Raises
    ------
    ResultsError: where SModelS can read no analysis of the text, or all of them but not together; where there is no
        room for them.
    """
    with scratch_folder() as directory:
        older, refused = in_older_tags(entries)
        for path, content in older:
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_bytes(content)
        left_out = _read_analyses(directory, refused, progress)
        for folder, reason in left_out.items():
            log.warning("%s is left out, SModelS cannot read it: %s", folder, reason)
            shutil.rmtree(directory / folder)
        _open(directory)
        target.with_name(LEFT_OUT).write_text(json.dumps(left_out))
        shutil.copyfile(directory / BINARY, target)


def left_out_of(binary: Path) -> dict[str, str]:
    """The reason of each analysis that :func:`build` left out of a binary file, by its folder in the database."""
    file = binary.with_name(LEFT_OUT)
    # earlier versions read all analyses or none, and wrote no such file
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


@contextmanager
def workers(n: int) -> Iterator[ProcessPoolExecutor]:
    """New processes that end with this one, however it ends; they import nothing from the working directory.

    Raises
    ------
    ResultsError: where they cannot start, or die.
    """
    context = multiprocessing.get_context("spawn")
    begin = (os.getpid(), str(Path.cwd()))
    try:
        with (
            _environment({"PYTHONSAFEPATH": "1"}),
            ProcessPoolExecutor(n, mp_context=context, initializer=_begin, initargs=begin) as pool,
        ):
            yield pool
    except BrokenProcessPool as error:
        allowed = "enough memory, and a main module that another process can import"
        raise ResultsError("results", f"a process that read them died ({error})", allowed) from error


def _begin(parent: int, folder: str) -> None:
    """Start of a worker: multiprocessing has handed on where its parent imports from."""
    without_folder(folder)
    end_with(parent)


def without_folder(folder: str) -> None:
    """Import nothing from a folder any more: a user's own ``statistics.py`` in it is not meant for us."""
    sys.path[:] = [path for path in sys.path if str(Path(path).absolute()) != folder]


def end_with(parent: int) -> None:
    """End this process soon after the process ``parent``, its parent, is gone."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A temporary folder that SModelS can see into.

    Raises
    ------
    ResultsError: where the place for temporary files lies below a name with a dot at its start.
    """
    with tempfile.TemporaryDirectory(prefix="protomodels-") as scratch:
        directory = Path(scratch).resolve()
        if any(part.startswith(".") for part in directory.parts):
            raise ResultsError("TMPDIR", str(directory), "a folder without a dot at the start of any name in its path")
        yield directory


def _read_analyses(directory: Path, refused: Mapping[str, str], progress: Progress | None) -> dict[str, str]:
    """Read each analysis in a process; the reasons of those that cannot be read, by folder below ``directory``."""
    everything = sorted(path.parent for path in directory.rglob("globalInfo.txt"))
    folders = [folder for folder in everything if folder.relative_to(directory).as_posix() not in refused]
    left_out = dict(refused)
    with _environment(FIXED_ARITHMETIC), workers(max(1, min(os.cpu_count() or 1, len(folders)))) as pool:
        # large analyses first, so that no core waits for the last one
        order = sorted(folders, key=_size, reverse=True)
        tasks = {pool.submit(read_analysis, str(folder), str(directory)): folder for folder in order}
        for done, task in enumerate(as_completed(tasks), start=1):
            folder = tasks[task].relative_to(directory).as_posix()
            try:
                reason = task.result()
            except BrokenProcessPool:
                raise
            except Exception as error:
                pool.shutdown(cancel_futures=True)
                raise ResultsError("results", f"{folder} ({error})", "memory and disk for all analyses") from error
            if reason is not None:
                left_out[folder] = reason
            if progress is not None:
                progress(done, len(folders))
    if len(left_out) == len(everything):
        folder, reason = min(left_out.items())
        raise ResultsError("results", f"{folder} ({reason})", "text of which SModelS reads an analysis")
    return dict(sorted(left_out.items()))


def open_smodels(binary: Path) -> Any:
    """SModelS's database object from the binary file that :func:`build` left.

    Raises
    ------
    ResultsError: where SModelS cannot read it.
    """
    database = _open(binary)
    if not database.expResultList:
        raise ResultsError("results", f"{binary} without usable results", "validated SModelS results")
    return database


def _open(path: Path) -> Any:
    from smodels.base.smodelsLogging import logger
    from smodels.experiment.databaseObj import Database

    logger.setLevel(logging.CRITICAL)
    try:
        return Database(str(path))
    except (Exception, SystemExit) as error:  # SModelS ends the process where it cannot go on
        raise ResultsError("results", f"{path} ({error})", "text that SModelS reads") from error


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Environment variables for processes that are started inside."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.txt"))
