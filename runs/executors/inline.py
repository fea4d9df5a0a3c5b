"""Chunks in this process, one after the other."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Self

from protomodels.runs.records import ChunkResult, run_chunk
from protomodels.walker.state import WalkState
from protomodels.walker.walk import Walk


class InlineExecutor:
    """Computes a chunk when it is submitted."""

    workers = 1
    in_flight = 1

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def submit(self, state: WalkState, n_steps: int) -> Future[ChunkResult]:
        """A future that is done already."""
        future: Future[ChunkResult] = Future()
        try:
            future.set_result(run_chunk(self._walk, state, n_steps))
        except Exception as error:  # noqa: BLE001 - handed to whoever asks for the result, as a pool does
            future.set_exception(error)
        return future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is held."""
