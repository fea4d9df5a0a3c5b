"""The part of a storage that keeps posteriors."""

from __future__ import annotations

from collections.abc import Mapping

from protomodels.database.queries import history, leases
from protomodels.database.queries.posteriors import kept
from protomodels.database.queries.posteriors import sweeps as made
from protomodels.database.records import ChainRecord, Lease, NewPosterior, PosteriorRecord, SweepsRecord
from protomodels.database.states import RunState, state_of
from protomodels.database.storage.connected import Connected, not_negative
from protomodels.database.tables import POSTERIORS
from protomodels.settings import LEASE_SECONDS


class Posteriors(Connected):
    """Posteriors: chains that are sampled, sweep by sweep."""

    def create_posterior(
        self, new: NewPosterior, *, owner: str | None = None, key: str | None = None, sha256: str | None = None
    ) -> str:
        """Store a posterior in state ``queued``; its id, ``p`` and eight hexadecimal digits, sorts by creation.

        Parameters
        ----------
        owner, key, sha256: who asks, the key that makes the request unique, and the request: a posterior that this
            owner has asked for by this key before is not stored again.

        Raises
        ------
        ConfigError: where there are no chains or no sweeps, or the owner used the key for another request.
        """
        with self._writing() as connection:
            return kept.create(connection, new, owner, key, sha256)

    def get_posterior(self, posterior: str) -> PosteriorRecord:
        """One posterior."""
        with self._reading() as connection:
            return kept.get(connection, posterior)

    def list_posteriors(self, limit: int = 50, *, before: str | None = None) -> list[PosteriorRecord]:
        """Posteriors, newest first; ``before``: only those that are older than this one."""
        not_negative("limit", limit)
        with self._reading() as connection:
            return kept.list_posteriors(connection, limit, before)

    def posterior_table(self, posterior: str) -> str | None:
        """The combinability table that a posterior was given, None where it was given none."""
        with self._reading() as connection:
            return kept.table_of(connection, posterior)

    def lease_posterior(self, posterior: str, runner: str, *, seconds: float = LEASE_SECONDS) -> Lease:
        """Take up this posterior, as `lease` does with a run."""
        with self._writing() as connection:
            return leases.take(connection, POSTERIORS, posterior, runner, seconds)

    def commit_sweeps(self, posterior: str, new: Mapping[int, SweepsRecord], attempt: int) -> RunState:
        """Append sweeps to each of some chains, with the state of each: all of it exactly once, or nothing.

        Returns the state of the posterior, which others may have changed.

        Parameters
        ----------
        new: by chain; the first sweep of a chain is 1, the others begin where the one before ended.
        attempt: of the lease.

        Raises
        ------
        FencedError: where another attempt has the posterior.
        ChunkError: where sweeps do not continue what is stored.
        TransitionError: where it is not running (nor paused or cancelling, with sweeps in flight).
        """
        with self._writing() as connection:
            return made.commit(connection, posterior, new, attempt)

    def chain_states(self, posterior: str) -> list[ChainRecord]:
        """Where the chains stand, by number; one that has not committed a sweep is left out."""
        with self._reading() as connection:
            return made.chains_of(connection, posterior)

    def sweeps(self, posterior: str, chain: int) -> list[bytes]:
        """What the sweeps of a chain gave, as they were packed, in their order."""
        with self._reading() as connection:
            return made.sweeps_of(connection, posterior, chain)

    def keep_answer(self, posterior: str, answer_json: str, attempt: int) -> None:
        """Keep what the chains say, verbatim; done again, the last one counts.

        Raises
        ------
        FencedError: where another attempt has the posterior.
        """
        with self._writing() as connection:
            kept.keep_answer(connection, posterior, answer_json, attempt)

    def set_posterior_state(self, posterior: str, to: str, reason: str = "") -> None:
        """Move a posterior to another state.

        Raises
        ------
        TransitionError: where that state may not follow.
        ConfigError: where there is no such state.
        """
        state = state_of(to)
        with self._writing() as connection:
            history.set_state(connection, POSTERIORS, posterior, state, reason)

    def delete_posterior(self, posterior: str) -> None:
        """Delete a posterior with its chains.

        Raises
        ------
        TransitionError: where it is running or being cancelled.
        """
        with self._writing() as connection:
            kept.delete_posterior(connection, posterior)
