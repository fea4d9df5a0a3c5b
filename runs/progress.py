"""The live display of a run: a line that moves on a terminal, plain lines elsewhere; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from protomodels.runs.loop import Progress

PLAIN_EVERY = 10.0
"""Seconds between plain lines."""
WIDTH = 20
"""Characters of a bar."""


class LiveLine:
    """A line on standard error that is written anew as work goes on."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last = time.monotonic()

    def show(self, line: Callable[[], str], *, done: bool) -> None:
        """Write a line, unless another one was written just now.

        Parameters
        ----------
        line: makes it.
        done: it is the last one, and written in any case.
        """
        now = time.monotonic()
        if not done and now - self._last < (0.2 if self._live else PLAIN_EVERY):
            return
        self._last = now
        start, end = ("\r", "\n" if done else "\x1b[K") if self._live else ("", "\n")
        sys.stderr.write(start + line() + end)
        sys.stderr.flush()

    def finish(self) -> None:
        """Leave the line that moves."""
        if self._live:
            sys.stderr.write("\n")


class ProgressDisplay(LiveLine):
    """Call it with each :class:`Progress` of a run."""

    def __call__(self, progress: Progress) -> None:
        """Show how far the run has come."""
        self.show(lambda: progress_line(progress), done=progress.steps >= progress.total)


def progress_line(progress: Progress) -> str:
    """Steps, best K, speed, time left.

    >>> progress_line(Progress(200, 800, 6.5, 10.0))
    '[#####               ]  200/800 steps  best K 6.500  10.0 steps/s  1:00 left'
    """
    best = "-" if progress.best_K is None else f"{progress.best_K:.3f}"
    bar, clock = bar_of(progress.steps, progress.total, "steps"), clock_of(progress.seconds_left)
    return f"{bar}  best K {best}  {progress.steps_per_second:.1f} steps/s{clock}"


def bar_of(done: int, total: int, unit: str) -> str:
    """How much is done, drawn and counted.

    >>> bar_of(200, 800, "models")
    '[#####               ]  200/800 models'
    """
    drawn = "#" * int(WIDTH * done / total)
    return f"[{drawn:<{WIDTH}}] {done:4d}/{total} {unit}"


def clock_of(seconds_left: float | None) -> str:
    """The time that is left, as the end of a line; empty where nobody knows.

    >>> clock_of(61.5)
    '  1:01 left'
    """
    return "" if seconds_left is None else f"  {int(seconds_left) // 60}:{int(seconds_left) % 60:02d} left"
