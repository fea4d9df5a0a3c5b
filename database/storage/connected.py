"""What all parts of a storage share: its connections, opened and closed, and one transaction for each call."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from protomodels.database.engine import reading, writing
from protomodels.database.urls import without_password
from protomodels.errors import ConfigError, StorageError


class Connected:
    """A storage that is open until it is closed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open = True

    @property
    def url(self) -> str:
        """Where it is, for messages: a password is not shown."""
        return without_password(self._engine.url)

    def close(self) -> None:
        """Close all connections; a memory storage is gone then. Closing twice does no harm."""
        self._open = False
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _reading(self) -> AbstractContextManager[Connection]:
        """One consistent view of the storage; StorageError where it is closed or cannot be read."""
        return reading(self._usable())

    def _writing(self) -> AbstractContextManager[Connection]:
        """One transaction; StorageError where the storage is closed or cannot be written."""
        return writing(self._usable())

    def _usable(self) -> Engine:
        if not self._open:
            raise StorageError(f"storage {self.url} is closed")
        return self._engine


def not_negative(name: str, value: int | None) -> None:
    """Refuse (ConfigError) a negative limit: databases disagree on what it means."""
    if value is not None and value < 0:
        raise ConfigError(name, value, "a whole number of 0 or more")
