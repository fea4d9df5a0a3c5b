"""The two refusals of the storage that a caller may want to tell from a broken storage."""

from __future__ import annotations

from protomodels.errors import StorageError


class ChunkError(StorageError):
    """A chunk of steps does not continue what is stored: nothing of it was written.

    A runner that meets this with ``expected > got`` has lost the race against another runner of the same walker
    and must read the walker's state again.

    Attributes
    ----------
    run, walker: whose chunk it was.
    expected: the first step that would have been accepted.
    got: the first step of the refused chunk.
    """

    def __init__(self, run: str, walker: int, expected: int, got: int) -> None:
        self.run = run
        self.walker = walker
        self.expected = expected
        self.got = got
        super().__init__(run, walker, expected, got)

    def __str__(self) -> str:
        return (
            f"walker {self.walker} of run {self.run} is stored up to step {self.expected - 1}: "
            f"a chunk must begin with step {self.expected}, this one begins with step {self.got}"
        )


class TransitionError(StorageError):
    """A run cannot go from its state to the one asked for, or not be written to in its state."""
