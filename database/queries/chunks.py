"""Chunks of steps: each is committed exactly once, whole, in the order of the walk.

Two things guard that, both under the lock of the transaction: the attempt (whoever took up the run last may write),
and the number of the step that must come next, which follows from what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from protomodels.database.engine import current_time
from protomodels.database.errors import ChunkError, FencedError, TransitionError
from protomodels.database.packing import pack_chunk, unpack
from protomodels.database.queries.hiscores import keep_best
from protomodels.database.queries.history import add_event
from protomodels.database.queries.runs import require, run_not_found
from protomodels.database.records import ChunkRecord, PackedChunk, StepRecord, WalkerRecord
from protomodels.database.states import WRITABLE, RunState
from protomodels.database.tables import chunks, runs, walkers
from protomodels.errors import StorageError


def commit(
    connection: Connection, run: str, new: Mapping[int, ChunkRecord | PackedChunk], attempt: int, keep: int
) -> RunState:
    """Append a chunk to each of some walkers, and their hiscores; return the state of the run.

    Raises
    ------
    NotFoundError: where there is no such run.
    FencedError: where another attempt has the run.
    ChunkError: where a chunk does not continue what is stored.
    TransitionError: where the run's state accepts no chunks.
    StorageError: where a chunk contradicts itself or the size of its run.
    """
    found = writable(connection, run, attempt)
    own = walkers.c.run == run
    query = select(walkers.c.walker, walkers.c.step, walkers.c.best_K).where(own, walkers.c.walker.in_(list(new)))
    stored = {row.walker: row for row in connection.execute(query)}
    after: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for walker, given in new.items():
        if not 0 <= walker < found.n_walkers:
            raise StorageError(f"run {run} has walkers 0 to {found.n_walkers - 1}, not {walker}")
        chunk = pack_chunk(given) if isinstance(given, ChunkRecord) else given
        before = stored.get(walker)
        expected = 1 if before is None else before.step + 1
        if chunk.first_step != expected:
            raise ChunkError(run, walker, expected, chunk.first_step)
        last = chunk.first_step + chunk.n_steps - 1
        if last > found.n_steps:
            raise StorageError(f"a chunk reaches step {last}, its run has {found.n_steps}")
        own_row = {"run": run, "walker": walker}
        best = _highest(chunk.best_K, None if before is None else before.best_K)
        state = {"step": last, "state_json": chunk.walker_state_json, "rng_json": chunk.rng_json, "best_K": best}
        after.append(own_row | state)
        numbers = {"first_step": chunk.first_step, "n_steps": chunk.n_steps, "attempt": attempt}
        rows.append(own_row | numbers | {"packed": chunk.packed})
    _write_walkers(connection, after, stored)
    connection.execute(insert(chunks), rows)
    now = current_time(connection)
    for walker, given in new.items():
        if given.hiscores:
            keep_best(connection, run, walker, given.hiscores, keep=keep, now=now)
    values = {
        "steps_done": found.steps_done + sum(row["n_steps"] for row in rows),
        "best_K": _highest(found.best_K, *(row["best_K"] for row in after)),
    }
    connection.execute(update(runs).where(runs.c.id == run).values(values))
    if values["best_K"] is not None and (found.best_K is None or values["best_K"] > found.best_K):
        first = min((row["walker"], row["step"]) for row in after if row["best_K"] == values["best_K"])
        add_event(connection, run, "info", f"best K {values['best_K']:.3f}, of walker {first[0]} by step {first[1]}")
    state_now: RunState = found.state
    return state_now


def writable(connection: Connection, run: str, attempt: int) -> Any:
    """The run's row, locked, where this attempt is the one at work.

    Raises
    ------
    NotFoundError, FencedError, TransitionError: as `commit`.
    """
    columns = [runs.c[name] for name in ("state", "attempt", "n_walkers", "n_steps", "steps_done", "best_K")]
    found = connection.execute(select(*columns).where(runs.c.id == run).with_for_update()).one_or_none()
    if found is None:
        raise run_not_found(run)
    if found.attempt != attempt:
        raise FencedError(run, attempt, found.attempt)
    if found.state not in WRITABLE:
        raise TransitionError(f"run {run} is {found.state}: it takes no more steps until it is running")
    return found


def _write_walkers(connection: Connection, rows: list[dict[str, Any]], stored: Mapping[int, Any]) -> None:
    new = [row for row in rows if row["walker"] not in stored]
    old = [{f"_{name}": value for name, value in row.items()} for row in rows if row["walker"] in stored]
    if new:
        connection.execute(insert(walkers), new)
    if old:
        changed: dict[str, Any] = {name: bindparam(f"_{name}") for name in rows[0] if name not in ("run", "walker")}
        own = (walkers.c.run == bindparam("_run")) & (walkers.c.walker == bindparam("_walker"))
        connection.execute(update(walkers).where(own).values(changed), old)


def _highest(*reached: float | None) -> float | None:
    return max((K for K in reached if K is not None), default=None)


def walker_states(connection: Connection, run: str) -> list[WalkerRecord]:
    """Where each walker stands that has committed a chunk, in their order.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    columns = [walkers.c[name] for name in ("walker", "step", "state_json", "rng_json", "best_K")]
    query = select(*columns).where(walkers.c.run == run).order_by(walkers.c.walker)
    return [WalkerRecord(**row._asdict()) for row in connection.execute(query)]


def steps_of(connection: Connection, run: str, walker: int, after: int, limit: int | None) -> list[StepRecord]:
    """Steps of a walker beyond step ``after``, in their order.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    own = (chunks.c.run == run) & (chunks.c.walker == walker) & (chunks.c.first_step + chunks.c.n_steps > after + 1)
    if limit is not None:
        own &= chunks.c.first_step <= after + limit
    query = select(chunks.c.first_step, chunks.c.packed).where(own).order_by(chunks.c.first_step)
    found = [step for first, packed in connection.execute(query) for step in unpack(packed, first)]
    return [step for step in found if step.step > after][:limit]
