"""What an executor is."""

from __future__ import annotations

from concurrent.futures import Future
from types import TracebackType
from typing import Final, Protocol, Self

from protomodels.errors import ProtomodelsError
from protomodels.runs.records import ChunkResult
from protomodels.walker.state import WalkState

MAX_LOSSES: Final = 5
"""How often a chunk is given to another worker after its worker died; then the chunk itself is suspected."""


class WorkerLostError(ProtomodelsError):
    """Workers died again and again, or all of them with what kept them: not the walk's fault, so resumable."""


class Executor(Protocol):
    """Computes chunks; use it in a ``with`` statement."""

    @property
    def workers(self) -> int:
        """How many chunks are computed at a time; may change while workers come and go."""

    @property
    def in_flight(self) -> int:
        """How many chunks to hand out at a time, so that no worker waits for the next."""

    def submit(self, state: WalkState, n_steps: int) -> Future[ChunkResult]:
        """Have the next steps of a walker computed.

        Parameters
        ----------
        state: where the walker is, with the state of its random numbers: the answer does not depend on the worker.
        n_steps: length of the chunk.

        Returns
        -------
        A future of the chunk; it raises `WorkerLostError` where workers die of it again and again.
        """

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
