"""The part of a storage that keeps what walkers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from protomodels.database.queries import chunks, exchanges, traces
from protomodels.database.records import (
    ChunkRecord,
    ExchangeRecord,
    PackedChunk,
    StepRecord,
    TraceRecord,
    WalkerRecord,
)
from protomodels.database.states import RunState
from protomodels.database.storage.connected import Connected, not_negative

HISCORES_KEPT: Final = 10
"""How many hiscores a walker keeps, unless told otherwise."""


class Walks(Connected):
    """Walks: chunks of steps, where walkers stand, exchanges."""

    def commit_chunks(
        self, run: str, new: Mapping[int, ChunkRecord | PackedChunk], attempt: int, *, keep: int = HISCORES_KEPT
    ) -> RunState:
        """Append a chunk to each of some walkers: steps, state and hiscores, all of it exactly once, or nothing.

        Returns the state of the run, which others may have changed.

        Parameters
        ----------
        new: chunks by walker; the first of a walker begins with step 1, the others where the one before ended.
        attempt: of the lease.
        keep: how many hiscores a walker keeps.

        Raises
        ------
        FencedError: where another attempt has the run.
        ChunkError: where a chunk does not continue what is stored.
        TransitionError: where the run is not running (nor paused or cancelling, with chunks in flight).
        """
        with self._writing() as connection:
            return chunks.commit(connection, run, new, attempt, keep)

    def walker_states(self, run: str) -> list[WalkerRecord]:
        """Where the walkers stand, by number; one that has not committed a chunk is left out."""
        with self._reading() as connection:
            return chunks.walker_states(connection, run)

    def steps(self, run: str, walker: int, *, after: int = 0, limit: int | None = None) -> list[StepRecord]:
        """The steps of a walker beyond the step ``after``, in their order, at most ``limit`` of them."""
        not_negative("limit", limit)
        with self._reading() as connection:
            return chunks.steps_of(connection, run, walker, after, limit)

    def trace(self, run: str, points: int = 200) -> TraceRecord:
        """How a run went: the highest K of each walker in at most ``points`` parts of equal length, and how often moves
        were accepted.
        """
        not_negative("points", points)
        with self._reading() as connection:
            return traces.trace(connection, run, points)

    def exchange(self, run: str, adopted: Sequence[ExchangeRecord], attempt: int) -> None:
        """Give walkers that stand at the end of a step the states that they took over: all of them, or nothing.

        Raises
        ------
        FencedError, TransitionError: as for `commit_chunks`.
        StorageError: where a walker does not stand at that step, or has exchanged there before.
        """
        with self._writing() as connection:
            exchanges.apply(connection, run, adopted, attempt)

    def exchanges(self, run: str) -> list[ExchangeRecord]:
        """Who took over what, in the order of steps and walkers."""
        with self._reading() as connection:
            return exchanges.list_exchanges(connection, run)
