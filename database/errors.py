"""The refusals of the storage that a caller may want to tell from a broken storage."""

from __future__ import annotations

from protomodels.errors import StorageError


class ChunkError(StorageError):
    """A chunk of steps does not continue what is stored: nothing of it was written.

    A runner that meets this with ``expected > got`` repeats what is stored already: another runner of the same walker
    was faster, or its own commit had come through after all when the connection broke.

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


class FencedError(StorageError):
    """Somebody who was thought dead writes to a run that another has taken over: nothing was written.

    Attributes
    ----------
    run: what was written to; it may be a batch, as ``kind`` says.
    attempt: of the late writer.
    current: of whoever has the run now.
    """

    def __init__(self, run: str, attempt: int, current: int, kind: str = "run") -> None:
        self.run = run
        self.attempt = attempt
        self.current = current
        self.kind = kind
        super().__init__(run, attempt, current, kind)

    def __str__(self) -> str:
        late = f"attempt {self.attempt} may no longer write to it"
        return f"{self.kind} {self.run} is in attempt {self.current} by now: {late}"


class TransitionError(StorageError):
    """A run, or a batch, cannot go from its state to the one asked for, or not be written to in its state."""


class UnavailableError(StorageError):
    """The storage cannot be reached or written just now: no server, no connection, no room, no lock in time.

    The same call may succeed later; nothing was written, unless the connection broke during a commit.
    """


class FullError(UnavailableError):
    """There is no room on the storage's disk: what somebody has to see to, so it is not tried again for long."""
