"""Chunks of steps: each is committed exactly once, whole, in the order of the walk.

Two things guard that, both under the lock of the transaction: the attempt (whoever took up the run last may write),
and the number of the step that must come next, which follows from what is stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from database import hiscores
from database.engine import moment
from database.errors import ChunkError, FencedError, TransitionError
from database.packing import pack, unpack
from database.records import ChunkRecord, StepRecord, WalkerRecord
from database.runs import require, tell, unknown_run
from database.states import WRITABLE, RunState
from database.tables import chunks, runs, walkers
from protomodels.errors import StorageError


def commit(connection: Connection, run: str, new: Mapping[int, ChunkRecord], attempt: int, keep: int) -> RunState:
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
    after = []
    for walker, chunk in new.items():
        if not 0 <= walker < found.n_walkers:
            raise StorageError(f"run {run} has walkers 0 to {found.n_walkers - 1}, not {walker}")
        _check(chunk, found.n_steps)
        before = stored.get(walker)
        expected = 1 if before is None else before.step + 1
        if chunk.first_step != expected:
            raise ChunkError(run, walker, expected, chunk.first_step)
        state = {"step": chunk.steps[-1].step, "state_json": chunk.walker_state_json, "rng_json": chunk.rng_json}
        best = _best(chunk, None if before is None else before.best_K)
        after.append(state | {"run": run, "walker": walker, "best_K": best})
    _write_walkers(connection, after, stored)
    rows = [
        {"run": run, "walker": w, "first_step": c.first_step, "n_steps": len(c.steps)}
        | {"attempt": attempt, "packed": pack(c.steps)}
        for w, c in new.items()
    ]
    connection.execute(insert(chunks), rows)
    for walker, chunk in new.items():
        if chunk.hiscores:
            hiscores.store(connection, run, walker, chunk.hiscores, keep=keep, now=moment(connection))
    reached = [row["best_K"] for row in after if row["best_K"] is not None]
    values = {
        "steps_done": found.steps_done + sum(len(chunk.steps) for chunk in new.values()),
        "best_K": max(reached if found.best_K is None else [*reached, found.best_K], default=None),
    }
    connection.execute(update(runs).where(runs.c.id == run).values(values))
    if values["best_K"] is not None and (found.best_K is None or values["best_K"] > found.best_K):
        first = min((row["walker"], row["step"]) for row in after if row["best_K"] == values["best_K"])
        tell(connection, run, "info", f"best K {values['best_K']:.3f}, of walker {first[0]} by step {first[1]}")
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
        raise unknown_run(run)
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


def _check(chunk: ChunkRecord, n_steps: int) -> None:
    """Refuse (StorageError) a chunk with gaps, without steps, beyond the end of its run, or with a nan."""
    numbers = [step.step for step in chunk.steps]
    if not numbers or numbers != list(range(chunk.first_step, chunk.first_step + len(numbers))):
        raise StorageError(f"a chunk from step {chunk.first_step} on holds the steps {numbers}: not consecutive")
    if numbers[-1] > n_steps:
        raise StorageError(f"a chunk reaches step {numbers[-1]}, its run has {n_steps}")
    for step in chunk.steps:
        if step.Z is None or any(x is not None and math.isnan(x) for x in (step.K, step.Z, step.muhat, step.mumax)):
            raise StorageError(f"step {step.step} holds a value that is not a number: {step}")
    for hiscore in chunk.hiscores:
        if not math.isfinite(hiscore.K) or not all(m is not None and math.isfinite(m) for m in hiscore.masses.values()):
            raise StorageError(f"a hiscore of step {hiscore.step} holds a K or a mass that is not a finite number")


def _best(chunk: ChunkRecord, before: float | None) -> float | None:
    reached = [step.K for step in chunk.steps if step.accepted and step.K is not None]
    reached += [hiscore.K for hiscore in chunk.hiscores]
    return max(reached if before is None else [*reached, before], default=None)


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
