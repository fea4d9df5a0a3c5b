"""Worker processes of a scan.  One that dies costs its model a second try; one that takes too long is ended.

Workers share the results that were loaded before they began (fork), or get them once each (spawn).
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Final, Self, cast

from protomodels.campaign.scan.inputs import Item
from protomodels.campaign.scan.judge import Row
from protomodels.campaign.scan.rows import failed
from protomodels.campaign.scan.worker import MakeRow, work

CHUNK_SECONDS: Final = 0.3
"""Of work that is handed out at once."""
MOST: Final = 64
"""Models that are handed out at once, at most."""
TRIES: Final = 2

Done = tuple[Item, Row]


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    waiting: deque[Item] = field(default_factory=deque)
    since: float = 0.0


class Pool:
    """Processes that make rows.

    Parameters
    ----------
    make_row: what they do.
    workers: number of processes; all cores by default.
    seconds: that one model may take.
    """

    def __init__(self, make_row: MakeRow, workers: int | None = None, seconds: float = 60.0) -> None:
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        self._context = multiprocessing.get_context(method)
        self._make_row, self._seconds = make_row, seconds
        self._workers = [self._begin() for _ in range(workers or os.cpu_count() or 1)]
        self._again: deque[Item] = deque()
        self._losses: dict[int, int] = {}
        self._pace = CHUNK_SECONDS  # seconds a model, about

    def rows(self, items: Iterator[Item]) -> Iterator[Done]:
        """The rows of all items, in any order."""
        open_, left = True, True
        while open_ or left:
            for worker in self._workers:
                if open_ and not worker.waiting:
                    open_ = self._hand_out(worker, items)
            left = any(worker.waiting for worker in self._workers)
            if left:
                yield from self._collected()
                open_ = open_ or bool(self._again)

    def _begin(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = cast(
            BaseProcess,
            self._context.Process(  # type: ignore[attr-defined]  # all contexts have it
                target=work, args=(theirs, self._make_row, os.getpid()), daemon=True
            ),
        )
        process.start()
        theirs.close()  # so that the death of the process is the end of the connection
        return _Worker(process, ours)

    def _hand_out(self, worker: _Worker, items: Iterator[Item]) -> bool:
        """Give a worker that waits more to do; False where nothing is left."""
        if self._again:
            chunk = [self._again.popleft()]  # alone: whoever is lost once may be lost again
        else:
            size = max(1, min(MOST, int(CHUNK_SECONDS / max(self._pace, 1e-6))))
            chunk = [item for _, item in zip(range(size), items, strict=False)]
        if not chunk:
            return False
        worker.waiting.extend(chunk)
        worker.since = time.monotonic()
        with contextlib.suppress(OSError):  # it has died: that is seen where rows are collected
            worker.connection.send([(item.name, item.content) for item in chunk])
        return True

    def _collected(self) -> Iterator[Done]:
        busy = {worker.connection: worker for worker in self._workers if worker.waiting}
        now = time.monotonic()
        patience = min(worker.since for worker in busy.values()) + self._seconds - now
        ready = wait(list(busy), max(0.0, patience))
        for connection in ready:
            yield from self._answer(busy[cast(Connection, connection)])
        now = time.monotonic()
        for worker in busy.values():
            if worker.waiting and now - worker.since > self._seconds and not worker.connection.poll():
                late = worker.waiting.popleft()
                self._replace(worker)
                yield late, failed(late.name, f"took more than {self._seconds:g} s (--seconds)")

    def _answer(self, worker: _Worker) -> Iterator[Done]:
        try:
            row = cast(Row, worker.connection.recv())
        except (EOFError, OSError):
            yield from self._lost(worker)
            return
        now = time.monotonic()
        self._pace += 0.1 * (now - worker.since - self._pace)
        worker.since = now
        yield worker.waiting.popleft(), row

    def _lost(self, worker: _Worker) -> Iterator[Done]:
        item = worker.waiting.popleft()
        worker.process.join()
        code = worker.process.exitcode or 0
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self._losses[item.place] = self._losses.get(item.place, 0) + 1
        if self._losses[item.place] < TRIES:
            self._again.append(item)
            self._replace(worker)
        else:
            self._replace(worker)
            yield item, failed(item.name, f"its worker process died {TRIES} times ({how}): too little memory?")

    def _replace(self, worker: _Worker) -> None:
        """A new process for one that is of no use; what it had still to do waits for others."""
        self._again.extend(worker.waiting)
        _end(worker)
        self._workers[self._workers.index(worker)] = self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            _end(worker)


def _end(worker: _Worker) -> None:
    worker.waiting.clear()
    worker.process.kill()
    worker.process.join()
    worker.connection.close()
