"""Values that were computed before, shared by all threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache, cached

T = TypeVar("T")


class SharedCache(Generic[T]):
    """The values that were used last; threads that want the same one wait for the first of them to make it.

    Parameters
    ----------
    size: number of values that are kept.

    >>> squares = SharedCache[int](2)
    >>> squares.get(3, lambda: 9), squares.get(3, lambda: 0)
    (9, 9)
    """

    def __init__(self, size: int) -> None:
        kept: LRUCache[Hashable, T] = LRUCache(size)

        @cached(kept, key=lambda key, _make: key, condition=threading.Condition())
        def get(_key: Hashable, make: Callable[[], T]) -> T:
            return make()

        self._get = get

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of this key; made now where it is not kept.  An error of ``make`` is raised, and not kept."""
        value: T = self._get(key, make)
        return value
