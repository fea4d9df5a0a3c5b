"""The command in a process that a runner started: it ends when the runner does."""

from __future__ import annotations

import os
import sys
import threading

from protomodels.cli.main import main

ORPHANED_EXIT = 143


def _end_with_runner() -> None:
    """Wait for the end of the pipe that the runner holds."""
    try:
        while os.read(sys.stdin.fileno(), 1):
            pass
    finally:
        os._exit(ORPHANED_EXIT)


if __name__ == "__main__":
    threading.Thread(target=_end_with_runner, daemon=True).start()
    main()
