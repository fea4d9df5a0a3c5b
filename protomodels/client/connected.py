"""What all parts of the client share: its connections, opened and closed."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from protomodels.client.transport import Transport


class Connected:
    """A client that is open until it is closed."""

    def __init__(self, url: str, token: str | None = None, timeout: float = 30.0) -> None:
        self._to = Transport(url, token, timeout)
        self.url = self._to.url

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._to.close()


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, without what is None."""
    return {name: value for name, value in values.items() if value is not None}
