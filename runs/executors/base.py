"""What an executor is."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Final, Protocol, Self, TypeVar

from protomodels.errors import ProtomodelsError
from protomodels.scoring.scorer import Scorer

S = TypeVar("S", contravariant=True)
R = TypeVar("R")

MAX_LOSSES: Final = 5
"""How often a chunk is given to another worker after its worker died; then the chunk itself is suspected."""


class WorkerLostError(ProtomodelsError):
    """Workers died again and again, or all of them with what kept them: not the walk's fault, so resumable."""


class Work(Protocol[S, R]):
    """What makes chunks, of a walk's steps or a sampler's sweeps: a pure function of a state and a length.

    Attributes
    ----------
    scorer: what its models are scored with.
    """

    @property
    def scorer(self) -> Scorer: ...

    def chunk(self, state: S, n: int) -> R:
        """The next ``n`` steps from a state, all that can be done without the storage."""

    def prepare(self) -> None:
        """Make what all chunks share, before processes are made that would each do it again."""

    def try_out(self) -> None:
        """Make a chunk that nobody needs: what is compiled at its first use is then there."""

    def elsewhere(self) -> Callable[[Scorer], Work[S, R]]:
        """What makes the same of a scorer that is made elsewhere; small, and can be sent there."""


class Executor(Protocol[S, R]):
    """Computes chunks; use it in a ``with`` statement."""

    @property
    def workers(self) -> int:
        """How many chunks are computed at a time; may change while workers come and go."""

    @property
    def in_flight(self) -> int:
        """How many chunks to hand out at a time, so that no worker waits for the next."""

    def submit(self, state: S, n_steps: int) -> Future[R]:
        """Have the next steps of a walker, or sweeps of a chain, computed.

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
