"""Chunks in this process, one after the other."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Generic, Self

from protomodels.runs.executors.base import R, S, Work


class InlineExecutor(Generic[S, R]):
    """Computes a chunk when it is submitted."""

    workers = 1
    in_flight = 1

    def __init__(self, work: Work[S, R]) -> None:
        self._work = work

    def submit(self, state: S, n_steps: int) -> Future[R]:
        """A future that is done already."""
        future: Future[R] = Future()
        try:
            future.set_result(self._work.chunk(state, n_steps))
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result, as a pool does
            future.set_exception(error)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""
