"""What only SQLite needs: its pragmas, and who takes the lock when."""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Final

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import URL

from protomodels.database.schema import OUR_TABLES
from protomodels.database.urls import is_memory

BUSY_SECONDS: Final = 30.0
"""How long a writer waits for another one before it gives up."""

_TRANSIENT: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
)


def make(url: URL) -> Engine:
    """An engine for a file or for memory.

    A memory storage is one connection that threads take in turns. A file storage has one for each thread at
    work; it must not be carried over a fork.
    """
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    size: dict[str, Any] = {"pool_size": 4, "max_overflow": -1}
    if is_memory(url):
        size = {"pool_size": 1, "max_overflow": 0, "pool_timeout": BUSY_SECONDS}
    engine = create_engine(url, connect_args=arguments, poolclass=QueuePool, **size)
    event.listen(engine, "connect", _prepare)
    return engine


def begin(connection: Connection, writes: bool) -> None:
    """Writers take the lock when they begin: a reader that turns writer later could not wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_transient(error: BaseException) -> bool:
    """True for an error that may be gone at the next try: a lock, a full disk."""
    # the lower byte is the error's class, the rest its details
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _TRANSIENT


def is_full(error: BaseException) -> bool:
    """True where there is no room on the disk."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL


def _prepare(raw: Any, _record: object) -> None:
    """Set up a fresh SQLite connection; one that cannot be set up is closed before its error goes on."""
    raw.isolation_level = None  # the driver starts no transaction of its own: `begin` does
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
            if not tables or tables >= OUR_TABLES:
                raw.execute("PRAGMA journal_mode = WAL").fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
