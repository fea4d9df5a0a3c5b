"""Lists of runs, and what they are counted by. Each function works inside the caller's transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, func, select, tuple_

from protomodels.database.queries.runs import RUN_COLUMNS, record_of, run_not_found
from protomodels.database.records import ResultsRecord, RunRecord
from protomodels.database.states import RunState
from protomodels.database.tables import campaign_runs, results, run_tags, runs
from protomodels.errors import ConfigError

SORTS: Final = ("created", "K", "steps")
"""What a list of runs may be sorted by."""
KINDS: Final = ("own", "campaign")
"""Runs that somebody began, and those that a campaign has."""


def list_runs(
    connection: Connection,
    limit: int,
    states: Iterable[RunState] | None,
    results_name: str | None,
    sort: str,
    before: str | None,
    kind: str | None = None,
    name: str | None = None,
    tags: Iterable[str] = (),
) -> list[RunRecord]:
    """Runs, newest first, or those with the highest K or the most steps; ties newest first.

    Raises
    ------
    NotFoundError: where there is no run ``before``.
    ConfigError: where there is no such sorting or kind.
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
    query = _of_kind(query, kind)
    if name is not None:
        query = query.where(runs.c.name == name)
    for tag in tags:
        query = query.where(exists().where(run_tags.c.run == runs.c.id, run_tags.c.tag == tag))
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


def _of_kind(query: Select[Any], kind: str | None) -> Select[Any]:
    if kind is None:
        return query
    if kind not in KINDS:
        raise ConfigError("kind", kind, "one of " + ", ".join(KINDS))
    in_campaign = exists().where(campaign_runs.c.run == runs.c.id)
    return query.where(in_campaign if kind == "campaign" else ~in_campaign)


def count_states(connection: Connection, kind: str | None = None) -> dict[str, int]:
    """Runs by state; ConfigError where there is no such kind."""
    query = _of_kind(select(runs.c.state, func.count()).group_by(runs.c.state), kind)
    return {str(state): n for state, n in connection.execute(query)}


def fingerprints(connection: Connection, wanted: Iterable[str]) -> dict[str, str]:
    """Fingerprints of the results of some runs, by run: one query, however many there are."""
    query = select(runs.c.id, runs.c.results_fingerprint).where(runs.c.id.in_(sorted(set(wanted))))
    return {str(run): str(fingerprint) for run, fingerprint in connection.execute(query)}


def list_results(connection: Connection) -> list[ResultsRecord]:
    """All databases of results that runs were made with, by name and version."""
    query = select(results).order_by(results.c.name, results.c.version, results.c.fingerprint)
    return [ResultsRecord(**row._asdict()) for row in connection.execute(query)]
