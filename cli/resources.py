"""What commands need when they work: results, a storage, a service.

All of it is imported when it is asked for: a command line that is wrong, or asks for help, is answered at once.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage
    from protomodels.client import Client
    from protomodels.combiner import Combinability
    from protomodels.database import RunRecord, Storage
    from protomodels.predictor import Predictor
    from protomodels.results import ResultsInfo


def local(storage: str | None) -> AbstractContextManager[Storage]:
    """The storage of this URL, or the one that the environment names, or a file of the user's."""
    from protomodels.database import default_url, open_storage

    return open_storage(storage or default_url())


def opened(storage: str | None, server: str | None) -> AbstractContextManager[AnyStorage]:
    """A storage, or what a service shows of its own; see :func:`protomodels.cli.remote.opened`."""
    from protomodels.cli import remote

    return remote.opened(storage, server)


def folder_made(folder: Path, option: str) -> Path:
    """A folder that is there, or is made now.

    Raises
    ------
    ConfigError: naming the option, where it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(option, str(folder), f"a folder that can be made ({error.strerror or error})") from error
    return folder


def served(server: str, storage: str | None = None) -> AbstractContextManager[Client]:
    """A client of a service; see :func:`protomodels.cli.remote.served`."""
    from protomodels.cli import remote

    return remote.served(server, storage)


def load(results: str) -> Predictor:
    """The predictor of some results, with a line on standard error while something is compiled for the first time."""
    from protomodels.predictor import load_results
    from protomodels.scoring.warm import compile_kernels

    predictor = load_results(results, _progress(results))
    compile_kernels(predictor, lambda line: sys.stderr.write(f"{line}\n"))
    return predictor


def remark_on_table(given: str | None, table: Combinability, predictor: Predictor) -> str:
    """What of the table that a user gave matches nothing, said on standard error as well; empty where nothing is."""
    from protomodels.scoring.front import remark_on

    said = "" if given is None else remark_on(table, predictor)
    if said:
        sys.stderr.write(f"combinable: {said}\n")
    return said


def load_of(record: RunRecord) -> Predictor:
    """The predictor of the results that a stored run was made with, wherever they lie on this machine."""
    from protomodels.runs import RunConfig

    results = RunConfig.from_json(record.config_json).results
    given = results == "demo" or Path(results).exists()
    return load(results if given else record.results_fingerprint)


def open_with_progress(results: str) -> ResultsInfo:
    """Some results made ready, with a line on standard error while they are compiled for the first time."""
    from protomodels.results import open_results

    return open_results(results, _progress(results))


def _progress(results: str) -> Callable[[int, int], None]:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last > 2.0:
            last = time.monotonic()
            end = "\n" if done == total or not sys.stderr.isatty() else ""
            sys.stderr.write(f"\rreading {results}, once: {done} of {total} analyses{end}")
            sys.stderr.flush()

    return progress
