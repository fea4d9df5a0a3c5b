"""Runs: creating them, their states, their lists. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, select, update

from database.records import NewRun, ProgressRecord, ResultsRecord, RunRecord, TransitionRecord
from database.states import RunState, check_transition
from database.tables import protomodels, results, runs, transitions, walkers
from protomodels.errors import ConfigError, NotFoundError


def unknown_run(run: str) -> NotFoundError:
    """The error for a run that is not stored."""
    return NotFoundError("run", run, "the id of a stored run; `protomodels status` lists them")


def create(connection: Connection, new: NewRun) -> str:
    """Store a run in state queued, its results too if they are new, and return its id.

    Raises
    ------
    ConfigError: where the seed or one of the counts cannot be stored.
    """
    if not 0 <= new.seed < 2**63:
        raise ConfigError("seed", new.seed, "a whole number from 0 to 2^63 - 1")
    for name, count in (("n_walkers", new.n_walkers), ("n_steps", new.n_steps)):
        if not 1 <= count < 2**31:
            raise ConfigError(name, count, "a whole number from 1 to 2^31 - 1")
    known = select(results.c.fingerprint).where(results.c.fingerprint == new.results.fingerprint)
    if connection.scalar(known) is None:
        row = {name: getattr(new.results, name) for name in results.c.keys()}  # noqa: SIM118
        connection.execute(insert(results), row)
    now = datetime.now(UTC)
    run = _next_id(connection, now)
    row = {name: getattr(new, name) for name in ("config_json", "seed", "n_walkers", "n_steps")}
    row |= {"id": run, "created_at": now, "results_fingerprint": new.results.fingerprint}
    row |= {"state": RunState.QUEUED, "reason": "", "versions": dict(new.versions)}
    connection.execute(insert(runs), row)
    _record(connection, run, TransitionRecord(now, None, RunState.QUEUED, ""))
    return run


def _next_id(connection: Connection, now: datetime) -> str:
    """``r`` and the second of creation in hexadecimal; a later one where that is taken, so that ids sort."""
    last = connection.scalar(select(func.max(runs.c.id)))
    second = int(now.timestamp())
    return f"r{second if last is None else max(second, int(last[1:], 16) + 1):08x}"


def _record(connection: Connection, run: str, transition: TransitionRecord) -> None:
    fields = ("at", "from_state", "to_state", "reason")
    connection.execute(insert(transitions), {"run": run} | {name: getattr(transition, name) for name in fields})


def set_state(connection: Connection, run: str, to: RunState, reason: str) -> TransitionRecord:
    """Move a run to another state and record it.

    Raises
    ------
    NotFoundError: where there is no such run.
    TransitionError: where the transition is not legal.
    """
    before = connection.scalar(select(runs.c.state).where(runs.c.id == run).with_for_update())
    if before is None:
        raise unknown_run(run)
    check_transition(run, before, to)
    connection.execute(update(runs).where(runs.c.id == run).values(state=to, reason=reason))
    transition = TransitionRecord(datetime.now(UTC), before, to, reason)
    _record(connection, run, transition)
    return transition


def get(connection: Connection, run: str) -> RunRecord:
    """One run.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    row = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise unknown_run(run)
    return RunRecord(**row._asdict())


def require(connection: Connection, run: str) -> None:
    """Let a stored run pass.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    if connection.scalar(select(runs.c.id).where(runs.c.id == run)) is None:
        raise unknown_run(run)


def newest(
    connection: Connection, limit: int, states: Iterable[RunState] | None, before: str | None
) -> list[RunRecord]:
    """Runs, newest first."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit)
    if states is not None:
        query = query.where(runs.c.state.in_(list(states)))
    if before is not None:
        query = query.where(runs.c.id < before)
    return [RunRecord(**row._asdict()) for row in connection.execute(query)]


def history(connection: Connection, run: str) -> list[TransitionRecord]:
    """Transitions of a run, oldest first.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    columns = [transitions.c[name] for name in ("at", "from_state", "to_state", "reason")]
    query = select(*columns).where(transitions.c.run == run).order_by(transitions.c.id)
    return [TransitionRecord(**row._asdict()) for row in connection.execute(query)]


def progress(connection: Connection, run: str) -> ProgressRecord:
    """How far a run has come.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    done = connection.scalar(select(func.coalesce(func.sum(walkers.c.step), 0)).where(walkers.c.run == run))
    best = select(protomodels.c.K, protomodels.c.id).where(protomodels.c.run == run)
    row = connection.execute(best.order_by(protomodels.c.K.desc(), protomodels.c.id).limit(1)).one_or_none()
    return ProgressRecord(int(done or 0), row.K if row else None, row.id if row else None)


def known_results(connection: Connection) -> list[ResultsRecord]:
    """All databases of results that runs were made with, by name and version."""
    query = select(results).order_by(results.c.name, results.c.version, results.c.fingerprint)
    return [ResultsRecord(**row._asdict()) for row in connection.execute(query)]
