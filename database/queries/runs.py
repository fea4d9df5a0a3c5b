"""Runs as they are stored: read, found again, called, deleted. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock
from protomodels.database.errors import TransitionError
from protomodels.database.queries.columns import sha256_of
from protomodels.database.records import Labels, ProgressRecord, RunRecord
from protomodels.database.records.labels import check_labels
from protomodels.database.states import RunState
from protomodels.database.tables import campaign_runs, campaigns, combinability_tables, protomodels, run_tags, runs
from protomodels.errors import ConfigError, NotFoundError

OWN_COLUMNS: Final = tuple(column for column in runs.c if column.name != "config_sha256")
"""What a `RunRecord` is made of, but for its tags."""
_TAGS: Final = select(func.aggregate_strings(run_tags.c.tag, " ")).where(run_tags.c.run == runs.c.id).correlate(runs)
RUN_COLUMNS: Final = (*OWN_COLUMNS, _TAGS.scalar_subquery().label("tags"))
"""What `record_of` makes a `RunRecord` of."""


def run_not_found(run: str) -> NotFoundError:
    """The error for a run that is not stored."""
    return NotFoundError("run", run, "the id of a stored run; `protomodels status` lists them")


def record_of(row: Any) -> RunRecord:
    """The record of a row with the columns `RUN_COLUMNS`, and maybe others."""
    values = {column.name: row._mapping[column.name] for column in OWN_COLUMNS}
    return RunRecord(**values, tags=tuple(sorted((row.tags or "").split())))


def get(connection: Connection, run: str) -> RunRecord:
    """One run.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    row = connection.execute(select(*RUN_COLUMNS).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise run_not_found(run)
    return record_of(row)


def require(connection: Connection, run: str) -> None:
    """Let a stored run pass.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    if connection.scalar(select(runs.c.id).where(runs.c.id == run)) is None:
        raise run_not_found(run)


def find(connection: Connection, config_json: str, fingerprint: str) -> RunRecord | None:
    """The run with this config on these results that has come furthest; none that failed or was cancelled."""
    same = (runs.c.config_sha256 == sha256_of(config_json), runs.c.config_json == config_json)
    own = (*same, runs.c.results_fingerprint == fingerprint)
    alive = runs.c.state.not_in([RunState.FAILED, RunState.CANCELLED, RunState.CANCELLING])
    query = select(*RUN_COLUMNS).where(*own, alive).order_by(runs.c.steps_done.desc(), runs.c.id)
    row = connection.execute(query).first()
    return None if row is None else record_of(row)


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


def delete_run(connection: Connection, run: str) -> None:
    """Delete a run with all that it found.

    Raises
    ------
    NotFoundError: where there is no such run.
    TransitionError: where somebody may be at work on it, or a campaign needs it.
    """
    state = connection.scalar(select(runs.c.state).where(runs.c.id == run).with_for_update())
    if state is None:
        raise run_not_found(run)
    if state in (RunState.RUNNING, RunState.CANCELLING):
        raise TransitionError(f"run {run} is {state}: cancel it first")
    if connection.scalar(select(campaign_runs.c.campaign).where(campaign_runs.c.run == run).limit(1)) is not None:
        raise TransitionError(f"run {run} is part of a campaign")
    if connection.scalar(select(campaigns.c.id).where(campaigns.c.judged_run == run).limit(1)) is not None:
        raise TransitionError(f"run {run} is judged by a campaign")
    connection.execute(delete(runs).where(runs.c.id == run))


def holder(connection: Connection, name: str) -> str | None:
    """The id of the run of this name; None where there is none."""
    found: str | None = connection.scalar(select(runs.c.id).where(runs.c.name == name))
    return found


def label(
    connection: Connection,
    run: str,
    name: str | None,
    note: str | None,
    tags: Iterable[str] | None,
    add: Iterable[str],
    remove: Iterable[str],
) -> None:
    """Change what a run is called; None leaves a name, a note or tags as they are, an empty name takes it away.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where something is no name or tag, or another run has the name.
    """
    advisory_lock(connection, LOCK_RUNS)
    now = get(connection, run)
    kept = set(now.tags if tags is None else tags)
    new = Labels(
        now.name if name is None else name or None,
        now.note if note is None else note,
        tuple(sorted((kept - set(remove)) | set(add))),
    )
    check_labels(new)
    refuse_taken(connection, new.name, run)
    connection.execute(update(runs).where(runs.c.id == run).values(name=new.name, note=new.note))
    if new.tags != now.tags:
        connection.execute(delete(run_tags).where(run_tags.c.run == run))
        write_tags(connection, run, new.tags)


def refuse_taken(connection: Connection, name: str | None, run: str | None = None) -> None:
    """Refuse a name that another run than this one has; ConfigError."""
    if name is None:
        return
    other = holder(connection, name)
    if other is not None and other != run:
        raise ConfigError("name", name, f"a name that no other run has; run {other} has it")


def write_tags(connection: Connection, run: str, tags: Iterable[str]) -> None:
    """Give a run without tags these."""
    rows = [{"run": run, "tag": tag} for tag in sorted(set(tags))]
    if rows:
        connection.execute(insert(run_tags), rows)
