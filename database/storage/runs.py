"""The part of a storage that keeps runs and what happened to them."""

from __future__ import annotations

from collections.abc import Iterable

from protomodels.database.queries import creation, history, run_lists, runs
from protomodels.database.queries.whole.reading import read_whole
from protomodels.database.queries.whole.writing import write_whole
from protomodels.database.records import (
    EventRecord,
    NewRun,
    ProgressRecord,
    ResultsRecord,
    RunRecord,
    TransitionRecord,
    WholeRun,
)
from protomodels.database.states import state_of
from protomodels.database.storage.connected import Connected, not_negative
from protomodels.database.tables import RUNS


class Runs(Connected):
    """Runs: created, listed, moved from state to state, deleted."""

    def create_run(self, new: NewRun) -> str:
        """Store a run in state ``queued``; its id, ``r`` and eight hexadecimal digits, sorts by creation.

        Raises
        ------
        ConfigError: where the seed is not between 0 and 2^63 - 1, there are no walkers or no steps, or another run has
            its name.
        """
        with self._writing() as connection:
            return creation.create(connection, new)

    def create_run_once(self, new: NewRun, owner: str, key: str, sha256: str) -> str:
        """Store a run, unless this owner has asked for it by this key before; returns its id in either case.

        Parameters
        ----------
        owner, key: who asks, and the key that makes the request unique (the API's ``Idempotency-Key``).
        sha256: of the request.

        Raises
        ------
        ConfigError: where the owner used the key for another request, or as for `create_run`.
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
        kind: str | None = None,
        name: str | None = None,
        tags: Iterable[str] = (),
    ) -> list[RunRecord]:
        """Runs, newest first.

        Parameters
        ----------
        limit: at most so many.
        states: in one of these, such as ``running``; all without it.
        results: made with results of this name or fingerprint.
        sort: ``created`` (newest first), ``K`` (best first, runs without a K last) or ``steps`` (most first).
        before: only those that follow this run in the list: the last one of a page gives the next page.
        kind: ``own`` for those that no campaign has, ``campaign`` for the others; all without it.
        name, tags: the one of this name; those with all of these tags.

        Raises
        ------
        ConfigError: where a state, the sorting or the kind is unknown, or the limit negative.
        """
        wanted = None if states is None else [state_of(state) for state in states]
        not_negative("limit", limit)
        with self._reading() as connection:
            return run_lists.list_runs(connection, limit, wanted, results, sort, before, kind, name, tags)

    def label_run(
        self,
        run: str,
        *,
        name: str | None = None,
        note: str | None = None,
        tags: Iterable[str] | None = None,
        add: Iterable[str] = (),
        remove: Iterable[str] = (),
    ) -> None:
        """Change what a run is called; what is not given stays.

        Parameters
        ----------
        name: unique in the storage; an empty one takes the name away.
        note: free text.
        tags: all that it shall have; ``add`` and ``remove`` change some of them.

        Raises
        ------
        ConfigError: naming what is no name or tag, or the run that has the name.
        """
        with self._writing() as connection:
            runs.label(connection, run, name, note, tags, add, remove)

    def latest_run(self) -> RunRecord | None:
        """The newest run, None where there is none."""
        return next(iter(self.list_runs(limit=1)), None)

    def find_run(self, config_json: str, fingerprint: str) -> RunRecord | None:
        """The run with this config, on results of this fingerprint, that has come furthest; None where there is none.

        The config is compared letter by letter. A run that failed, was cancelled or is being cancelled does not count.
        """
        with self._reading() as connection:
            return runs.find(connection, config_json, fingerprint)

    def count_states(self, kind: str | None = None) -> dict[str, int]:
        """How many runs, or runs of a kind as for `list_runs`, are in each state; one without runs is left out."""
        with self._reading() as connection:
            return run_lists.count_states(connection, kind)

    def fingerprints(self, runs: Iterable[str]) -> dict[str, str]:
        """Fingerprints of the results of some runs, by run; one that is not stored is left out."""
        with self._reading() as connection:
            return run_lists.fingerprints(connection, runs)

    def list_results(self) -> list[ResultsRecord]:
        """The databases of results that stored runs were made with, by name and version."""
        with self._reading() as connection:
            return run_lists.list_results(connection)

    def combinability_table(self, run: str) -> str | None:
        """The combinability table that the run was given, as JSON text; None where it uses the default one."""
        with self._reading() as connection:
            return runs.combinability_table(connection, run)

    def progress(self, run: str) -> ProgressRecord:
        """How far a run has come, and its best proto-model."""
        with self._reading() as connection:
            return runs.progress(connection, run)

    def set_state(self, run: str, to: str, reason: str = "", *, attempt: int | None = None) -> TransitionRecord:
        """Move a run to another state, and record it.

        Parameters
        ----------
        to: the new state; `TRANSITIONS` has those that may follow each.
        reason: why, for people who read the log.
        attempt: of the lease of whoever is at work on the run; without it anybody may change the state.

        Raises
        ------
        TransitionError: where that state may not follow.
        FencedError: where another attempt has the run.
        ConfigError: where there is no such state.
        """
        state = state_of(to)
        with self._writing() as connection:
            return history.set_state(connection, RUNS, run, state, reason, attempt)

    def transitions(self, run: str) -> list[TransitionRecord]:
        """The changes of a run's state, oldest first."""
        with self._reading() as connection:
            return history.history(connection, run)

    def add_event(self, run: str, message: str, level: str = "info") -> None:
        """Write into the log of a run; ``level`` is ``info`` or ``warning``. Transitions are written by themselves."""
        with self._writing() as connection:
            history.add_event(connection, run, level, message)

    def log(self, run: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, EventRecord]]:
        """The log of a run: entries with their numbers, oldest first.

        Parameters
        ----------
        after: only those with a larger number: whoever follows a log asks with the last number that it has.
        limit: at most so many.
        """
        not_negative("limit", limit)
        with self._reading() as connection:
            return history.list_events(connection, run, after, limit)

    def whole_run(self, run: str) -> WholeRun:
        """A run with all that belongs to it, as it is at one moment."""
        with self._reading() as connection:
            return read_whole(connection, run)

    def add_whole_run(self, whole: WholeRun, remark: str) -> str:
        """Store a run of another storage, all of it or nothing; its id, which stays where no other run has it here.

        Its proto-models get new ids. One that was queued or at work is paused.

        Parameters
        ----------
        whole: as `whole_run` gave it; nothing is checked here.
        remark: for its log.

        Raises
        ------
        ConfigError: where a run of this config, on these results, from this time is stored already.
        """
        with self._writing() as connection:
            return write_whole(connection, whole, remark)

    def delete_run(self, run: str) -> None:
        """Delete a run with its steps, log and proto-models.

        Raises
        ------
        TransitionError: where it is running or being cancelled, or a campaign has or judges it.
        """
        with self._writing() as connection:
            runs.delete_run(connection, run)
