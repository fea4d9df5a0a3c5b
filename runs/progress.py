"""The live display of a run: a line that moves on a terminal, plain lines elsewhere; on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from protomodels.runs.loop import Progress

PLAIN_EVERY = 10.0
"""Seconds between plain lines."""


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
    width = 20
    bar = "#" * int(width * progress.steps / progress.total)
    best = "-" if progress.best_K is None else f"{progress.best_K:.3f}"
    left = progress.seconds_left
    clock = "" if left is None else f"  {int(left) // 60}:{int(left) % 60:02d} left"
    steps = f"{progress.steps:4d}/{progress.total} steps"
    return f"[{bar:<{width}}] {steps}  best K {best}  {progress.steps_per_second:.1f} steps/s{clock}"
