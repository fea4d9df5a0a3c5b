"""Chunks in worker processes on this machine.  Workers that die are replaced, and what they did is done again."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Generic, Self

from protomodels.errors import ProtomodelsError
from protomodels.results.build import end_with
from protomodels.runs.executors.base import MAX_LOSSES, R, S, Work, WorkerLostError

log = logging.getLogger(__name__)

_work: Work[Any, Any] | None = None  # of a worker process


def _begin(work: Work[Any, Any], parent: int) -> None:
    """Start of a worker: Ctrl-C is the parent's affair, and without the parent there is nothing to do."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with(parent)
    logging.getLogger().handlers.clear()
    gc.freeze()  # results stay: looking through them for garbage would take a tenth of the time
    _work = work


def _advance(state: Any, n_steps: int) -> Any:
    assert _work is not None  # noqa: S101 - set by _begin
    try:
        return _work.chunk(state, n_steps)
    except Exception as error:
        raise _portable(error) from error


def _portable(error: Exception) -> Exception:
    """The error, or its words where it cannot be sent: the worker would else count as dead."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - whatever it is, it cannot be sent
        return ProtomodelsError(f"{type(error).__name__}: {error}")
    return error


class ProcessExecutor(Generic[S, R]):
    """Workers share the results that were loaded before they began (fork), or get them once each (spawn).

    Parameters
    ----------
    workers: number of processes; all cores by default.
    """

    def __init__(self, work: Work[S, R], workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        self.in_flight = 2 * self.workers
        self._work = work
        work.prepare()
        self._lock = threading.Lock()
        self._open = True
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        return ProcessPoolExecutor(self.workers, context, _begin, (self._work, os.getpid()))

    def submit(self, state: S, n_steps: int) -> Future[R]:
        """A future of the chunk; it raises WorkerLostError where workers die of it again and again."""
        outer: Future[R] = Future()
        self._try(outer, state, n_steps, 0)
        return outer

    def _try(self, outer: Future[R], state: S, n_steps: int, losses: int) -> None:
        with self._lock:
            pool = self._pool
            try:
                inner = pool.submit(_advance, state, n_steps)
            except BrokenProcessPool:
                pool = self._pool = self._new_pool()
                inner = pool.submit(_advance, state, n_steps)

        def done(inner: Future[R]) -> None:
            if inner.cancelled():
                outer.cancel()
                return
            error = inner.exception()
            if not isinstance(error, BrokenProcessPool):
                if error is None:
                    outer.set_result(inner.result())
                else:
                    outer.set_exception(error)
            elif losses < MAX_LOSSES and self._open:
                log.warning("a worker process died; its steps are done again")
                # not here: the broken pool is still busy telling all its futures
                threading.Thread(target=self._retry, args=(pool, outer, state, n_steps, losses + 1)).start()
            else:
                outer.set_exception(WorkerLostError(f"worker processes died {losses + 1} times at the same steps"))

        inner.add_done_callback(done)

    def _retry(self, broken: ProcessPoolExecutor, outer: Future[R], state: S, n_steps: int, losses: int) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = self._new_pool()
        try:
            self._try(outer, state, n_steps, losses)
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result
            outer.set_exception(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=True)
