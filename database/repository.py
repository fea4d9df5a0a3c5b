"""The repository: all that the rest of the program can do with a storage.

Each method is one transaction. What a method means is the contract that `tests/test_database_contract.py` runs
against every kind of database; nothing here depends on which one it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from database import chunks, hiscores, runs, schema
from database.engine import make_engine, migrating, reading, writing
from database.records import (
    ChunkRecord,
    HiscoreSummary,
    NewRun,
    ProgressRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StepRecord,
    TransitionRecord,
    WalkerRecord,
)
from database.states import state_of
from database.urls import is_memory, parse_url, shown
from protomodels.errors import StorageError

KEEP: Final = 50
"""How many hiscores a run keeps, unless told otherwise."""


def open_storage(url: str, *, create: bool = True, upgrade: bool = False) -> Storage:
    """Open the storage at a URL, ready to use.

    Parameters
    ----------
    url: ``sqlite:///PATH`` or ``sqlite:///:memory:``.
    create: make the file and its tables where there are none.
    upgrade: migrate a storage that an older version of the program made.

    Raises
    ------
    ConfigError: where the URL is not one of a storage that the program knows.
    StorageError: where the storage cannot be opened, is no storage of ours, or has another schema revision.
    """
    parsed = parse_url(url)
    if not is_memory(parsed):
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
        raise StorageError(_located(str(error), parsed)) from error
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

    def set_state(self, run: str, to: str, reason: str = "") -> TransitionRecord:
        """Move a run to another state. TransitionError where that is not legal, ConfigError for no state."""
        state = state_of(to)
        with writing(self._usable()) as connection:
            return runs.set_state(connection, run, state, reason)

    def get_run(self, run: str) -> RunRecord:
        """One run."""
        with reading(self._usable()) as connection:
            return runs.get(connection, run)

    def list_runs(
        self, limit: int = 50, states: Iterable[str] | None = None, *, before: str | None = None
    ) -> list[RunRecord]:
        """Runs, newest first: in one of ``states`` if given, older than the run ``before`` if given."""
        wanted = None if states is None else [state_of(state) for state in states]
        with reading(self._usable()) as connection:
            return runs.newest(connection, limit, wanted, before)

    def latest_run(self) -> RunRecord | None:
        """The newest run, None where there is none."""
        return next(iter(self.list_runs(limit=1)), None)

    def transitions(self, run: str) -> list[TransitionRecord]:
        """What happened to a run, oldest first."""
        with reading(self._usable()) as connection:
            return runs.history(connection, run)

    def progress(self, run: str) -> ProgressRecord:
        """How far a run has come, and its best proto-model."""
        with reading(self._usable()) as connection:
            return runs.progress(connection, run)

    def list_results(self) -> list[ResultsRecord]:
        """The databases of results that stored runs were made with."""
        with reading(self._usable()) as connection:
            return runs.known_results(connection)

    # walks

    def commit_chunk(self, run: str, walker: int, chunk: ChunkRecord, *, keep: int = KEEP) -> None:
        """Append steps, the walker's state after them and its hiscores: all of it, exactly once, or nothing.

        A walker's first chunk begins with step 1. The run keeps its best ``keep`` hiscores.

        Raises
        ------
        ChunkError: where the chunk does not continue what is stored.
        TransitionError: where the run is not running (nor paused or cancelling, with chunks in flight).
        """
        with writing(self._usable()) as connection:
            chunks.commit(connection, run, walker, chunk, keep)

    def walker_states(self, run: str) -> list[WalkerRecord]:
        """Where the walkers stand, by number; one that has committed nothing is not listed."""
        with reading(self._usable()) as connection:
            return chunks.walker_states(connection, run)

    def steps(self, run: str, walker: int, *, after: int = 0, limit: int | None = None) -> list[StepRecord]:
        """The steps of a walker after the step ``after``, at most ``limit`` of them."""
        with reading(self._usable()) as connection:
            return chunks.steps_of(connection, run, walker, after, limit)

    # proto-models

    def hiscores(
        self,
        run: str | None = None,
        particle: int | None = None,
        limit: int = KEEP,
        *,
        min_mass: float | None = None,
        max_mass: float | None = None,
    ) -> list[HiscoreSummary]:
        """Best K first, ties by id: of one run or of all, with a particle (pid), its mass in GeV in a window."""
        with reading(self._usable()) as connection:
            return hiscores.best(connection, run, particle, (min_mass, max_mass), limit)

    def protomodel(self, identity: int) -> ProtomodelRecord:
        """One proto-model with its contributions and limits, in their order."""
        with reading(self._usable()) as connection:
            return hiscores.get(connection, identity)
