"""Connections and transactions. Errors of SQLAlchemy and of the drivers become a `StorageError` here.

What a kind of database needs for itself is in ``sqlite`` and ``postgresql``; another one adds a module beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, Final

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from protomodels.database import sqlite
from protomodels.database.errors import FullError, UnavailableError
from protomodels.database.interrupts import uninterrupted
from protomodels.database.urls import is_server, without_password
from protomodels.errors import StorageError
from protomodels.extras import require

_WRITES: Final = "protomodels_writes"
LOCK_RUNS: Final = 7_100_001
"""Who creates runs holds this, so that their ids follow one another."""
LOCK_SCHEMA: Final = 7_100_002
"""Who migrates holds this."""


def make_engine(url: URL) -> Engine:
    """An engine for a URL from `protomodels.database.urls.parse_url`; nothing is opened yet."""
    kind = _kind(url)
    engine: Engine = kind.make(url)

    def begin(connection: Connection) -> None:
        kind.begin(connection, bool(connection.get_execution_options().get(_WRITES, False)))

    event.listen(engine, "begin", begin)
    return engine


def _kind(url: URL) -> ModuleType:
    """The module for this kind of database; that of a server, and its driver, is imported only where there is one."""
    if is_server(url):
        require("psycopg", "PostgreSQL storages")
        from protomodels.database import postgresql

        return postgresql
    return sqlite


def on_server(connection: Connection) -> bool:
    """True where the storage is PostgreSQL."""
    return connection.dialect.name == "postgresql"


def advisory_lock(connection: Connection, lock: int) -> None:
    """Wait to be the only writer with this lock; in SQLite there is one writer at a time anyway."""
    if on_server(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def current_time(connection: Connection) -> datetime:
    """Now, by the one clock that all who share the storage go by: that of its server, or of this machine."""
    if on_server(connection):
        found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return found.astimezone(UTC)
    return datetime.now(UTC)


@contextmanager
def _our_errors(engine: Engine, doing: str) -> Iterator[None]:
    """Turn errors of SQLAlchemy and its drivers into ours, and let Ctrl-C wait for the end.

    Parameters
    ----------
    doing: what could not be done, as a participle.
    """
    try:
        with uninterrupted():
            yield
    except (SQLAlchemyError, OverflowError, UnicodeError) as error:  # the latter two from the drivers
        cause = getattr(error, "orig", None) or error
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        module = _kind(engine.url)
        transient = lost or isinstance(error, PoolTimeoutError) or module.is_transient(cause)
        kind = FullError if module.is_full(cause) else UnavailableError if transient else StorageError
        raise kind(f"storage {without_password(engine.url)} could not be {doing}: {str(cause).strip()}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the storage.

    Raises
    ------
    StorageError: where it cannot be opened or read.
    """
    with _our_errors(engine, "read"), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, undone by any exception that leaves it.

    Raises
    ------
    StorageError: where it cannot be opened or written.
    """
    with _our_errors(engine, "written"), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """As `writing`, under a lock, with foreign keys checked at the end only: a migration may have to rebuild a table.

    Raises
    ------
    StorageError: where the storage cannot be written, or the migration left rows without their parents.
    """
    if is_server(engine.url):
        with writing(engine) as connection:
            advisory_lock(connection, LOCK_SCHEMA)
            yield connection
        return
    with _our_errors(engine, "migrated"), engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            connection = connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection
                orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if orphans:
                    raise StorageError(f"a migration left {len(orphans)} rows without their parents; it was undone")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")
