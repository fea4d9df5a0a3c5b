"""Exchanges: walkers that took over the model of another one, at the end of a step that all have reached."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, update

from protomodels.database.queries.chunks import writable
from protomodels.database.queries.runs import require
from protomodels.database.records import ExchangeRecord
from protomodels.database.tables import exchanges, walkers
from protomodels.errors import StorageError

_FIELDS = ("step", "walker", "source", "state_json", "rng_json")


def apply(connection: Connection, run: str, adopted: Iterable[ExchangeRecord], attempt: int) -> None:
    """Give walkers that stand at the end of a step the states that they took over.

    Raises
    ------
    NotFoundError, FencedError, TransitionError: as `protomodels.database.queries.chunks.commit`.
    StorageError: where a walker does not stand at that step, or has exchanged there before.
    """
    writable(connection, run, attempt)
    for new in adopted:
        own = (walkers.c.run == run) & (walkers.c.walker == new.walker) & (walkers.c.step == new.step)
        values = {"state_json": new.state_json, "rng_json": new.rng_json}
        if connection.execute(update(walkers).where(own).values(values)).rowcount != 1:
            raise StorageError(
                f"walker {new.walker} of run {run} is not at step {new.step}: it cannot be restarted there"
            )
        connection.execute(insert(exchanges), {"run": run} | {name: getattr(new, name) for name in _FIELDS})


def list_exchanges(connection: Connection, run: str) -> list[ExchangeRecord]:
    """Who took over what, in the order of steps and walkers.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    require(connection, run)
    query = select(*(exchanges.c[name] for name in _FIELDS)).where(exchanges.c.run == run)
    query = query.order_by(exchanges.c.step, exchanges.c.walker)
    return [ExchangeRecord(**row._asdict()) for row in connection.execute(query)]
