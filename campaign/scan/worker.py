"""What a worker process of a scan does: rows of the models that it is sent, one after the other."""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from protomodels.campaign.scan.judge import Row
from protomodels.results.build import end_with

MakeRow = Callable[[str, Any], Row]
"""Name and content of a model in, its row out; never raises."""


def work(connection: Connection, make_row: MakeRow, parent: int) -> None:
    """Answer each list of (name, content) with a row for each, until the other end is closed.

    Parameters
    ----------
    parent: process without which there is nothing to do.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's affair
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with(parent)
    logging.getLogger().handlers.clear()
    gc.freeze()  # results stay: looking through them for garbage would take time
    while True:
        try:
            models = connection.recv()
        except EOFError:
            return
        for name, content in models:
            connection.send(make_row(name, content))
