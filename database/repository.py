"""The repository: all that the rest of the program can do with a storage.

Each method is one transaction. What a method means is the contract that `tests/test_database_contract.py` runs
against every kind of database; nothing here depends on which one it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from protomodels.database import (
    campaigns,
    chunks,
    exchanges,
    hiscores,
    leases,
    protomodels,
    runs,
    schema,
    tokens,
    traces,
)
from protomodels.database.engine import make_engine, migrating, reading, writing
from protomodels.database.errors import UnavailableError
from protomodels.database.hiscores import HiscoreQuery
from protomodels.database.records import (
    CampaignRecord,
    CampaignRun,
    ChunkRecord,
    EventRecord,
    ExchangeRecord,
    HiscoreSummary,
    Lease,
    NewRun,
    PackedChunk,
    ProgressRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StepRecord,
    TokenRecord,
    TraceRecord,
    TransitionRecord,
    WalkerRecord,
)
from protomodels.database.states import RunState, state_of
from protomodels.database.urls import is_memory, is_server, parse_url, shown
from protomodels.errors import ConfigError, StorageError
from protomodels.settings import LEASE_SECONDS

KEEP: Final = 10
"""How many hiscores a walker keeps, unless told otherwise."""


def open_storage(location: str | PathLike[str], *, create: bool = True, upgrade: bool = False) -> Storage:
    """Open a storage, ready to use.

    Parameters
    ----------
    location: the path of a SQLite file (``runs.db``), or a URL: ``sqlite:///PATH``, ``sqlite:///:memory:``,
        ``postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE``. A text without ``://`` is a path.
    create: make the file and its tables where there are none.
    upgrade: migrate a storage that an older version of the program made.

    Raises
    ------
    ConfigError: where the location is neither a path nor the URL of a database that the program knows.
    UnavailableError: where it cannot be reached just now.
    StorageError: where it cannot be opened, is no storage of ours, or has another schema revision.

    Examples
    --------
    >>> with open_storage(":memory:") as storage:  # lives as long as the process
    ...     storage.list_runs()
    []
    """
    parsed = parse_url(location)
    if not (is_memory(parsed) or is_server(parsed)):
        _check_file(parsed, create=create or upgrade)
    engine = make_engine(parsed)
    try:
        with reading(engine) as connection:
            found = schema.revision_of(connection)
        if found != schema.HEAD:
            with migrating(engine) as connection:
                schema.bring_to_head(connection, create=create, upgrade=upgrade)
    except StorageError as error:
        engine.dispose()
        kind = UnavailableError if isinstance(error, UnavailableError) else StorageError
        raise kind(_located(str(error), parsed)) from error
    except BaseException:
        engine.dispose()
        raise
    return Storage(engine)


def _located(message: str, url: URL) -> str:
    return message if shown(url) in message else f"storage {shown(url)}: {message}"


def _check_file(url: URL, *, create: bool) -> None:
    """Give the file a directory; raise StorageError where that, or the file, is not to be had."""
    path = Path(url.database or "")
    try:
        if path.is_dir():
            raise StorageError(f"storage {shown(url)}: {path} is a directory, not a file")
        if not create and not path.exists():
            raise StorageError(f"storage {shown(url)}: there is no such file; `{schema.COMMAND}` creates it")
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"storage {shown(url)}: its directory cannot be used: {error}") from error


class Storage:
    """An open storage; close it, or use it in a ``with`` statement.

    Threads may share it; another process opens its own. Every method raises `StorageError` where the storage cannot
    be read or written, and `NotFoundError` for a run or proto-model that is not stored.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._open = True

    @property
    def url(self) -> str:
        """Where it is, for messages: a password is not shown."""
        return shown(self._engine.url)

    def close(self) -> None:
        """Close all connections; a memory storage is gone then. Closing twice does no harm."""
        self._open = False
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _usable(self) -> Engine:
        if not self._open:
            raise StorageError(f"storage {self.url} is closed")
        return self._engine

    # runs

    def create_run(self, new: NewRun) -> str:
        """Store a run, queued, and return its id; ids sort by creation. ConfigError for a seed beyond 63 bits."""
        with writing(self._usable()) as connection:
            return runs.create(connection, new)

    def set_state(self, run: str, to: str, reason: str = "", *, attempt: int | None = None) -> TransitionRecord:
        """Move a run to another state, as the one at work on it if an attempt is given.

        Raises
        ------
        TransitionError: where that is not legal.
        FencedError: where another attempt has the run.
        ConfigError: where there is no such state.
        """
        state = state_of(to)
        with writing(self._usable()) as connection:
            return runs.set_state(connection, run, state, reason, attempt)

    def get_run(self, run: str) -> RunRecord:
        """One run."""
        with reading(self._usable()) as connection:
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
        _positive("limit", limit)
        with reading(self._usable()) as connection:
            return runs.list_runs(connection, limit, wanted, results, sort, before)

    def latest_run(self) -> RunRecord | None:
        """The newest run, None where there is none."""
        return next(iter(self.list_runs(limit=1)), None)

    def count_states(self) -> dict[str, int]:
        """How many runs are in each state, those in none left out."""
        with reading(self._usable()) as connection:
            return runs.count_states(connection)

    def transitions(self, run: str) -> list[TransitionRecord]:
        """What happened to a run, oldest first."""
        with reading(self._usable()) as connection:
            return runs.history(connection, run)

    def progress(self, run: str) -> ProgressRecord:
        """How far a run has come, and its best proto-model."""
        with reading(self._usable()) as connection:
            return runs.progress(connection, run)

    def combinability_table(self, run: str) -> str | None:
        """The table that the run was given, as it was then; None where it was given none."""
        with reading(self._usable()) as connection:
            return runs.combinability_table(connection, run)

    def list_results(self) -> list[ResultsRecord]:
        """The databases of results that stored runs were made with."""
        with reading(self._usable()) as connection:
            return runs.known_results(connection)

    def add_event(self, run: str, message: str, level: str = "info") -> None:
        """Write into the log of a run; its transitions are there by themselves."""
        with writing(self._usable()) as connection:
            runs.add_event(connection, run, level, message)

    def find_run(self, config_json: str, fingerprint: str) -> RunRecord | None:
        """The run with this config on these results that has come furthest; none that failed or was cancelled."""
        with reading(self._usable()) as connection:
            return runs.with_config(connection, config_json, fingerprint)

    def delete_run(self, run: str) -> None:
        """Delete a run with all that it found, where nobody is at work on it and no campaign needs it.

        Raises
        ------
        TransitionError: where that is not so.
        """
        with writing(self._usable()) as connection:
            runs.delete(connection, run)

    # the service

    def create_token(self, name: str, sha256: str, scope: str, lifetime: timedelta | None) -> int:
        """Store the hash of a new token; returns its number."""
        with writing(self._usable()) as connection:
            return tokens.create(connection, name, sha256, scope, lifetime)

    def find_token(self, number: int) -> TokenRecord | None:
        """The token of this number; None where there is none, or it has expired or was revoked."""
        with reading(self._usable()) as connection:
            return tokens.valid(connection, number)

    def list_tokens(self) -> list[TokenRecord]:
        """All tokens, oldest first."""
        with reading(self._usable()) as connection:
            return tokens.list_tokens(connection)

    def revoke_token(self, number: int) -> None:
        """Let a token be refused from now on."""
        with writing(self._usable()) as connection:
            tokens.revoke(connection, number)

    def create_run_once(self, new: NewRun, owner: str, key: str, sha256: str) -> str:
        """Store a run, unless this owner has asked for it by this key before; its id in either case.

        Raises
        ------
        ConfigError: where the key was used for another request, of another ``sha256``.
        """
        with writing(self._usable()) as connection:
            return tokens.create_run_once(connection, new, owner, key, sha256)

    # campaigns

    def create_campaign(self, kind: str, config_json: str) -> str:
        """The id of the campaign with this config, stored without runs where it is new; ids sort by creation."""
        with writing(self._usable()) as connection:
            return campaigns.create(connection, kind, config_json)

    def campaign(self, campaign: str) -> CampaignRecord:
        """One campaign with its runs."""
        with reading(self._usable()) as connection:
            return campaigns.get(connection, campaign)

    def campaign_runs(self, campaign: str) -> dict[int, CampaignRun]:
        """The runs of a campaign by position, each with its best proto-model: two queries, however many there are."""
        with reading(self._usable()) as connection:
            return campaigns.runs_of(connection, campaign)

    def list_campaigns(self, limit: int = 50) -> list[CampaignRecord]:
        """Campaigns, newest first."""
        _positive("limit", limit)
        with reading(self._usable()) as connection:
            return campaigns.list_campaigns(connection, limit)

    def add_to_campaign(self, campaign: str, position: int, run: str) -> str:
        """Make a run the campaign's here, unless it has one that may still be completed; returns its run."""
        with writing(self._usable()) as connection:
            return campaigns.add(connection, campaign, position, run)

    def add_bound(self, campaign: str, position: int, K: float, model_json: str) -> None:
        """Keep a lower bound of the best K for a position of a campaign that need not be walked then."""
        with writing(self._usable()) as connection:
            campaigns.add_bound(connection, campaign, position, K, model_json)

    def log(self, run: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, EventRecord]]:
        """The log of a run, oldest entry first, each with its number; those beyond the number ``after``."""
        _positive("limit", limit)
        with reading(self._usable()) as connection:
            return runs.list_events(connection, run, after, limit)

    # who works on a run

    def lease(
        self, runner: str, *, run: str | None = None, seconds: float = LEASE_SECONDS, recover: bool = False
    ) -> Lease | None:
        """Take up a run: this one, or else the oldest that is queued or, with ``recover``, crashed.

        None where no run waits. Whoever had the run before can no longer write to it.

        Raises
        ------
        TransitionError: where ``run`` is given and another runner is at work on it, or it is final.
        """
        with writing(self._usable()) as connection:
            if run is not None:
                return leases.take(connection, run, runner, seconds)
            return leases.take_next(connection, runner, seconds, recover)

    def heartbeat(self, lease: Lease, seconds: float = LEASE_SECONDS) -> RunState:
        """A sign of life of a runner; returns the state of the run, which others may have changed.

        Raises
        ------
        FencedError: where another attempt has the run.
        """
        with writing(self._usable()) as connection:
            return leases.renew(connection, lease, seconds)

    def expire_leases(self) -> list[str]:
        """Mark the runs whose runner fell silent as crashed; returns their ids."""
        with reading(self._usable()) as connection:
            if not leases.any_expired(connection):
                return []  # most often: whoever only looks should not wait for those who write
        with writing(self._usable()) as connection:
            return leases.expire(connection)

    # walks

    def commit_chunks(
        self, run: str, new: Mapping[int, ChunkRecord | PackedChunk], attempt: int, *, keep: int = KEEP
    ) -> RunState:
        """Append a chunk to each of some walkers: steps, state and hiscores, all of it exactly once, or nothing.

        A walker's first chunk begins with step 1, and it keeps its best ``keep`` hiscores. Returns the state of the
        run, which others may have changed.

        Raises
        ------
        FencedError: where another attempt has the run.
        ChunkError: where a chunk does not continue what is stored.
        TransitionError: where the run is not running (nor paused or cancelling, with chunks in flight).
        """
        with writing(self._usable()) as connection:
            return chunks.commit(connection, run, new, attempt, keep)

    def walker_states(self, run: str) -> list[WalkerRecord]:
        """Where the walkers stand, by number; one that has committed nothing is not listed."""
        with reading(self._usable()) as connection:
            return chunks.walker_states(connection, run)

    def steps(self, run: str, walker: int, *, after: int = 0, limit: int | None = None) -> list[StepRecord]:
        """The steps of a walker after the step ``after``, at most ``limit`` of them."""
        _positive("limit", limit)
        with reading(self._usable()) as connection:
            return chunks.steps_of(connection, run, walker, after, limit)

    def trace(self, run: str, points: int = 200) -> TraceRecord:
        """How a run went: highest K of each walker in about ``points`` parts of the run, acceptance of moves."""
        _positive("points", points)
        with reading(self._usable()) as connection:
            return traces.trace(connection, run, points)

    def exchange(self, run: str, adopted: Sequence[ExchangeRecord], attempt: int) -> None:
        """Give walkers that stand at the end of a step the states that they took over: all of them, or nothing."""
        with writing(self._usable()) as connection:
            exchanges.apply(connection, run, adopted, attempt)

    def exchanges(self, run: str) -> list[ExchangeRecord]:
        """Who took over what, in the order of steps and walkers."""
        with reading(self._usable()) as connection:
            return exchanges.list_exchanges(connection, run)

    # proto-models

    def hiscores(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[HiscoreSummary]:
        """The proto-models that a search describes (a run's, given its id), best K first, without duplicates."""
        _positive("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with reading(self._usable()) as connection:
            return hiscores.best(connection, wanted, limit)

    def protomodel(self, identity: int) -> ProtomodelRecord:
        """One proto-model with its contributions and limits, in their order."""
        with reading(self._usable()) as connection:
            return protomodels.get(connection, identity)

    def protomodels(self, identities: Sequence[int]) -> list[ProtomodelRecord]:
        """Proto-models with their contributions and limits, in the order of these ids, at the cost of one.

        NotFoundError names the first that is not stored.
        """
        with reading(self._usable()) as connection:
            return protomodels.get_many(connection, identities)

    def best_protomodels(self, search: HiscoreQuery | str | None = None, limit: int = 50) -> list[ProtomodelRecord]:
        """As `hiscores`, each with its contributions and limits."""
        _positive("limit", limit)
        wanted = search if isinstance(search, HiscoreQuery) else HiscoreQuery(run=search)
        with reading(self._usable()) as connection:
            found = hiscores.best(connection, wanted, limit)
            return protomodels.get_many(connection, [entry.id for entry in found])


def _positive(name: str, value: int | None) -> None:
    """Refuse (ConfigError) a negative limit: databases disagree on what it means."""
    if value is not None and value < 0:
        raise ConfigError(name, value, "a whole number of 0 or more")
