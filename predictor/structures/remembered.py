"""What is worked out once, up to a number of things: then all are forgotten."""

from __future__ import annotations

from typing import Final, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST: Final = 200_000
"""Chains, and pairs of them."""


class Remembered(dict[K, V]):
    """A dict that empties itself before it holds more than ``MOST``."""

    def __setitem__(self, key: K, value: V) -> None:
        if len(self) >= MOST:
            self.clear()
        super().__setitem__(key, value)
