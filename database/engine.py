"""Connections and transactions. The only module that speaks SQLite: another database adds a branch here.

`reading` and `writing` are the border of the room: every error of SQLAlchemy leaves them as `StorageError`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from database.schema import MARKS
from database.urls import is_memory, shown
from protomodels.errors import StorageError

BUSY_SECONDS: Final = 30.0
"""How long a writer waits for another one before it gives up."""

_WRITES: Final = "protomodels_writes"


def make_engine(url: URL) -> Engine:
    """An engine for a URL from `database.urls.parse_url`; nothing is opened yet.

    A memory storage is one connection that threads take in turns. A file storage has one for each thread at
    work; it must not be carried over a fork.
    """
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    if is_memory(url):
        engine = create_engine(
            url,
            connect_args=arguments,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            pool_timeout=BUSY_SECONDS,
        )
    else:
        engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, pool_size=4, max_overflow=-1)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _record: object) -> None:
    """Set up a fresh SQLite connection; one that cannot be set up is closed before its error goes on."""
    raw.isolation_level = None  # the driver starts no transaction of its own: _begin does
    try:
        _use_wal(raw)
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        raw.close()
        raise


def _use_wal(raw: Any) -> None:
    """Readers beside a writer. The first switch of a new file fails at once, not waiting, if others do it too.

    The switch is written to the file, so the database of another program, which will be refused, is left alone.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            tables = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not tables or tables >= MARKS:
                raw.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    """Writers take the lock when they begin: a reader that turns writer later could not wait for it."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _border(engine: Engine, doing: str) -> Iterator[None]:
    try:
        yield
    except (SQLAlchemyError, OverflowError, UnicodeError) as error:  # the latter two from sqlite3 itself
        cause = getattr(error, "orig", None) or error
        raise StorageError(f"storage {shown(engine.url)} could not be {doing}: {cause}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the storage.

    Raises
    ------
    StorageError: where it cannot be opened or read.
    """
    with _border(engine, "read"), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, undone by any exception that leaves it.

    Raises
    ------
    StorageError: where it cannot be opened or written.
    """
    with _border(engine, "written"), engine.connect() as connection:
        connection = connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """As `writing`, with foreign keys checked at the end only: a migration may have to rebuild a table.

    Raises
    ------
    StorageError: where the storage cannot be written, or the migration left rows without their parents.
    """
    with _border(engine, "migrated"), engine.connect() as connection:
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
