"""Posteriors: created, read, listed, continued by sweeps. Each function works inside the caller's transaction.

Sweeps are committed exactly once, whole, in the order of their chain, guarded as chunks of steps are: by the attempt,
and by the number of the sweep that must come next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.errors import ChunkError, TransitionError
from protomodels.database.queries.creation import keep_results, keep_table, next_id
from protomodels.database.queries.history import locked, not_found, read
from protomodels.database.records import ChainRecord, NewPosterior, PosteriorRecord, SweepsRecord
from protomodels.database.states import WRITABLE, RunState
from protomodels.database.tables import (
    POSTERIORS,
    combinability_tables,
    posterior_chains,
    posterior_sweeps,
    posteriors,
)
from protomodels.errors import ConfigError, StorageError

_COLUMNS: Final = tuple(posteriors.c[field.name] for field in fields(PosteriorRecord))


def create(connection: Connection, new: NewPosterior) -> str:
    """Store a posterior in state queued, its results too if they are new; returns its id.

    Raises
    ------
    ConfigError: where one of the counts cannot be stored.
    """
    for name, count in (("chains", new.n_chains), ("sweeps", new.n_sweeps)):
        if not 1 <= count < 2**31:
            raise ConfigError(name, count, "a whole number from 1 to 2^31 - 1")
    advisory_lock(connection, LOCK_RUNS)
    keep_results(connection, new.results)
    now = current_time(connection)
    posterior = next_id(connection, posteriors.c.id, "p", now)
    row: dict[str, Any] = {name: getattr(new, name) for name in ("config_json", "n_chains", "n_sweeps")}
    row |= {"id": posterior, "created_at": now, "versions": dict(new.versions)}
    row |= {"results_name": new.results.name, "results_fingerprint": new.results.fingerprint}
    row |= {"state": RunState.QUEUED, "reason": "", "table_sha256": keep_table(connection, new.combinability_table)}
    row |= dict.fromkeys(("sweeps_done", "attempt", "leased_sweeps", "stalled"), 0)
    connection.execute(insert(posteriors), row)
    return posterior


def get(connection: Connection, posterior: str) -> PosteriorRecord:
    """One posterior.

    Raises
    ------
    NotFoundError: where there is no such posterior.
    """
    row = connection.execute(select(*_COLUMNS).where(posteriors.c.id == posterior)).one_or_none()
    if row is None:
        raise not_found(POSTERIORS, posterior)
    return PosteriorRecord(**row._asdict())


def list_posteriors(connection: Connection, limit: int, before: str | None) -> list[PosteriorRecord]:
    """Posteriors, newest first.

    Raises
    ------
    NotFoundError: where ``before`` is no id of a posterior.
    """
    query = select(*_COLUMNS).order_by(posteriors.c.id.desc()).limit(limit)
    if before is not None:
        # it may have been deleted since
        if not re.fullmatch("p[0-9a-f]{8}", before):
            raise not_found(POSTERIORS, before)
        query = query.where(posteriors.c.id < before)
    return [PosteriorRecord(**row._asdict()) for row in connection.execute(query)]


def table_of(connection: Connection, posterior: str) -> str | None:
    """The combinability table that a posterior was given, None where it was given none; NotFoundError without it."""
    sha256 = read(connection, POSTERIORS, posterior).table_sha256
    found: str | None = connection.scalar(
        select(combinability_tables.c.text).where(combinability_tables.c.sha256 == sha256)
    )
    return found


def commit(connection: Connection, posterior: str, new: Mapping[int, SweepsRecord], attempt: int) -> RunState:
    """Append sweeps to some chains; returns the state of the posterior.

    Raises
    ------
    NotFoundError: where there is no such posterior.
    FencedError: where another attempt has it.
    ChunkError: where sweeps do not continue what is stored.
    TransitionError: where it is not running (nor paused or cancelling, with sweeps in flight).
    StorageError: where there is no such chain, or the sweeps go beyond its end.
    """
    found = locked(connection, POSTERIORS, posterior, attempt)
    if found.state not in WRITABLE:
        raise TransitionError(f"posterior {posterior} is {found.state}: it takes no more sweeps until it is running")
    own = posterior_chains.c.posterior == posterior
    query = select(posterior_chains.c.chain, posterior_chains.c.sweep).where(
        own, posterior_chains.c.chain.in_(list(new))
    )
    stored: dict[int, int] = {row.chain: row.sweep for row in connection.execute(query)}
    chains, rows = [], []
    for chain, sweeps in new.items():
        if not 0 <= chain < found.n_chains:
            raise StorageError(f"posterior {posterior} has chains 0 to {found.n_chains - 1}, not {chain}")
        expected = stored.get(chain, 0) + 1
        if sweeps.first_sweep != expected:
            raise ChunkError(posterior, chain, expected, sweeps.first_sweep)
        last = expected + sweeps.n_sweeps - 1
        if sweeps.n_sweeps < 1 or last > found.n_sweeps:
            raise StorageError(f"sweeps {expected} to {last} of a chain that has {found.n_sweeps}")
        chains.append({"posterior": posterior, "chain": chain, "sweep": last, "state_json": sweeps.state_json})
        numbers = {"first_sweep": expected, "n_sweeps": sweeps.n_sweeps, "attempt": attempt}
        rows.append({"posterior": posterior, "chain": chain, "packed": sweeps.packed} | numbers)
    _write_chains(connection, chains, stored)
    if rows:
        connection.execute(insert(posterior_sweeps), rows)
    done = found.sweeps_done + sum(sweeps.n_sweeps for sweeps in new.values())
    connection.execute(update(posteriors).where(posteriors.c.id == posterior).values(sweeps_done=done))
    state: RunState = found.state
    return state


def _write_chains(connection: Connection, rows: list[dict[str, Any]], stored: Mapping[int, int]) -> None:
    new = [row for row in rows if row["chain"] not in stored]
    old = [{f"_{name}": value for name, value in row.items()} for row in rows if row["chain"] in stored]
    if new:
        connection.execute(insert(posterior_chains), new)
    if old:
        own = posterior_chains.c.posterior == bindparam("_posterior")
        own &= posterior_chains.c.chain == bindparam("_chain")
        changed: dict[str, Any] = {name: bindparam(f"_{name}") for name in ("sweep", "state_json")}
        connection.execute(update(posterior_chains).where(own).values(changed), old)


def chains_of(connection: Connection, posterior: str) -> list[ChainRecord]:
    """Where the chains stand, by number; one that has not committed a sweep is left out. NotFoundError without it."""
    read(connection, POSTERIORS, posterior)
    columns = [posterior_chains.c[field.name] for field in fields(ChainRecord)]
    query = select(*columns).where(posterior_chains.c.posterior == posterior).order_by(posterior_chains.c.chain)
    return [ChainRecord(**row._asdict()) for row in connection.execute(query)]


def sweeps_of(connection: Connection, posterior: str, chain: int) -> list[bytes]:
    """What the sweeps of a chain gave, as they were packed, in their order. NotFoundError without the posterior."""
    read(connection, POSTERIORS, posterior)
    own = (posterior_sweeps.c.posterior == posterior) & (posterior_sweeps.c.chain == chain)
    query = select(posterior_sweeps.c.packed).where(own).order_by(posterior_sweeps.c.first_sweep)
    return list(connection.scalars(query))


def keep_answer(connection: Connection, posterior: str, answer_json: str, attempt: int) -> None:
    """Keep what the chains say; done again, the last one counts. FencedError where another attempt has it."""
    locked(connection, POSTERIORS, posterior, attempt)
    connection.execute(update(posteriors).where(posteriors.c.id == posterior).values(answer_json=answer_json))


def delete_posterior(connection: Connection, posterior: str) -> None:
    """Delete a posterior with its chains; TransitionError where somebody may be at work on it."""
    state = read(connection, POSTERIORS, posterior, lock=True).state
    if state in (RunState.RUNNING, RunState.CANCELLING):
        raise TransitionError(f"posterior {posterior} is {state}: cancel it first")
    connection.execute(delete(posteriors).where(posteriors.c.id == posterior))
