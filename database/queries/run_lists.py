"""Lists of runs, and what they are counted by. Each function works inside the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, tuple_

from protomodels.database.queries.runs import RUN_COLUMNS, record_of, run_not_found
from protomodels.database.records import ResultsRecord, RunRecord
from protomodels.database.states import RunState
from protomodels.database.tables import results, runs
from protomodels.errors import ConfigError

SORTS: Final = ("created", "K", "steps")
"""What a list of runs may be sorted by."""


def list_runs(
    connection: Connection,
    limit: int,
    states: Iterable[RunState] | None,
    results_name: str | None,
    sort: str,
    before: str | None,
) -> list[RunRecord]:
    """Runs, newest first, or those with the highest K or the most steps; ties newest first.

    Raises
    ------
    NotFoundError: where there is no run ``before``.
    ConfigError: where there is no such sorting.
    """
    if sort not in SORTS:
        raise ConfigError("sort", sort, "one of " + ", ".join(SORTS))
    keys: dict[str, list[Any]] = {
        "created": [runs.c.id],
        # runs without a K come last
        "K": [func.coalesce(runs.c.best_K, -1e300), runs.c.id],
        "steps": [runs.c.steps_done, runs.c.id],
    }
    key = keys[sort]
    query: Select[Any] = select(*RUN_COLUMNS).order_by(*(column.desc() for column in key)).limit(limit)
    if states is not None:
        query = query.where(runs.c.state.in_(list(states)))
    if results_name is not None:
        query = query.join(results, results.c.fingerprint == runs.c.results_fingerprint)
        query = query.where((results.c.name == results_name) | (results.c.fingerprint == results_name))
    if before is not None and sort == "created":
        # the run itself may have been deleted since
        if not re.fullmatch("r[0-9a-f]{8}", before):
            raise run_not_found(before)
        query = query.where(runs.c.id < before)
    elif before is not None:
        last = connection.execute(select(*key).where(runs.c.id == before)).one_or_none()
        if last is None:
            raise run_not_found(before)
        query = query.where(tuple_(*key) < tuple_(*last))
    return [record_of(row) for row in connection.execute(query)]


def count_states(connection: Connection) -> dict[str, int]:
    """Runs by state."""
    query = select(runs.c.state, func.count()).group_by(runs.c.state)
    return {str(state): n for state, n in connection.execute(query)}


def list_results(connection: Connection) -> list[ResultsRecord]:
    """All databases of results that runs were made with, by name and version."""
    query = select(results).order_by(results.c.name, results.c.version, results.c.fingerprint)
    return [ResultsRecord(**row._asdict()) for row in connection.execute(query)]
