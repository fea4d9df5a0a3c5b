"""Sweeps of chains: each is committed exactly once, whole, in the order of its chain.  Inside the caller's transaction.

Guarded as chunks of steps are: by the attempt, and by the number of the sweep that must come next.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from protomodels.database.errors import ChunkError, TransitionError
from protomodels.database.queries.history import locked, read
from protomodels.database.records import ChainRecord, SweepsRecord
from protomodels.database.states import WRITABLE, RunState
from protomodels.database.tables import POSTERIORS, posterior_chains, posterior_sweeps, posteriors
from protomodels.errors import StorageError


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
