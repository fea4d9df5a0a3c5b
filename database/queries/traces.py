"""How a run went, made of its packed steps without a record for each of them."""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection, select

from protomodels.database.packing import unpack_columns
from protomodels.database.queries.runs import get
from protomodels.database.records import TraceRecord
from protomodels.database.tables import chunks, walkers


def trace(connection: Connection, run: str, points: int) -> TraceRecord:
    """The run in at most ``points`` parts of equal length.

    Raises
    ------
    NotFoundError: where there is no such run.
    """
    n_walkers = get(connection, run).n_walkers
    reached = max(connection.scalars(select(walkers.c.step).where(walkers.c.run == run)).all(), default=0)
    width = max(1, -(-reached // points))
    parts = -(-reached // width)
    highest = np.full(n_walkers * parts, -np.inf)
    moves: dict[str, tuple[int, int]] = {}
    query = select(chunks.c.walker, chunks.c.first_step, chunks.c.packed).where(chunks.c.run == run)
    for walker, first, packed in connection.execute(query):
        names, columns = unpack_columns(packed, first)
        K = columns["K"]
        part = walker * parts + (first - 1 + np.arange(len(K))) // width
        known = ~np.isnan(K)
        np.maximum.at(highest, part[known], K[known])
        proposed = np.bincount(columns["move"], minlength=len(names)).tolist()
        accepted = np.bincount(columns["move"], columns["accepted"], len(names)).tolist()
        for name, n, taken in zip(names, proposed, accepted, strict=True):
            before = moves.get(name, (0, 0))
            moves[name] = (before[0] + n, before[1] + int(taken))
    rows = highest.reshape(n_walkers, parts).tolist()
    return TraceRecord(
        tuple(min((part + 1) * width, reached) for part in range(parts)),
        tuple(tuple(None if K == -np.inf else K for K in row) for row in rows),
        dict(sorted(moves.items())),
    )
