"""The part of a storage that keeps runs and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable

from protomodels.database.queries import creation, history, run_lists, runs
from protomodels.database.records import (
    EventRecord,
    NewRun,
    ProgressRecord,
    ResultsRecord,
    RunRecord,
    TransitionRecord,
)
from protomodels.database.states import state_of
from protomodels.database.storage.connected import Connected, not_negative


class Runs(Connected):
    """Runs: created, listed, moved from state to state, deleted."""

    def create_run(self, new: NewRun) -> str:
        """Store a run, queued, and return its id; ids sort by creation. ConfigError for a seed beyond 63 bits."""
        with self._writing() as connection:
            return creation.create(connection, new)

    def create_run_once(self, new: NewRun, owner: str, key: str, sha256: str) -> str:
        """Store a run, unless this owner has asked for it by this key before; its id in either case.

        Raises
        ------
        ConfigError: where the key was used for another request, of another ``sha256``.
        """
        with self._writing() as connection:
            return creation.create_run_once(connection, new, owner, key, sha256)

    def get_run(self, run: str) -> RunRecord:
        """One run."""
        with self._reading() as connection:
            return runs.get(connection, run)

    def list_runs(
        self,
        limit: int = 50,
        states: Iterable[str] | None = None,
        *,
        results: str | None = None,
        sort: str = "created",
        before: str | None = None,
    ) -> list[RunRecord]:
        """Runs, newest first.

        Parameters
        ----------
        states: in one of these.
        results: made with results of this name or fingerprint.
        sort: ``created`` (newest first), ``K`` (best first) or ``steps`` (most first).
        before: those that follow this run in the list, for the next page.
        """
        wanted = None if states is None else [state_of(state) for state in states]
        not_negative("limit", limit)
        with self._reading() as connection:
            return run_lists.list_runs(connection, limit, wanted, results, sort, before)

    def latest_run(self) -> RunRecord | None:
        """The newest run, None where there is none."""
        return next(iter(self.list_runs(limit=1)), None)

    def find_run(self, config_json: str, fingerprint: str) -> RunRecord | None:
        """The run with this config on these results that has come furthest; none that failed or was cancelled."""
        with self._reading() as connection:
            return runs.find(connection, config_json, fingerprint)

    def count_states(self) -> dict[str, int]:
        """How many runs are in each state, those in none left out."""
        with self._reading() as connection:
            return run_lists.count_states(connection)

    def list_results(self) -> list[ResultsRecord]:
        """The databases of results that stored runs were made with."""
        with self._reading() as connection:
            return run_lists.list_results(connection)

    def combinability_table(self, run: str) -> str | None:
        """The table that the run was given, as it was then; None where it was given none."""
        with self._reading() as connection:
            return runs.combinability_table(connection, run)

    def progress(self, run: str) -> ProgressRecord:
        """How far a run has come, and its best proto-model."""
        with self._reading() as connection:
            return runs.progress(connection, run)

    def set_state(self, run: str, to: str, reason: str = "", *, attempt: int | None = None) -> TransitionRecord:
        """Move a run to another state, as the one at work on it if an attempt is given.

        Raises
        ------
        TransitionError: where that is not legal.
        FencedError: where another attempt has the run.
        ConfigError: where there is no such state.
        """
        state = state_of(to)
        with self._writing() as connection:
            return history.set_state(connection, run, state, reason, attempt)

    def transitions(self, run: str) -> list[TransitionRecord]:
        """What happened to a run, oldest first."""
        with self._reading() as connection:
            return history.history(connection, run)

    def add_event(self, run: str, message: str, level: str = "info") -> None:
        """Write into the log of a run; its transitions are there by themselves."""
        with self._writing() as connection:
            history.add_event(connection, run, level, message)

    def log(self, run: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, EventRecord]]:
        """The log of a run, oldest entry first, each with its number; those beyond the number ``after``."""
        not_negative("limit", limit)
        with self._reading() as connection:
            return history.list_events(connection, run, after, limit)

    def delete_run(self, run: str) -> None:
        """Delete a run with all that it found, where nobody is at work on it and no campaign needs it.

        Raises
        ------
        TransitionError: where that is not so.
        """
        with self._writing() as connection:
            runs.delete_run(connection, run)
