"""Names, notes and tags of runs. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock
from protomodels.database.queries.runs import get
from protomodels.database.records.labels import Labels, check_labels
from protomodels.database.tables import run_tags, runs
from protomodels.errors import ConfigError


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
