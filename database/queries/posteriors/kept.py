"""Posteriors: created, read, listed, answered, deleted.  Inside the caller's transaction."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.errors import TransitionError
from protomodels.database.queries.creation import keep_results, keep_table, made_before, next_id
from protomodels.database.queries.history import locked, not_found, read
from protomodels.database.records import NewPosterior, PosteriorRecord
from protomodels.database.states import RunState
from protomodels.database.tables import POSTERIORS, combinability_tables, posteriors
from protomodels.errors import ConfigError

_COLUMNS: Final = tuple(posteriors.c[field.name] for field in fields(PosteriorRecord))


def create(connection: Connection, new: NewPosterior, owner: str | None, key: str | None, sha256: str | None) -> str:
    """Store a posterior in state queued, unless this owner has asked for it by this key before; its id in either case.

    Raises
    ------
    ConfigError: where one of the counts cannot be stored, or the key was used for another request.
    """
    for name, count in (("chains", new.n_chains), ("sweeps", new.n_sweeps)):
        if not 1 <= count < 2**31:
            raise ConfigError(name, count, "a whole number from 1 to 2^31 - 1")
    advisory_lock(connection, LOCK_RUNS)
    if key is not None:
        known = made_before(connection, posteriors.c.id, posteriors.c.request_sha256, owner, key, sha256)
        if known is not None:
            return known
    keep_results(connection, new.results)
    now = current_time(connection)
    posterior = next_id(connection, posteriors.c.id, "p", now)
    row: dict[str, Any] = {name: getattr(new, name) for name in ("config_json", "n_chains", "n_sweeps")}
    row |= {"id": posterior, "created_at": now, "versions": dict(new.versions)}
    row |= {"results_name": new.results.name, "results_fingerprint": new.results.fingerprint}
    row |= {"state": RunState.QUEUED, "reason": "", "table_sha256": keep_table(connection, new.combinability_table)}
    row |= dict.fromkeys(("sweeps_done", "attempt", "leased_sweeps", "stalled"), 0)
    row |= {"owner": owner, "key": key, "request_sha256": sha256}
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
