"""Storage URLs: what ``--storage`` accepts, and where runs go without it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from protomodels.errors import ConfigError

ENVIRONMENT: Final = "PROTOMODELS_STORAGE"
"""Environment variable that replaces the default storage."""

MEMORY: Final = ":memory:"
POSTGRESQL: Final = "postgresql+psycopg"
ALLOWED: Final = (
    "sqlite:///PATH (sqlite:////PATH for an absolute path), sqlite:///:memory:, "
    "or postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE"
)


def default_url() -> str:
    """The storage used when none is named: ``$PROTOMODELS_STORAGE``, or a file in the user's data directory."""
    named = os.environ.get(ENVIRONMENT)
    return named or f"sqlite:///{user_data_path('protomodels', appauthor=False) / 'protomodels.db'}"


def parse_url(text: str) -> URL:
    """The URL in a form that no longer depends on the working directory or on ``~``.

    Raises
    ------
    ConfigError: where the URL is not one of a storage that the program knows.

    >>> parse_url("sqlite:////data/../runs.db").database
    '/runs.db'
    >>> parse_url("postgresql://me@host/runs").drivername
    'postgresql+psycopg'
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("--storage", _without_secret(text), ALLOWED) from error
    if url.drivername in ("postgresql", POSTGRESQL) and url.database:
        return url.set(drivername=POSTGRESQL)
    plain = url.drivername in ("sqlite", "sqlite+pysqlite") and not (url.host or url.username or url.query)
    if not plain or not url.database:
        raise ConfigError("--storage", shown(url), ALLOWED)
    if url.database == MEMORY:
        return url
    try:
        path = Path(url.database).expanduser().resolve()
    except (OSError, RuntimeError, ValueError) as error:  # no such user's home, a ring of links, a null byte
        raise ConfigError("--storage", text, f"{ALLOWED}; this path leads nowhere ({error})") from error
    return url.set(database=str(path))


def is_memory(url: URL) -> bool:
    """True for a storage that lives and dies with the process."""
    return url.database == MEMORY and not is_server(url)


def is_server(url: URL) -> bool:
    """True for a storage that a server keeps (PostgreSQL), false for a file or memory (SQLite)."""
    return url.drivername == POSTGRESQL


def shown(url: URL) -> str:
    """The URL for messages, without a password."""
    return url.render_as_string(hide_password=True)


def _without_secret(text: str) -> str:
    """A text that is no URL, without what may be a password between the scheme and the host."""
    scheme, mark, rest = text.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}" if mark and "@" in rest else text
