"""A run from another storage, with all that belongs to it. Inside the caller's transaction: all of it, or nothing."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.packing import pack
from protomodels.database.queries.columns import sha256_of
from protomodels.database.queries.creation import keep_results, keep_table, keep_universe, next_id
from protomodels.database.queries.hiscores import add
from protomodels.database.queries.history import add_event, add_transition
from protomodels.database.queries.protomodels import judge
from protomodels.database.queries.runs import OWN_COLUMNS, holder, write_tags
from protomodels.database.records import Labels, RunRecord, TransitionRecord, WholeRun
from protomodels.database.records.labels import check_labels
from protomodels.database.states import FINAL, RunState
from protomodels.database.tables import chunks, events, exchanges, runs, transitions, walkers
from protomodels.errors import ConfigError

_AHEAD: Final = 86_400
"""Seconds by which an id may be ahead of the clock here: later ids have to sort behind it."""
_RESTING: Final = frozenset({*FINAL, RunState.PAUSED, RunState.CRASHED})
_OF_RUNNERS: Final = dict.fromkeys(("runner", "heartbeat_at", "lease_until", "leased_at"))


def write_whole(connection: Connection, whole: WholeRun, remark: str) -> str:
    """Store a run of another storage; its id, which is the one that it had unless another run has that here.

    Parameters
    ----------
    remark: written into its log.

    Raises
    ------
    ConfigError: where the run is stored here already, or its labels are none.
    """
    advisory_lock(connection, LOCK_RUNS)
    record, now = whole.run, current_time(connection)
    check_labels(Labels(record.name, record.note, record.tags))
    _refuse_known(connection, record)
    run = _free_id(connection, record.id, now)
    keep_results(connection, whole.results)
    row: dict[str, Any] = {column.name: getattr(record, column.name) for column in OWN_COLUMNS} | _OF_RUNNERS
    row |= {"id": run, "config_sha256": sha256_of(record.config_json), "versions": dict(record.versions)}
    row |= {"table_sha256": keep_table(connection, whole.combinability_table)}
    row |= {"universe": keep_universe(connection, whole.universe)}
    taken = None if record.name is None else holder(connection, record.name)
    row |= {} if taken is None else {"name": None}
    connection.execute(insert(runs), row)
    write_tags(connection, run, record.tags)
    _write_history(connection, run, whole)
    _write_walks(connection, run, whole)
    for entry in whole.protomodels:
        identity = add(connection, run, entry.walker, entry, entry.created_at)
        if entry.verdict is not None and entry.judgement is not None:
            judge(connection, identity, entry.verdict, entry.judgement, entry.K_without_strongest)
    add_event(connection, run, "info", remark)
    if taken is not None:
        add_event(connection, run, "warning", f"its name {record.name} was left out: run {taken} has it here")
    if record.state not in _RESTING:
        # whoever was to work on it, or did, has no lease here
        words = f"was {record.state} when it was exported"
        add_transition(connection, run, TransitionRecord(now, record.state, RunState.PAUSED, words))
        changed = {"state": RunState.PAUSED, "reason": words}
        connection.execute(update(runs).where(runs.c.id == run).values(changed))
    return run


def _refuse_known(connection: Connection, record: RunRecord) -> None:
    same = (runs.c.config_sha256 == sha256_of(record.config_json), runs.c.created_at == record.created_at)
    made_with = runs.c.results_fingerprint == record.results_fingerprint
    known = connection.scalar(select(runs.c.id).where(*same, made_with).limit(1))
    if known is not None:
        raise ConfigError(
            "run", known, "a run that is not in this storage; `protomodels delete` would make room for it"
        )


def _free_id(connection: Connection, wanted: str, now: datetime) -> str:
    kept = re.fullmatch("r[0-9a-f]{8}", wanted) and int(wanted[1:], 16) < now.timestamp() + _AHEAD
    if kept and connection.scalar(select(runs.c.id).where(runs.c.id == wanted)) is None:
        return wanted
    return next_id(connection, runs.c.id, "r", now)


def _write_history(connection: Connection, run: str, whole: WholeRun) -> None:
    for table, records, fields in (
        (transitions, whole.transitions, ("at", "from_state", "to_state", "reason")),
        (events, whole.log, ("at", "level", "message")),
        (walkers, whole.walkers, ("walker", "step", "state_json", "rng_json", "best_K")),
        (exchanges, whole.exchanges, ("step", "walker", "source", "state_json", "rng_json")),
    ):
        rows = [{"run": run} | {name: getattr(record, name) for name in fields} for record in records]
        if rows:
            connection.execute(insert(table), rows)


def _write_walks(connection: Connection, run: str, whole: WholeRun) -> None:
    rows = [
        {"run": run, "walker": chunk.walker, "first_step": chunk.first_step, "attempt": chunk.attempt}
        | {"n_steps": len(chunk.steps), "packed": pack(chunk.steps)}
        for chunk in whole.chunks
    ]
    if rows:
        connection.execute(insert(chunks), rows)
