"""Batches: created, read, listed, judged row by row. Each function works inside the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.errors import TransitionError
from protomodels.database.queries.creation import keep_table, made_before, next_id
from protomodels.database.queries.history import locked, not_found, read
from protomodels.database.records import BatchModel, BatchRecord, BatchRow, NewBatch
from protomodels.database.states import WRITABLE, RunState
from protomodels.database.tables import BATCHES, batch_models, batches, combinability_tables

_COLUMNS: Final = tuple(batches.c[field.name] for field in fields(BatchRecord))
_GIVEN: Final = ("name", "settings_json", "columns_json", "results_fingerprint")


def create(connection: Connection, new: NewBatch, owner: str | None, key: str | None, sha256: str | None) -> str:
    """Store a batch in state queued, unless this owner has asked for it by this key before; its id in either case.

    Raises
    ------
    ConfigError: where the key was used for another request.
    """
    advisory_lock(connection, LOCK_RUNS)
    if key is not None:
        known = made_before(connection, batches.c.id, batches.c.request_sha256, owner, key, sha256)
        if known is not None:
            return known
    now = current_time(connection)
    batch = next_id(connection, batches.c.id, "b", now)
    row: dict[str, Any] = {name: getattr(new, name) for name in _GIVEN}
    row |= {"id": batch, "created_at": now, "state": RunState.QUEUED, "reason": "", "n_models": len(new.models)}
    row |= {"table_sha256": keep_table(connection, new.combinability_table)}
    row |= dict.fromkeys(("models_done", "errors", "attempt", "leased_models", "stalled"), 0)
    row |= {"owner": owner, "key": key, "request_sha256": sha256}
    connection.execute(insert(batches), row)
    models = [
        {"batch": batch, "position": position, "name": name, "text": text}
        for position, (name, text) in enumerate(new.models)
    ]
    connection.execute(insert(batch_models), models)
    return batch


def get(connection: Connection, batch: str) -> BatchRecord:
    """One batch.

    Raises
    ------
    NotFoundError: where there is no such batch.
    """
    row = connection.execute(select(*_COLUMNS).where(batches.c.id == batch)).one_or_none()
    if row is None:
        raise not_found(BATCHES, batch)
    return BatchRecord(**row._asdict())


def list_batches(connection: Connection, limit: int, before: str | None) -> list[BatchRecord]:
    """Batches, newest first.

    Raises
    ------
    NotFoundError: where ``before`` is no id of a batch.
    """
    query = select(*_COLUMNS).order_by(batches.c.id.desc()).limit(limit)
    if before is not None:
        # the batch itself may have been deleted since
        if not re.fullmatch("b[0-9a-f]{8}", before):
            raise not_found(BATCHES, before)
        query = query.where(batches.c.id < before)
    return [BatchRecord(**row._asdict()) for row in connection.execute(query)]


def table_of(connection: Connection, batch: str) -> str | None:
    """The combinability table that a batch was given, None where it was given none.

    Raises
    ------
    NotFoundError: where there is no such batch.
    """
    sha256 = read(connection, BATCHES, batch).table_sha256
    found: str | None = connection.scalar(
        select(combinability_tables.c.text).where(combinability_tables.c.sha256 == sha256)
    )
    return found


def waiting(connection: Connection, batch: str, after: int, limit: int) -> list[BatchModel]:
    """Models without a row beyond the position ``after``, in their order."""
    columns = [batch_models.c[name] for name in ("position", "name", "text")]
    own = (batch_models.c.batch == batch, batch_models.c.position > after, batch_models.c.row_json.is_(None))
    query = select(*columns).where(*own).order_by(batch_models.c.position).limit(limit)
    return [BatchModel(**row._asdict()) for row in connection.execute(query)]


def rows(connection: Connection, batch: str, after: int, limit: int) -> list[BatchRow]:
    """Models beyond the position ``after`` with their rows, in their order.

    Raises
    ------
    NotFoundError: where there is no such batch.
    """
    get(connection, batch)
    columns = [batch_models.c[field.name] for field in fields(BatchRow)]
    own = (batch_models.c.batch == batch, batch_models.c.position > after)
    query = select(*columns).where(*own).order_by(batch_models.c.position).limit(limit)
    return [BatchRow(**row._asdict()) for row in connection.execute(query)]


def commit(connection: Connection, batch: str, new: Mapping[int, tuple[str, str | None]], attempt: int) -> RunState:
    """Keep rows (JSON and error) of models that have none yet; those that have one keep it.

    Raises
    ------
    NotFoundError: where there is no such batch.
    FencedError: where another attempt has it.
    TransitionError: where it is not running (nor paused or cancelling, with rows in flight).
    """
    found = locked(connection, BATCHES, batch, attempt)
    if found.state not in WRITABLE:
        raise TransitionError(f"batch {batch} is {found.state}: it takes no more rows until it is running")
    table = batch_models.c
    missing = select(table.position).where(table.batch == batch, table.position.in_(new), table.row_json.is_(None))
    values = [
        {"_position": position, "row_json": new[position][0], "error": new[position][1]}
        for position in connection.scalars(missing).all()
    ]
    if values:
        own = (table.batch == batch) & (table.position == bindparam("_position"))
        connection.execute(update(batch_models).where(own), values)
        errors = found.errors + sum(value["error"] is not None for value in values)
        counts = {"models_done": found.models_done + len(values), "errors": errors}
        connection.execute(update(batches).where(batches.c.id == batch).values(counts))
    state: RunState = found.state
    return state


def delete_batch(connection: Connection, batch: str) -> None:
    """Delete a batch with its models and rows.

    Raises
    ------
    NotFoundError: where there is no such batch.
    TransitionError: where somebody may be at work on it.
    """
    state = read(connection, BATCHES, batch, lock=True).state
    if state in (RunState.RUNNING, RunState.CANCELLING):
        raise TransitionError(f"batch {batch} is {state}: cancel it first")
    connection.execute(delete(batches).where(batches.c.id == batch))
