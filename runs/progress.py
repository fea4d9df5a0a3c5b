"""The live display of a run: a line that moves on a terminal, plain lines elsewhere; on standard error."""

from __future__ import annotations

import sys
import time

from protomodels.runs.loop import Progress

PLAIN_EVERY = 10.0
"""Seconds between plain lines."""


class ProgressDisplay:
    """Call it with each :class:`Progress` of a run."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        """Show how far the run has come."""
        now = time.monotonic()
        done = progress.steps >= progress.total
        if not done and now - self._last < (0.2 if self._live else PLAIN_EVERY):
            return
        self._last = now
        start, end = ("\r", "\n" if done else "\x1b[K") if self._live else ("", "\n")
        sys.stderr.write(start + progress_line(progress) + end)
        sys.stderr.flush()

    def finish(self) -> None:
        """Leave the line that moves."""
        if self._live:
            sys.stderr.write("\n")


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
