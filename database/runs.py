"""Runs: creating them, their states, their lists. Each function works inside the caller's transaction."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, insert, select, tuple_, update
from sqlalchemy import delete as sql_delete

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.errors import FencedError, TransitionError
from protomodels.database.records import EventRecord, NewRun, ProgressRecord, ResultsRecord, RunRecord, TransitionRecord
from protomodels.database.states import RunState, check_transition
from protomodels.database.tables import (
    campaign_runs,
    campaigns,
    combinability_tables,
    events,
    protomodels,
    results,
    runs,
    transitions,
    universes,
)
from protomodels.errors import ConfigError, NotFoundError

SORTS: Final = ("created", "K", "steps")
"""What a list of runs may be sorted by."""


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
    advisory_lock(connection, LOCK_RUNS)
    known = select(results.c.fingerprint).where(results.c.fingerprint == new.results.fingerprint)
    if connection.scalar(known) is None:
        row = {name: getattr(new.results, name) for name in results.c.keys()}  # noqa: SIM118
        connection.execute(insert(results), row)
    now = current_time(connection)
    run = _next_id(connection, now)
    row = {name: getattr(new, name) for name in ("config_json", "seed", "n_walkers", "n_steps")}
    row |= {"id": run, "created_at": now, "results_fingerprint": new.results.fingerprint}
    row |= {"state": RunState.QUEUED, "reason": "", "versions": dict(new.versions)}
    row |= {"table_sha256": _keep_table(connection, new.combinability_table)}
    row |= {"universe": _keep_universe(connection, new.universe)}
    row |= dict.fromkeys(("steps_done", "attempt", "leased_steps", "stalled"), 0)
    connection.execute(insert(runs), row)
    _record(connection, run, TransitionRecord(now, None, RunState.QUEUED, ""))
    return run


def _keep_table(connection: Connection, text: str | None) -> str | None:
    """Store a combinability table, once for all runs that use it; its SHA-256."""
    if text is None:
        return None
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    table = combinability_tables
    if connection.scalar(select(table.c.sha256).where(table.c.sha256 == sha256)) is None:
        connection.execute(insert(table), {"sha256": sha256, "text": text})
    return sha256


def _keep_universe(connection: Connection, recipe: str | None) -> int | None:
    """Store a recipe, once for all runs in that universe; its number."""
    if recipe is None:
        return None
    known = select(universes.c.id).where(universes.c.recipe == recipe)
    if connection.scalar(known) is None:
        connection.execute(insert(universes), {"recipe": recipe})
    number: int | None = connection.scalar(known)
    return number


def with_config(connection: Connection, config_json: str, fingerprint: str) -> RunRecord | None:
    """The run with this config on these results that has come furthest; none that failed or was cancelled."""
    own = (runs.c.config_json == config_json, runs.c.results_fingerprint == fingerprint)
    alive = runs.c.state.not_in([RunState.FAILED, RunState.CANCELLED, RunState.CANCELLING])
    row = connection.execute(select(runs).where(*own, alive).order_by(runs.c.steps_done.desc(), runs.c.id)).first()
    return None if row is None else RunRecord(**row._asdict())


def combinability_table(connection: Connection, run: str) -> str | None:
    """The combinability table that a run was given, None where it was given none.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    table = combinability_tables
    query = select(table.c.text).join(runs, runs.c.table_sha256 == table.c.sha256).where(runs.c.id == run)
    found: str | None = connection.scalar(query)
    return found


def _next_id(connection: Connection, now: datetime) -> str:
    """``r`` and the second of creation in hexadecimal; a later one where that is taken, so that ids sort."""
    last = connection.scalar(select(func.max(runs.c.id)))
    second = int(now.timestamp())
    return f"r{second if last is None else max(second, int(last[1:], 16) + 1):08x}"


def _record(connection: Connection, run: str, transition: TransitionRecord) -> None:
    fields = ("at", "from_state", "to_state", "reason")
    connection.execute(insert(transitions), {"run": run} | {name: getattr(transition, name) for name in fields})
    words = f"{transition.to_state}: {transition.reason}" if transition.reason else str(transition.to_state)
    level = "warning" if transition.to_state in (RunState.CRASHED, RunState.FAILED) else "info"
    row = {"run": run, "at": transition.at, "level": level, "message": words}
    connection.execute(insert(events), row)


def set_state(
    connection: Connection, run: str, to: RunState, reason: str, attempt: int | None = None
) -> TransitionRecord:
    """Move a run to another state and record it; one that begins to run gets a new attempt.

    A state in which nobody works ends the lease. Chunks in flight may still be committed to a paused run.

    Raises
    ------
    NotFoundError: where there is no such run.
    FencedError: where ``attempt`` is given and another has the run.
    TransitionError: where the transition is not legal.
    """
    query = select(runs.c.state, runs.c.attempt).where(runs.c.id == run).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        raise unknown_run(run)
    if attempt is not None and attempt != found.attempt:
        raise FencedError(run, attempt, found.attempt)
    check_transition(run, found.state, to)
    values: dict[str, Any] = {"state": to, "reason": reason}
    if to is RunState.RUNNING:
        values |= {"attempt": found.attempt + 1}
    elif to is not RunState.CANCELLING:
        values |= {"runner": None, "lease_until": None}
    connection.execute(update(runs).where(runs.c.id == run).values(values))
    transition = TransitionRecord(current_time(connection), found.state, to, reason)
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


def list_runs(
    connection: Connection,
    limit: int,
    states: Iterable[RunState] | None,
    results_name: str | None,
    sort: str,
    before: str | None,
) -> list[RunRecord]:
    """Runs, newest first, or those with the highest K or the most steps; ties newest first.

    Raises
    ------
    NotFoundError: where there is no run ``before``.
    ConfigError: where there is no such sorting.
    """
    if sort not in SORTS:
        raise ConfigError("sort", sort, "one of " + ", ".join(SORTS))
    keys: dict[str, list[Any]] = {
        "created": [runs.c.id],
        # runs without a K come last
        "K": [func.coalesce(runs.c.best_K, -1e300), runs.c.id],
        "steps": [runs.c.steps_done, runs.c.id],
    }
    key = keys[sort]
    query: Select[Any] = select(runs).order_by(*(column.desc() for column in key)).limit(limit)
    if states is not None:
        query = query.where(runs.c.state.in_(list(states)))
    if results_name is not None:
        query = query.join(results, results.c.fingerprint == runs.c.results_fingerprint)
        query = query.where((results.c.name == results_name) | (results.c.fingerprint == results_name))
    if before is not None and sort == "created":
        # the run itself may have been deleted since
        if not re.fullmatch("r[0-9a-f]{8}", before):
            raise unknown_run(before)
        query = query.where(runs.c.id < before)
    elif before is not None:
        last = connection.execute(select(*key).where(runs.c.id == before)).one_or_none()
        if last is None:
            raise unknown_run(before)
        query = query.where(tuple_(*key) < tuple_(*last))
    return [RunRecord(**row._asdict()) for row in connection.execute(query)]


def delete(connection: Connection, run: str) -> None:
    """Delete a run with all that it found.

    Raises
    ------
    NotFoundError: where there is no such run.
    TransitionError: where somebody may be at work on it, or a campaign needs it.
    """
    state = connection.scalar(select(runs.c.state).where(runs.c.id == run).with_for_update())
    if state is None:
        raise unknown_run(run)
    if state in (RunState.RUNNING, RunState.CANCELLING):
        raise TransitionError(f"run {run} is {state}: cancel it first")
    if connection.scalar(select(campaign_runs.c.campaign).where(campaign_runs.c.run == run).limit(1)) is not None:
        raise TransitionError(f"run {run} is part of a campaign")
    judged = campaigns.c.config_json.contains(json.dumps({"run": run})[1:-1], autoescape=True)
    if connection.scalar(select(campaigns.c.id).where(judged).limit(1)) is not None:
        raise TransitionError(f"run {run} is judged by a campaign")
    connection.execute(sql_delete(runs).where(runs.c.id == run))


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
    found = get(connection, run)
    table = protomodels.c
    best = select(table.K, table.id).where(table.run == run).order_by(table.K.desc(), table.walker, table.step)
    row = connection.execute(best.limit(1)).one_or_none()
    return ProgressRecord(found.steps_done, row.K if row else None, row.id if row else None)


def add_event(connection: Connection, run: str, level: str, message: str) -> None:
    """Write into the log of a run.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    connection.execute(insert(events), {"run": run, "at": current_time(connection), "level": level, "message": message})


def list_events(connection: Connection, run: str, after: int, limit: int | None) -> list[tuple[int, EventRecord]]:
    """The log of a run beyond the entry ``after``: numbers and entries, oldest first.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    columns = [events.c[name] for name in ("id", "at", "level", "message")]
    query = select(*columns).where(events.c.run == run, events.c.id > after).order_by(events.c.id).limit(limit)
    return [(row.id, EventRecord(row.at, row.level, row.message)) for row in connection.execute(query)]


def count_states(connection: Connection) -> dict[str, int]:
    """Runs by state."""
    query = select(runs.c.state, func.count()).group_by(runs.c.state)
    return {str(state): n for state, n in connection.execute(query)}


def known_results(connection: Connection) -> list[ResultsRecord]:
    """All databases of results that runs were made with, by name and version."""
    query = select(results).order_by(results.c.name, results.c.version, results.c.fingerprint)
    return [ResultsRecord(**row._asdict()) for row in connection.execute(query)]
