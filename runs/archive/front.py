"""A run into a file, and back into a storage."""

from __future__ import annotations

from pathlib import Path

from protomodels.database import Storage
from protomodels.database.naming import run_id
from protomodels.errors import ConfigError
from protomodels.runs.archive.reading import LARGEST, run_of
from protomodels.runs.archive.writing import texts_of, zipped
from protomodels.runs.front import opened_storage


def export_run(run: str, to: str | Path, *, storage: str | Path | Storage | None = None) -> Path:
    """Write a run into one file, with everything to repeat it; a run at work is written as it is at this moment.

    Parameters
    ----------
    run: its id or name.
    to: a path at which nothing is yet.
    storage: path of a file, URL or an open storage; by default the user's.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where the file is there already or cannot be written, or the run is too large.
    """
    path = Path(to)
    with opened_storage(storage, create=False) as opened:
        run = run_id(opened, run)
        data = zipped(texts_of(opened.whole_run(run)))
    run_of(data, run)  # what could not be read again is not written
    try:
        with path.open("xb") as file:
            try:
                file.write(data)
            except OSError:
                path.unlink(missing_ok=True)  # a part would look like the whole
                raise
    except FileExistsError:
        raise ConfigError("to", str(path), "a path at which nothing is yet") from None
    except OSError as error:
        raise ConfigError("to", str(path), f"a file that can be written ({error.strerror})") from error
    return path


def import_run(file: str | Path, *, storage: str | Path | Storage | None = None) -> str:
    """Read a run that `export_run` wrote into a storage; its id, the one it had unless another run has that there.

    It is replayed and resumed as before, with the same results and the same version of the search.  One that was at
    work or queued is paused.  A file that is not what it must be leaves nothing in the storage.

    Raises
    ------
    ConfigError: where the file cannot be read, is no such archive or contradicts itself, or the run is there already.
    """
    path = Path(file)
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError("file", str(path), f"an archive of at most {LARGEST} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError("file", str(path), f"a file that can be read ({error.strerror})") from error
    whole = run_of(data, str(path))
    with opened_storage(storage) as opened:
        return opened.add_whole_run(whole, f"imported from {path.name}, where it was run {whole.run.id}")
