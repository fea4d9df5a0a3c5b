"""The part of a storage that says who works on a run, a batch or a posterior."""

from __future__ import annotations

from datetime import datetime

from protomodels.database.queries import history, leases
from protomodels.database.records import Lease
from protomodels.database.states import RunState
from protomodels.database.storage.connected import Connected
from protomodels.database.tables import RUNS, WORK
from protomodels.settings import LEASE_SECONDS


class Leases(Connected):
    """Leases: taken, renewed, expired."""

    def lease(
        self, runner: str, *, run: str | None = None, seconds: float = LEASE_SECONDS, recover: bool = False
    ) -> Lease | None:
        """Take up a run, a batch or a posterior, to be the only one who writes to it; None where none waits.

        Whoever had the run before can no longer write to it. The lease ends with the state ``running``, or where the
        runner is silent for too long, see `heartbeat`.

        Parameters
        ----------
        runner: the name of whoever takes it up, such as ``host:1234``.
        run: this one; without it the oldest of all that are queued.
        seconds: after so many without a sign of life the runner counts as dead.
        recover: also the oldest that crashed; one that crashed again and again without a new step is left alone.

        Raises
        ------
        TransitionError: where ``run`` is given and another runner is at work on it, or it is final.
        """
        with self._writing() as connection:
            if run is not None:
                return leases.take(connection, RUNS, run, runner, seconds)
            return leases.take_next(connection, runner, seconds, recover)

    def heartbeat(self, lease: Lease, seconds: float = LEASE_SECONDS) -> RunState:
        """A sign of life: the lease holds for so many seconds more. Returns the run's state, which others may change.

        Raises
        ------
        FencedError: where another attempt has the run.
        """
        with self._writing() as connection:
            return leases.renew(connection, lease, seconds)

    def leased(self, lease: Lease) -> tuple[RunState, datetime | None]:
        """The state of the run or batch of a lease, and the last sign of life of whoever has it."""
        with self._reading() as connection:
            found = history.read(connection, WORK[lease.kind], lease.run)
            return found.state, found.heartbeat_at

    def leave(self, lease: Lease, to: RunState, reason: str) -> None:
        """Move the run or batch of a lease to another state.

        Raises
        ------
        TransitionError: where that state may not follow.
        FencedError: where another attempt has it.
        """
        with self._writing() as connection:
            history.set_state(connection, WORK[lease.kind], lease.run, to, reason, lease.attempt)

    def expire_leases(self) -> list[str]:
        """Mark runs and batches whose runner has been silent for too long as crashed; returns their ids."""
        with self._reading() as connection:
            if not leases.any_expired(connection):
                return []  # most often: whoever only looks should not wait for those who write
        with self._writing() as connection:
            return [identity for work in WORK.values() for identity in leases.expire(connection, work)]
