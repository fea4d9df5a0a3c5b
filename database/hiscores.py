"""Hiscores: the best proto-models of a run, without duplicates, and the ways to find them.

What a run keeps depends on what its walkers proposed, not on the order in which they did: the higher K wins, then
the lower walker, then the earlier step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, insert, select

from database.records import ContributionRecord, HiscoreRecord, HiscoreSummary, LimitRecord, ProtomodelRecord
from database.runs import require
from database.tables import contributions, limits, protomodel_particles, protomodels
from protomodels.errors import ConfigError, NotFoundError

_SCORES: Final = ("step", "K", "Z", "muhat", "mumax", "n_particles", "n_br", "n_ssm", "fingerprint")
_SUMMARY: Final = ("id", "run", "walker", *_SCORES, "created_at")
_CONTRIBUTION: Final = ("analysis", "region", "type", "observed", "expected", "signal", "llr")
_LIMIT: Final = ("analysis", "region", "type", "r_obs", "r_exp", "signal")


def store(
    connection: Connection, run: str, walker: int, new: Sequence[HiscoreRecord], *, keep: int, now: datetime
) -> None:
    """Merge new proto-models into the hiscores of a run, of which the best ``keep`` stay.

    Raises
    ------
    ConfigError: where ``keep`` is not positive.
    """
    if keep < 1:
        raise ConfigError("keep", keep, "a whole number of 1 or more")
    columns = [protomodels.c[name] for name in ("id", "fingerprint", "K", "walker", "step")]
    held = connection.execute(select(*columns).where(protomodels.c.run == run)).all()
    ranked: list[tuple[tuple[float, int, int], str, int | HiscoreRecord]] = [
        ((-row.K, row.walker, row.step), row.fingerprint, row.id) for row in held
    ]
    ranked += [((-record.K, walker, record.step), record.fingerprint, record) for record in new]
    ranked.sort(key=lambda entry: entry[0])
    best: dict[str, int | HiscoreRecord] = {}
    for _, fingerprint, entry in ranked:
        best.setdefault(fingerprint, entry)
    kept = list(best.values())[:keep]
    dropped = {row.id for row in held} - {entry for entry in kept if isinstance(entry, int)}
    if dropped:
        connection.execute(delete(protomodels).where(protomodels.c.id.in_(sorted(dropped))))
    for entry in kept:
        if isinstance(entry, HiscoreRecord):
            _add(connection, run, walker, entry, now)


def _add(connection: Connection, run: str, walker: int, new: HiscoreRecord, now: datetime) -> None:
    row = {name: getattr(new, name) for name in (*_SCORES, "model_json")}
    row |= {"run": run, "walker": walker, "created_at": now}
    inserted = connection.execute(insert(protomodels).values(row)).inserted_primary_key
    own = {"protomodel": None if inserted is None else inserted[0]}
    if new.masses:
        rows: list[dict[str, Any]] = [own | {"pid": pid, "mass": mass} for pid, mass in new.masses.items()]
        connection.execute(insert(protomodel_particles), rows)
    for table, records, fields in (
        (contributions, new.contributions, _CONTRIBUTION),
        (limits, new.limits, _LIMIT),
    ):
        rows = [
            own | {"position": position} | {name: getattr(record, name) for name in fields}
            for position, record in enumerate(records)
        ]
        if rows:
            connection.execute(insert(table), rows)


def best(
    connection: Connection,
    run: str | None,
    particle: int | None,
    window: tuple[float | None, float | None],
    limit: int,
) -> list[HiscoreSummary]:
    """The hiscores of a run, or of all, best K first, ties by id.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where a mass window is given without a particle.
    """
    if run is not None:
        require(connection, run)
    query: Select[Any] = select(*(protomodels.c[name] for name in _SUMMARY))
    query = query.order_by(protomodels.c.K.desc(), protomodels.c.id).limit(limit)
    if run is not None:
        query = query.where(protomodels.c.run == run)
    if particle is not None:
        table = protomodel_particles.c
        having = select(table.pid).where(table.protomodel == protomodels.c.id, table.pid == particle)
        if window[0] is not None:
            having = having.where(table.mass >= window[0])
        if window[1] is not None:
            having = having.where(table.mass <= window[1])
        query = query.where(having.exists())
    elif window != (None, None):
        raise ConfigError("particle", "none", "a particle to which the mass window applies")
    rows = [row._asdict() for row in connection.execute(query)]
    masses = _masses(connection, [row["id"] for row in rows])
    return [HiscoreSummary(**row, masses=masses[row["id"]]) for row in rows]


def _masses(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {identity: {} for identity in ids}
    table = protomodel_particles.c
    for start in range(0, len(ids), 500):
        part = table.protomodel.in_(ids[start : start + 500])
        query = select(table.protomodel, table.pid, table.mass).where(part).order_by(table.protomodel, table.pid)
        for identity, pid, mass in connection.execute(query):
            found[identity][pid] = mass
    return found


def get(connection: Connection, identity: int) -> ProtomodelRecord:
    """One proto-model with all that explains its score.

    Raises
    ------
    NotFoundError: where there is no such proto-model, or it was pruned.
    """
    columns = [protomodels.c[name] for name in (*_SUMMARY, "model_json")]
    row = connection.execute(select(*columns).where(protomodels.c.id == identity)).one_or_none()
    if row is None:
        raise NotFoundError("protomodel", identity, "the id of a stored one; `protomodels hiscores` lists them")
    own = contributions.c.protomodel == identity
    terms = select(*(contributions.c[name] for name in _CONTRIBUTION)).where(own).order_by(contributions.c.position)
    bounds = select(*(limits.c[name] for name in _LIMIT)).where(limits.c.protomodel == identity)
    return ProtomodelRecord(
        **row._asdict(),
        masses=_masses(connection, [identity])[identity],
        contributions=tuple(ContributionRecord(**term._asdict()) for term in connection.execute(terms)),
        limits=tuple(
            LimitRecord(**bound._asdict()) for bound in connection.execute(bounds.order_by(limits.c.position))
        ),
    )
