"""Chunks of steps: each is committed exactly once, whole, in the order of the walk.

The next step that a walker may write follows from what is stored, under the lock of the transaction. A chunk that
comes twice, or from a runner that was thought dead, is refused; as a chain depends on its seed alone, the refused
chunk held nothing that is not stored already.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from database import hiscores
from database.errors import ChunkError, TransitionError
from database.records import ChunkRecord, StepRecord, WalkerRecord
from database.runs import require, unknown_run
from database.states import WRITABLE
from database.tables import runs, steps, walkers
from protomodels.errors import StorageError

_STEP_FIELDS = ("step", "K", "Z", "accepted", "move", "n_particles", "muhat", "mumax")


def commit(connection: Connection, run: str, walker: int, chunk: ChunkRecord, keep: int) -> None:
    """Append a chunk to a walker and its hiscores to the run.

    Raises
    ------
    NotFoundError: where there is no such run.
    ChunkError: where the chunk does not continue what is stored.
    TransitionError: where the run's state accepts no chunks.
    StorageError: where the chunk contradicts itself or the size of its run.
    """
    columns = (runs.c.state, runs.c.n_walkers, runs.c.n_steps)
    found = connection.execute(select(*columns).where(runs.c.id == run).with_for_update()).one_or_none()
    if found is None:
        raise unknown_run(run)
    if found.state not in WRITABLE:
        raise TransitionError(f"run {run} is {found.state}: it takes no more steps until it is running")
    if not 0 <= walker < found.n_walkers:
        raise StorageError(f"run {run} has walkers 0 to {found.n_walkers - 1}, not {walker}")
    _check(chunk, found.n_steps)
    own = (walkers.c.run == run) & (walkers.c.walker == walker)
    stored = connection.execute(select(walkers.c.step, walkers.c.best_K).where(own)).one_or_none()
    expected = 1 if stored is None else stored.step + 1
    if chunk.first_step != expected:
        raise ChunkError(run, walker, expected, chunk.first_step)
    state = {
        "step": chunk.steps[-1].step,
        "state_json": chunk.walker_state_json,
        "rng_json": chunk.rng_json,
        "best_K": _best(chunk, None if stored is None else stored.best_K),
    }
    if stored is None:
        connection.execute(insert(walkers), {"run": run, "walker": walker} | state)
    else:
        connection.execute(update(walkers).where(own).values(state))
    rows = [{name: getattr(step, name) for name in _STEP_FIELDS} for step in chunk.steps]
    connection.execute(insert(steps), [{"run": run, "walker": walker} | row for row in rows])
    if chunk.hiscores:
        hiscores.store(connection, run, walker, chunk.hiscores, keep=keep, now=datetime.now(UTC))


def _check(chunk: ChunkRecord, n_steps: int) -> None:
    """Refuse (StorageError) a chunk with gaps, without steps, beyond the end of its run, or with a K of nan."""
    numbers = [step.step for step in chunk.steps]
    if not numbers or numbers != list(range(chunk.first_step, chunk.first_step + len(numbers))):
        raise StorageError(f"a chunk from step {chunk.first_step} on holds the steps {numbers}: not consecutive")
    if numbers[-1] > n_steps:
        raise StorageError(f"a chunk reaches step {numbers[-1]}, its run has {n_steps}")
    reached = [step.K for step in chunk.steps] + [hiscore.K for hiscore in chunk.hiscores]
    if any(K is not None and math.isnan(K) for K in reached):
        raise StorageError(f"a chunk from step {chunk.first_step} on holds a K that is not a number")


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
    own = (steps.c.run == run) & (steps.c.walker == walker) & (steps.c.step > after)
    query = select(*(steps.c[name] for name in _STEP_FIELDS)).where(own).order_by(steps.c.step)
    if limit is not None:
        query = query.limit(limit)
    return [StepRecord(**row._asdict()) for row in connection.execute(query)]
