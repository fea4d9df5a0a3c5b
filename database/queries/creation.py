"""New runs, with the results, combinability table and universe that they refer to. Inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, func, insert, select

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.queries.columns import sha256_of
from protomodels.database.queries.history import add_transition
from protomodels.database.queries.runs import refuse_taken, write_tags
from protomodels.database.records import NewRun, ResultsRecord, TransitionRecord
from protomodels.database.records.labels import check_labels
from protomodels.database.states import RunState
from protomodels.database.tables import combinability_tables, requests, results, runs, universes
from protomodels.errors import ConfigError

_LISTED: Final = ("results_name", "policy", "regions", "search", "universe_seed")
_GIVEN: Final = ("config_json", "seed", "n_walkers", "n_steps", *_LISTED)


def create(connection: Connection, new: NewRun) -> str:
    """Store a run in state queued, its results too if they are new; returns its id.

    Raises
    ------
    ConfigError: where the seed, one of the counts or a label cannot be stored, or another run has the name.
    """
    if not 0 <= new.seed < 2**63:
        raise ConfigError("seed", new.seed, "a whole number from 0 to 2^63 - 1")
    for name, count in (("n_walkers", new.n_walkers), ("n_steps", new.n_steps)):
        if not 1 <= count < 2**31:
            raise ConfigError(name, count, "a whole number from 1 to 2^31 - 1")
    labels = new.labels
    check_labels(labels)
    advisory_lock(connection, LOCK_RUNS)
    refuse_taken(connection, labels.name)
    keep_results(connection, new.results)
    now = current_time(connection)
    run = next_id(connection, runs.c.id, "r", now)
    row = {name: getattr(new, name) for name in _GIVEN}
    row |= {"config_sha256": sha256_of(new.config_json)}
    row |= {"id": run, "created_at": now, "results_fingerprint": new.results.fingerprint}
    row |= {"state": RunState.QUEUED, "reason": "", "versions": dict(new.versions)}
    row |= {"table_sha256": keep_table(connection, new.combinability_table)}
    row |= {"universe": keep_universe(connection, new.universe)}
    row |= {"name": labels.name, "note": labels.note}
    row |= dict.fromkeys(("steps_done", "attempt", "leased_steps", "stalled"), 0)
    connection.execute(insert(runs), row)
    write_tags(connection, run, labels.tags)
    add_transition(connection, run, TransitionRecord(now, None, RunState.QUEUED, ""))
    return run


def create_run_once(connection: Connection, new: NewRun, owner: str, key: str, sha256: str) -> str:
    """Store a run, unless this owner has asked for it by this key before; its id in either case.

    Raises
    ------
    ConfigError: where the key was used for another request.
    """
    advisory_lock(connection, LOCK_RUNS)
    known = made_before(connection, requests.c.run, requests.c.sha256, owner, key, sha256)
    if known is not None:
        return known
    run = create(connection, new)
    connection.execute(insert(requests), {"owner": owner, "key": key, "sha256": sha256, "run": run})
    return run


def made_before(
    connection: Connection, made: Column[str], request: Column[str], owner: str | None, key: str, sha256: str | None
) -> str | None:
    """What this owner has asked for by this key before; None where it is new.

    Parameters
    ----------
    made: the column of its id, in a table with the columns ``owner`` and ``key``.
    request: the column of the SHA-256 of the request.

    Raises
    ------
    ConfigError: where the key was used for another request.
    """
    own = (made.table.c.owner == owner, made.table.c.key == key)
    found = connection.execute(select(made, request).where(*own)).one_or_none()
    if found is None:
        return None
    known, asked = found
    if asked != sha256:
        raise ConfigError("Idempotency-Key", key, "a key that was not used for another request")
    return str(known)


def keep_results(connection: Connection, new: ResultsRecord) -> None:
    """Store which results there are, once for all that was made with them."""
    known = select(results.c.fingerprint).where(results.c.fingerprint == new.fingerprint)
    if connection.scalar(known) is None:
        row = {name: getattr(new, name) for name in results.c.keys()}  # noqa: SIM118
        connection.execute(insert(results), row)


def keep_table(connection: Connection, text: str | None) -> str | None:
    """Store a combinability table, once for all runs that use it; its SHA-256."""
    if text is None:
        return None
    sha256 = sha256_of(text)
    table = combinability_tables
    if connection.scalar(select(table.c.sha256).where(table.c.sha256 == sha256)) is None:
        connection.execute(insert(table), {"sha256": sha256, "text": text})
    return sha256


def keep_universe(connection: Connection, recipe: str | None) -> int | None:
    """Store a recipe, once for all runs in that universe; its number."""
    if recipe is None:
        return None
    known = select(universes.c.id).where(universes.c.recipe == recipe)
    if connection.scalar(known) is None:
        connection.execute(insert(universes), {"recipe": recipe})
    number: int | None = connection.scalar(known)
    return number


def next_id(connection: Connection, ids: Column[str], letter: str, now: datetime) -> str:
    """A letter and the second of creation in hexadecimal; a later one where that is taken, so that ids sort."""
    last = connection.scalar(select(func.max(ids)))
    second = int(now.timestamp())
    return f"{letter}{second if last is None else max(second, int(last[1:], 16) + 1):08x}"
