"""The part of a storage that says who works on a run."""

from __future__ import annotations

from protomodels.database.queries import leases
from protomodels.database.records import Lease
from protomodels.database.states import RunState
from protomodels.database.storage.connected import Connected
from protomodels.settings import LEASE_SECONDS


class Leases(Connected):
    """Leases: taken, renewed, expired."""

    def lease(
        self, runner: str, *, run: str | None = None, seconds: float = LEASE_SECONDS, recover: bool = False
    ) -> Lease | None:
        """Take up a run: this one, or else the oldest that is queued or, with ``recover``, crashed.

        None where no run waits. Whoever had the run before can no longer write to it.

        Raises
        ------
        TransitionError: where ``run`` is given and another runner is at work on it, or it is final.
        """
        with self._writing() as connection:
            if run is not None:
                return leases.take(connection, run, runner, seconds)
            return leases.take_next(connection, runner, seconds, recover)

    def heartbeat(self, lease: Lease, seconds: float = LEASE_SECONDS) -> RunState:
        """A sign of life of a runner; returns the state of the run, which others may have changed.

        Raises
        ------
        FencedError: where another attempt has the run.
        """
        with self._writing() as connection:
            return leases.renew(connection, lease, seconds)

    def expire_leases(self) -> list[str]:
        """Mark the runs whose runner fell silent as crashed; returns their ids."""
        with self._reading() as connection:
            if not leases.any_expired(connection):
                return []  # most often: whoever only looks should not wait for those who write
        with self._writing() as connection:
            return leases.expire(connection)
