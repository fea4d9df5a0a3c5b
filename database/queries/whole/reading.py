"""All that is stored of a run. Inside the caller's transaction, so that nothing changes meanwhile."""

from __future__ import annotations

from sqlalchemy import Connection, select

from protomodels.database.packing import unpack
from protomodels.database.queries.chunks import walker_states
from protomodels.database.queries.exchanges import list_exchanges
from protomodels.database.queries.history import history, list_events
from protomodels.database.queries.protomodels import get_many
from protomodels.database.queries.runs import combinability_table, get
from protomodels.database.records import ResultsRecord, StoredChunk, WholeRun
from protomodels.database.tables import chunks, protomodels, results, universes


def read_whole(connection: Connection, run: str) -> WholeRun:
    """A run with everything that belongs to it.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    record = get(connection, run)
    made_with = select(results).where(results.c.fingerprint == record.results_fingerprint)
    recipe = select(universes.c.recipe).where(universes.c.id == record.universe)
    columns = [chunks.c[name] for name in ("walker", "first_step", "attempt", "packed")]
    stored = select(*columns).where(chunks.c.run == run).order_by(chunks.c.walker, chunks.c.first_step)
    held = select(protomodels.c.id).where(protomodels.c.run == run).order_by(protomodels.c.id)
    return WholeRun(
        record,
        ResultsRecord(**connection.execute(made_with).one()._asdict()),
        combinability_table(connection, run),
        None if record.universe is None else connection.scalar(recipe),
        history(connection, run),
        [event for _, event in list_events(connection, run, 0, None)],
        walker_states(connection, run),
        [
            StoredChunk(row.walker, row.first_step, row.attempt, unpack(row.packed, row.first_step))
            for row in connection.execute(stored)
        ],
        list_exchanges(connection, run),
        get_many(connection, connection.scalars(held).all()),
    )
