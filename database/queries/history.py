"""What happens to runs: transitions from state to state, and the log. Inside the caller's transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update

from protomodels.database.engine import current_time
from protomodels.database.errors import FencedError
from protomodels.database.queries.runs import require, run_not_found
from protomodels.database.records import EventRecord, TransitionRecord
from protomodels.database.states import RunState, check_transition
from protomodels.database.tables import RUNS, Work, events, transitions
from protomodels.errors import NotFoundError


def set_state(
    connection: Connection, work: Work, identity: str, to: RunState, reason: str, attempt: int | None = None
) -> TransitionRecord:
    """Move a run, or a batch, to another state; one that begins to run gets a new attempt. Runs record it.

    A state in which nobody works ends the lease. Chunks in flight may still be committed to a paused run.

    Raises
    ------
    NotFoundError: where there is none of this id.
    FencedError: where ``attempt`` is given and another has it.
    TransitionError: where the transition is not legal.
    """
    table = work.table.c
    found = locked(connection, work, identity, attempt)
    check_transition(f"{work.kind} {identity}", found.state, to)
    values: dict[str, Any] = {"state": to, "reason": reason}
    if to is RunState.RUNNING:
        values |= {"attempt": found.attempt + 1}
    elif to is not RunState.CANCELLING:
        values |= {"runner": None, "lease_until": None}
    connection.execute(update(work.table).where(table.id == identity).values(values))
    transition = TransitionRecord(current_time(connection), found.state, to, reason)
    if work is RUNS:
        add_transition(connection, identity, transition)
    return transition


def locked(connection: Connection, work: Work, identity: str, attempt: int | None = None) -> Any:
    """All columns of a run or a batch, which nobody else changes until the transaction ends; errors as above."""
    found = read(connection, work, identity, lock=True)
    if attempt is not None and attempt != found.attempt:
        raise FencedError(identity, attempt, found.attempt, work.kind)
    return found


def read(connection: Connection, work: Work, identity: str, *, lock: bool = False) -> Any:
    """All columns of a run or a batch.

    Raises
    ------
    NotFoundError: where there is none of this id.
    """
    query = select(work.table).where(work.table.c.id == identity)
    found = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise not_found(work, identity)
    return found


def not_found(work: Work, identity: str) -> NotFoundError:
    """The error for a run, a batch or a posterior that is not stored."""
    return (
        run_not_found(identity)
        if work is RUNS
        else NotFoundError(work.kind, identity, f"the id of a stored {work.kind}")
    )


def add_transition(connection: Connection, run: str, transition: TransitionRecord) -> None:
    """Record a transition, and write it into the log of the run."""
    fields = ("at", "from_state", "to_state", "reason")
    connection.execute(insert(transitions), {"run": run} | {name: getattr(transition, name) for name in fields})
    words = f"{transition.to_state}: {transition.reason}" if transition.reason else str(transition.to_state)
    level = "warning" if transition.to_state in (RunState.CRASHED, RunState.FAILED) else "info"
    row = {"run": run, "at": transition.at, "level": level, "message": words}
    connection.execute(insert(events), row)


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
