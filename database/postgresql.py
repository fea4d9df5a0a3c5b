"""What only PostgreSQL needs: its connections and snapshots, and which of its errors are transient."""

from __future__ import annotations

from typing import Final

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from protomodels.errors import StorageError

_SETTINGS: Final = {
    "application_name": "protomodels",
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # nobody waits for ever: not for a lock, nor for a client that fell silent within a transaction
    "options": "-c lock_timeout=30s -c idle_in_transaction_session_timeout=60s",
}

_TRANSIENT_CLASSES: Final = frozenset({"08", "53", "57", "58"})
"""Of SQLSTATE: connection, resources (a full disk among them), an operator's intervention, the system."""
_TRANSIENT: Final = frozenset({"40001", "40P01", "55P03", "25006"})
"""Of SQLSTATE: lost against another transaction, no lock in time, a server that only reads for now."""
_CANCELLED: Final = "57014"
_FULL: Final = "53100"


def make(url: URL) -> Engine:
    """An engine for a server; connections that it has dropped are noticed before they are used."""
    settings = {name: value for name, value in _SETTINGS.items() if name not in url.query}
    engine = create_engine(url, connect_args=settings, pool_pre_ping=True, pool_size=4, max_overflow=16)
    event.listen(engine, "connect", _check_encoding, insert=True)  # before others read what they cannot
    return engine


def _check_encoding(raw: psycopg.Connection[object], _record: object) -> None:
    """Refuse a database whose texts are not UTF-8; StorageError."""
    encoding = raw.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        name = raw.info.dbname
        raw.close()
        raise StorageError(
            f"the database {name} has the encoding {encoding}, and storages need UTF8: make one with "
            "createdb --encoding UTF8 --template template0 NAME"
        )


def begin(connection: Connection, writes: bool) -> None:
    """Readers see one moment; writers see what others have committed, and lock the rows they change."""
    if not writes:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def is_transient(error: BaseException) -> bool:
    """True for an error that may be gone at the next try: no server, no room, no lock."""
    if not isinstance(error, psycopg.Error):
        return False
    state = error.sqlstate
    if state is None:  # nothing came from the server: there was none, or no more
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return (state[:2] in _TRANSIENT_CLASSES and state != _CANCELLED) or state in _TRANSIENT


def is_full(error: BaseException) -> bool:
    """True where there is no room on the server's disk."""
    return isinstance(error, psycopg.Error) and error.sqlstate == _FULL
