"""Where a storage is: what ``--storage`` and `open_storage` accept, and where runs go without it."""

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
_SCHEMES: Final = ("sqlite:", "postgresql:", f"{POSTGRESQL}:")
"""What a URL begins with whose slashes were forgotten: it is refused rather than taken for a file."""
ALLOWED: Final = (
    "PATH (a SQLite file), sqlite:///PATH (sqlite:////PATH for an absolute path), sqlite:///:memory:, "
    "or postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE"
)


def default_url() -> str:
    """The storage used when none is named: ``$PROTOMODELS_STORAGE``, or a file in the user's data directory."""
    named = os.environ.get(ENVIRONMENT)
    return named or f"sqlite:///{user_data_path('protomodels', appauthor=False) / 'protomodels.db'}"


def parse_url(location: str | os.PathLike[str]) -> URL:
    """The URL of a storage, in a form that no longer depends on the working directory or on ``~``.

    Parameters
    ----------
    location: a URL, or the path of a SQLite file: a `Path`, or a text without ``://``.

    Raises
    ------
    ConfigError: where it is neither, or the URL of a database that the program does not know.

    >>> parse_url("sqlite:////data/../runs.db").database
    '/runs.db'
    >>> parse_url("/data/runs.db").drivername
    'sqlite'
    >>> parse_url("postgresql://me@host/runs").drivername
    'postgresql+psycopg'
    """
    try:
        text = os.fspath(location)
    except TypeError:
        raise ConfigError("--storage", location, ALLOWED) from None
    if not isinstance(text, str) or not text.strip():
        raise ConfigError("--storage", text, ALLOWED)
    is_url = "://" in text or text.startswith(_SCHEMES)
    if not (isinstance(location, str) and is_url):
        return _file_url(text, text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ConfigError("--storage", _without_secret(text), ALLOWED) from error
    if url.drivername in ("postgresql", POSTGRESQL) and url.database:
        return url.set(drivername=POSTGRESQL)
    plain = url.drivername in ("sqlite", "sqlite+pysqlite") and not (url.host or url.username or url.query)
    if not plain or not url.database:
        raise ConfigError("--storage", without_password(url), ALLOWED)
    return _file_url(url.database, text)


def _file_url(path: str, given: str) -> URL:
    """The URL of a SQLite file, or of memory; ``given`` is what an error names."""
    url = URL.create("sqlite", database=path)
    if path == MEMORY:
        return url
    try:
        return url.set(database=str(Path(path).expanduser().resolve()))
    except (OSError, RuntimeError, ValueError) as error:  # no such user's home, a ring of links, a null byte
        raise ConfigError("--storage", given, f"{ALLOWED}; this path cannot be used ({error})") from error


def is_memory(url: URL) -> bool:
    """True for a storage that lives and dies with the process."""
    return url.database == MEMORY and not is_server(url)


def is_server(url: URL) -> bool:
    """True for a storage that a server keeps (PostgreSQL), false for a file or memory (SQLite)."""
    return url.drivername == POSTGRESQL


def without_password(url: URL) -> str:
    """The URL for messages, without a password."""
    return f"sqlite:///{MEMORY}" if is_memory(url) else url.render_as_string(hide_password=True)


def _without_secret(text: str) -> str:
    """A text that is no URL, without what may be a password between the scheme and the host."""
    scheme, mark, rest = text.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}" if mark and "@" in rest else text
