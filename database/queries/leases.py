"""Leases: who works on a run, and when that runner counts as dead. Inside the caller's transaction.

A runner takes up a run (a new attempt), sends a heartbeat every few seconds, and gives the run back at the end. One
that is silent for too long loses it to the next attempt, and may no longer write. Times are by the storage's clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, or_, select, update

from protomodels.database.engine import current_time
from protomodels.database.errors import FencedError, TransitionError
from protomodels.database.queries.history import set_state
from protomodels.database.queries.runs import get, run_not_found
from protomodels.database.records import Lease, RunRecord
from protomodels.database.states import RunState
from protomodels.database.tables import runs

MAX_STALLED: Final = 3
"""A run that crashed so often in a row without one new step is not taken up again by itself."""

_AT_WORK: Final = (RunState.RUNNING, RunState.CANCELLING)


def take(connection: Connection, run: str, runner: str, seconds: float) -> Lease:
    """Take up one run.

    Raises
    ------
    NotFoundError: where there is no such run.
    TransitionError: where another runner is at work on it, or it cannot run any more.
    """
    expire(connection, runs.c.id == run)
    record = get(connection, run)
    if record.state in _AT_WORK:
        heard = "" if record.heartbeat_at is None else f", last heard of at {record.heartbeat_at:%H:%M:%S} UTC"
        raise TransitionError(f"run {run} is {record.state}: {record.runner} is at work on it{heard}")
    return _take(connection, record, runner, seconds)


def take_next(connection: Connection, runner: str, seconds: float, recover: bool) -> Lease | None:
    """Take up the oldest queued run or, with ``recover``, one that crashed; None where there is none."""
    expire(connection)
    waits: ColumnElement[bool] = runs.c.state == RunState.QUEUED
    if recover:
        waits = or_(waits, (runs.c.state == RunState.CRASHED) & (runs.c.stalled < MAX_STALLED))
    query = select(runs.c.id).where(waits).order_by(runs.c.id).limit(1).with_for_update(skip_locked=True)
    found = connection.scalar(query)
    return None if found is None else _take(connection, get(connection, found), runner, seconds)


def _take(connection: Connection, record: RunRecord, runner: str, seconds: float) -> Lease:
    crashed = record.state is RunState.CRASHED
    set_state(connection, record.id, RunState.RUNNING, f"taken up by {runner}")
    now = current_time(connection)
    values = {
        "runner": runner,
        "heartbeat_at": now,
        "lease_until": now + timedelta(seconds=seconds),
        "leased_at": now,
        "leased_steps": record.steps_done,
        "stalled": record.stalled + 1 if crashed and record.steps_done == record.leased_steps else 0,
    }
    connection.execute(update(runs).where(runs.c.id == record.id).values(values))
    return Lease(record.id, record.attempt + 1, runner)


def renew(connection: Connection, lease: Lease, seconds: float) -> RunState:
    """A sign of life; returns the state of the run, which others may have changed.

    Raises
    ------
    NotFoundError: where there is no such run.
    FencedError: where another attempt has the run.
    """
    query = select(runs.c.state, runs.c.attempt).where(runs.c.id == lease.run).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        raise run_not_found(lease.run)
    if found.attempt != lease.attempt:
        raise FencedError(lease.run, lease.attempt, found.attempt)
    state: RunState = found.state
    if state in _AT_WORK:
        now = current_time(connection)
        values = {"heartbeat_at": now, "lease_until": now + timedelta(seconds=seconds)}
        connection.execute(update(runs).where(runs.c.id == lease.run).values(values))
    return state


def _is_expired(connection: Connection) -> ColumnElement[bool]:
    return runs.c.state.in_(_AT_WORK) & or_(runs.c.lease_until.is_(None), runs.c.lease_until < current_time(connection))


def any_expired(connection: Connection) -> bool:
    """Is there a run whose runner fell silent?"""
    return connection.scalar(select(runs.c.id).where(_is_expired(connection)).limit(1)) is not None


def expire(connection: Connection, which: ColumnElement[bool] | None = None) -> list[str]:
    """Mark runs as crashed whose runner fell silent, and those of them as cancelled that were to be; their ids."""
    silent = _is_expired(connection)
    if which is not None:
        silent &= which
    query = select(runs.c.id, runs.c.state, runs.c.runner, runs.c.heartbeat_at).where(silent).order_by(runs.c.id)
    found = connection.execute(query.with_for_update(skip_locked=which is None)).all()
    for row in found:
        heard = f" since {row.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC" if row.heartbeat_at is not None else ""
        who = row.runner or "its runner"
        set_state(connection, row.id, RunState.CRASHED, f"nothing was heard of {who}{heard}")
        if row.state == RunState.CANCELLING:
            set_state(connection, row.id, RunState.CANCELLED, "was to be cancelled when its runner died")
    return [row.id for row in found]
