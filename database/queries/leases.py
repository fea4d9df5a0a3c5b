"""Leases: who works on a run or a batch, and when that runner counts as dead. Inside the caller's transaction.

A runner takes up a run (a new attempt), sends a heartbeat every few seconds, and gives the run back at the end. One
that is silent for too long loses it to the next attempt, and may no longer write. Times are by the storage's clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, or_, select, update

from protomodels.database.engine import current_time
from protomodels.database.errors import TransitionError
from protomodels.database.queries.history import locked, read, set_state
from protomodels.database.records import Lease
from protomodels.database.states import RunState
from protomodels.database.tables import WORK, Work

MAX_STALLED: Final = 3
"""A run that crashed so often in a row without one new step is not taken up again by itself."""

_AT_WORK: Final = (RunState.RUNNING, RunState.CANCELLING)


def take(connection: Connection, work: Work, identity: str, runner: str, seconds: float) -> Lease:
    """Take up one run, or one batch.

    Raises
    ------
    NotFoundError: where there is none of this id.
    TransitionError: where another runner is at work on it, or it cannot run any more.
    """
    expire(connection, work, work.table.c.id == identity)
    found = read(connection, work, identity)
    if found.state in _AT_WORK:
        heard = "" if found.heartbeat_at is None else f", last heard of at {found.heartbeat_at:%H:%M:%S} UTC"
        raise TransitionError(f"{work.kind} {identity} is {found.state}: {found.runner} is at work on it{heard}")
    return _take(connection, work, found, runner, seconds)


def take_next(connection: Connection, runner: str, seconds: float, recover: bool) -> Lease | None:
    """Take up what was queued first or, with ``recover``, one that crashed; None where nothing waits."""
    waiting = []
    for work in WORK.values():
        expire(connection, work)
        table = work.table
        waits: ColumnElement[bool] = table.c.state == RunState.QUEUED
        if recover:
            waits = or_(waits, (table.c.state == RunState.CRASHED) & (table.c.stalled < MAX_STALLED))
        query = select(table).where(waits).order_by(table.c.id).limit(1).with_for_update(skip_locked=True)
        found = connection.execute(query).one_or_none()
        if found is not None:
            waiting.append((found.created_at, work, found))
    if not waiting:
        return None
    _, work, first = min(waiting, key=lambda one: one[0])
    return _take(connection, work, first, runner, seconds)


def _take(connection: Connection, work: Work, found: Any, runner: str, seconds: float) -> Lease:
    crashed = found.state is RunState.CRASHED
    done, before = getattr(found, work.done), getattr(found, work.leased)
    set_state(connection, work, found.id, RunState.RUNNING, f"taken up by {runner}")
    now = current_time(connection)
    values = {
        "runner": runner,
        "heartbeat_at": now,
        "lease_until": now + timedelta(seconds=seconds),
        "leased_at": now,
        work.leased: done,
        "stalled": found.stalled + 1 if crashed and done == before else 0,
    }
    connection.execute(update(work.table).where(work.table.c.id == found.id).values(values))
    return Lease(found.id, found.attempt + 1, runner, work.kind)


def renew(connection: Connection, lease: Lease, seconds: float) -> RunState:
    """A sign of life; returns the state of the run, which others may have changed.

    Raises
    ------
    NotFoundError: where there is no such run.
    FencedError: where another attempt has the run.
    """
    work = WORK[lease.kind]
    state: RunState = locked(connection, work, lease.run, lease.attempt).state
    if state in _AT_WORK:
        now = current_time(connection)
        values = {"heartbeat_at": now, "lease_until": now + timedelta(seconds=seconds)}
        connection.execute(update(work.table).where(work.table.c.id == lease.run).values(values))
    return state


def _is_expired(connection: Connection, work: Work) -> ColumnElement[bool]:
    table = work.table.c
    return table.state.in_(_AT_WORK) & or_(table.lease_until.is_(None), table.lease_until < current_time(connection))


def any_expired(connection: Connection) -> bool:
    """Is there a run or a batch whose runner fell silent?"""
    queries = (select(work.table.c.id).where(_is_expired(connection, work)).limit(1) for work in WORK.values())
    return any(connection.scalar(query) is not None for query in queries)


def expire(connection: Connection, work: Work, which: ColumnElement[bool] | None = None) -> list[str]:
    """Mark runs as crashed whose runner fell silent, and those of them as cancelled that were to be; their ids."""
    silent, table = _is_expired(connection, work), work.table.c
    if which is not None:
        silent &= which
    query = select(table.id, table.state, table.runner, table.heartbeat_at).where(silent).order_by(table.id)
    found = connection.execute(query.with_for_update(skip_locked=which is None)).all()
    for row in found:
        heard = f" since {row.heartbeat_at:%Y-%m-%d %H:%M:%S} UTC" if row.heartbeat_at is not None else ""
        who = row.runner or "its runner"
        set_state(connection, work, row.id, RunState.CRASHED, f"nothing was heard of {who}{heard}")
        if row.state == RunState.CANCELLING:
            set_state(connection, work, row.id, RunState.CANCELLED, "was to be cancelled when its runner died")
    return [row.id for row in found]
