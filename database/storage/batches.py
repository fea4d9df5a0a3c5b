"""The part of a storage that keeps batches."""

from __future__ import annotations

from collections.abc import Mapping

from protomodels.database.queries import batches, history, leases
from protomodels.database.records import BatchModel, BatchRecord, BatchRow, Lease, NewBatch
from protomodels.database.states import RunState, state_of
from protomodels.database.storage.connected import Connected, not_negative
from protomodels.database.tables import BATCHES
from protomodels.settings import LEASE_SECONDS


class Batches(Connected):
    """Batches: model files that are judged one by one."""

    def create_batch(
        self, new: NewBatch, *, owner: str | None = None, key: str | None = None, sha256: str | None = None
    ) -> str:
        """Store a batch in state ``queued``; its id, ``b`` and eight hexadecimal digits, sorts by creation.

        Parameters
        ----------
        owner, key, sha256: who asks, the key that makes the request unique, and the request: a batch that this owner
            has asked for by this key before is not stored again.

        Raises
        ------
        ConfigError: where the owner used the key for another request.
        """
        with self._writing() as connection:
            return batches.create(connection, new, owner, key, sha256)

    def get_batch(self, batch: str) -> BatchRecord:
        """One batch."""
        with self._reading() as connection:
            return batches.get(connection, batch)

    def list_batches(self, limit: int = 50, *, before: str | None = None) -> list[BatchRecord]:
        """Batches, newest first; ``before``: only those that are older than this one."""
        not_negative("limit", limit)
        with self._reading() as connection:
            return batches.list_batches(connection, limit, before)

    def batch_table(self, batch: str) -> str | None:
        """The combinability table that a batch was given, None where it was given none."""
        with self._reading() as connection:
            return batches.table_of(connection, batch)

    def lease_batch(self, batch: str, runner: str, *, seconds: float = LEASE_SECONDS) -> Lease:
        """Take up this batch, as `lease` does with a run."""
        with self._writing() as connection:
            return leases.take(connection, BATCHES, batch, runner, seconds)

    def waiting_models(self, batch: str, *, after: int = -1, limit: int = 50) -> list[BatchModel]:
        """Models that have no row, beyond the position ``after``."""
        with self._reading() as connection:
            return batches.waiting(connection, batch, after, limit)

    def commit_rows(self, batch: str, new: Mapping[int, tuple[str, str | None]], attempt: int) -> RunState:
        """Keep rows, all of them or nothing; a model that has a row already keeps it, so a call may be repeated.

        Returns the state of the batch, which others may have changed.

        Parameters
        ----------
        new: by position the row as JSON, and its error, None where there is none.
        attempt: of the lease.

        Raises
        ------
        FencedError: where another attempt has the batch.
        TransitionError: where the batch is not running (nor paused or cancelling, with rows in flight).
        """
        with self._writing() as connection:
            return batches.commit(connection, batch, new, attempt)

    def batch_rows(self, batch: str, *, after: int = -1, limit: int = 50) -> list[BatchRow]:
        """Models beyond the position ``after`` with their rows, in their order."""
        not_negative("limit", limit)
        with self._reading() as connection:
            return batches.rows(connection, batch, after, limit)

    def set_batch_state(self, batch: str, to: str, reason: str = "") -> None:
        """Move a batch to another state.

        Raises
        ------
        TransitionError: where that state may not follow.
        ConfigError: where there is no such state.
        """
        state = state_of(to)
        with self._writing() as connection:
            history.set_state(connection, BATCHES, batch, state, reason)

    def delete_batch(self, batch: str) -> None:
        """Delete a batch with its models and rows.

        Raises
        ------
        TransitionError: where it is running or being cancelled.
        """
        with self._writing() as connection:
            batches.delete_batch(connection, batch)
