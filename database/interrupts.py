"""Ctrl-C waits for the end of a transaction.

Python raises `KeyboardInterrupt` between any two instructions, so also inside the bookkeeping of SQLAlchemy, which then
keeps a transaction open.  In SQLite that locks out every other writer, the one that would say "paused" among them.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Raise the `KeyboardInterrupt` of a signal at the end of the block; that of a second signal at once.

    Only in the main thread, which alone is interrupted, and only for signals whose handler is Python's own: those of
    programs that embed this one do as they always do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        if arrived:
            raise KeyboardInterrupt
        arrived.append(number)

    raising = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is signal.default_int_handler]
    try:
        for number in raising:
            signal.signal(number, hold)
        yield
    finally:
        for number in raising:
            signal.signal(number, signal.default_int_handler)
        if arrived:
            raise KeyboardInterrupt
