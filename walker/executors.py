"""Where chunks of steps are computed.  The chains do not depend on it."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from types import TracebackType
from typing import Final, Protocol, Self

from protomodels.errors import ConfigError
from walker.state import WalkState
from walker.walk import Chunk, Walk

EXECUTORS: Final = ("inline", "process")


class Executor(Protocol):
    """Computes chunks; ``workers`` of them at a time."""

    @property
    def workers(self) -> int: ...
    def submit(self, state: WalkState, n_steps: int) -> Future[Chunk]: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class InlineExecutor:
    """In this process, one after the other."""

    workers = 1

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def submit(self, state: WalkState, n_steps: int) -> Future[Chunk]:
        """A future that is done already."""
        future: Future[Chunk] = Future()
        try:
            future.set_result(self._walk.advance(state, n_steps))
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result, as a pool does
            future.set_exception(error)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""


_walk: Walk | None = None  # of a worker process


def _begin(make_walk: Callable[[], Walk]) -> None:
    """Start of a worker: Ctrl-C is the parent's affair."""
    global _walk
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger().handlers.clear()
    _walk = make_walk()


def _advance(state: WalkState, n_steps: int) -> Chunk:
    assert _walk is not None  # noqa: S101 - set by _begin
    return _walk.advance(state, n_steps)


class ProcessExecutor:
    """In worker processes that share the results loaded before (fork), or load them once each (spawn).

    Parameters
    ----------
    make_walk: called once in each worker.
    workers: number of processes; all cores by default.
    """

    def __init__(self, make_walk: Callable[[], Walk], workers: int | None = None) -> None:
        self.workers = workers or os.cpu_count() or 1
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        context = multiprocessing.get_context(method)
        self._pool = ProcessPoolExecutor(self.workers, context, _begin, (make_walk,))

    def submit(self, state: WalkState, n_steps: int) -> Future[Chunk]:
        """A future of the chunk; it raises BrokenProcessPool where a worker died."""
        return self._pool.submit(_advance, state, n_steps)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)


def make_executor(name: str, walk: Walk, workers: int | None = None) -> Executor:
    """The executor of this name.

    Raises
    ------
    ConfigError: where there is none.
    """
    if name == "inline":
        return InlineExecutor(walk)
    if name == "process":
        return ProcessExecutor(lambda: walk, workers)
    raise ConfigError("executor", name, "one of " + ", ".join(EXECUTORS))
