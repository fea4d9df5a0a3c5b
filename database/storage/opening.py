"""Opening a storage: its file, its connections, its schema."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from sqlalchemy.engine import URL

from protomodels.database import schema
from protomodels.database.engine import make_engine, migrating, reading
from protomodels.database.errors import UnavailableError
from protomodels.database.storage.storage import Storage
from protomodels.database.urls import is_memory, is_server, parse_url, without_password
from protomodels.errors import StorageError


def open_storage(location: str | PathLike[str], *, create: bool = True, upgrade: bool = False) -> Storage:
    """Open a storage, ready to use.

    Parameters
    ----------
    location: the path of a SQLite file (``runs.db``), or a URL: ``sqlite:///PATH``, ``sqlite:///:memory:``,
        ``postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE``. A text without ``://`` is a path.
    create: make the file and its tables where there are none.
    upgrade: migrate a storage that an older version of the program made.

    Raises
    ------
    ConfigError: where the location is neither a path nor the URL of a database that the program knows.
    UnavailableError: where it cannot be reached just now.
    StorageError: where it cannot be opened, is no storage of ours, or has another schema revision.

    Examples
    --------
    >>> with open_storage(":memory:") as storage:  # lives as long as the process
    ...     storage.list_runs()
    []
    """
    parsed = parse_url(location)
    if not (is_memory(parsed) or is_server(parsed)):
        _check_file(parsed, create=create or upgrade)
    engine = make_engine(parsed)
    try:
        with reading(engine) as connection:
            found = schema.revision_of(connection)
        if found != schema.HEAD:
            with migrating(engine) as connection:
                schema.bring_to_head(connection, create=create, upgrade=upgrade)
    except StorageError as error:
        engine.dispose()
        kind = UnavailableError if isinstance(error, UnavailableError) else StorageError
        raise kind(_located(str(error), parsed)) from error
    except BaseException:
        engine.dispose()
        raise
    return Storage(engine)


def _located(message: str, url: URL) -> str:
    return message if without_password(url) in message else f"storage {without_password(url)}: {message}"


def _check_file(url: URL, *, create: bool) -> None:
    """Give the file a directory; raise StorageError where that, or the file, is not to be had."""
    path = Path(url.database or "")
    try:
        if path.is_dir():
            raise StorageError(f"storage {without_password(url)}: {path} is a directory, not a file")
        if not create and not path.exists():
            raise StorageError(f"storage {without_password(url)}: there is no such file; `{schema.COMMAND}` creates it")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"storage {without_password(url)}: its directory cannot be used: {error}") from error
