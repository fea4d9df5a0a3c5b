"""Hiscores: the best proto-models of each walker, without duplicates, and the ways to find them.

A walker's list is a function of what the walk proposed, in the order of the walk. So it does not depend on the size of
its chunks, nor on what other walkers do when: the lists of a run or of all runs are made of them when they are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Select, delete, exists, insert, select

from protomodels.database.records import HiscoreRecord, HiscoreSummary
from protomodels.database.runs import require
from protomodels.database.tables import contributions, limits, protomodel_masses, protomodels, results, runs
from protomodels.errors import ConfigError

SAME_MASS: Final = 1.0
"""GeV; two proto-models of the same particles and channels whose masses differ by no more are duplicates."""

_SCORES: Final = ("step", "K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm", "fingerprint", "channels")
SUMMARY: Final = ("id", "run", "walker", *_SCORES, "created_at", "masses")
CONTRIBUTION: Final = ("analysis", "region", "type", "observed", "expected", "signal", "llr")
LIMIT: Final = ("analysis", "region", "type", "r_obs", "r_exp", "signal")


class _Content(Protocol):
    """What tells duplicates."""

    @property
    def channels(self) -> str: ...
    @property
    def masses(self) -> Mapping[int, float]: ...


TIES: Final = tuple(protomodels.c[name] for name in ("run", "walker", "step", "id"))
"""Equal K: in the order of runs, walkers and steps."""


@dataclass(frozen=True, slots=True)
class HiscoreQuery:
    """Which proto-models are wanted.

    Attributes
    ----------
    run, walker: of this run, of this walker of it.
    particles: pids that it must have, all of them.
    min_mass, max_mass: window in GeV for the mass of the first particle.
    min_K: smallest K.
    distinct: leave out duplicates of better ones.
    universes: also those of runs on other data than the published ones; a run that is named is searched anyway.
    results: of runs with the results of this name or fingerprint.
    """

    run: str | None = None
    walker: int | None = None
    particles: Sequence[int] = ()
    min_mass: float | None = None
    max_mass: float | None = None
    min_K: float | None = None
    distinct: bool = True
    universes: bool = False
    results: str | None = None


def is_duplicate(one: _Content, other: _Content) -> bool:
    """True for the same particles and channels, and masses within 1 GeV."""
    if one.channels != other.channels or one.masses.keys() != other.masses.keys():
        return False
    return all(abs(mass - other.masses[pid]) <= SAME_MASS for pid, mass in one.masses.items())


def store(
    connection: Connection, run: str, walker: int, new: Sequence[HiscoreRecord], *, keep: int, now: datetime
) -> None:
    """Merge new proto-models into the hiscores of a walker, of which the best ``keep`` stay.

    Raises
    ------
    ConfigError: where ``keep`` is not positive.
    """
    if keep < 1:
        raise ConfigError("keep", keep, "a whole number of 1 or more")
    columns = [protomodels.c[name] for name in SUMMARY]
    query = select(*columns).where(protomodels.c.run == run, protomodels.c.walker == walker)
    held = [summary_of(row) for row in connection.execute(query)]
    best: list[HiscoreSummary | HiscoreRecord] = sorted(held, key=_rank)
    for record in new:
        rivals = [entry for entry in best if is_duplicate(entry, record)]
        if all(entry.K < record.K for entry in rivals):
            best = sorted([*(entry for entry in best if entry not in rivals), record], key=_rank)[:keep]
    dropped = {entry.id for entry in held} - {entry.id for entry in best if isinstance(entry, HiscoreSummary)}
    if dropped:
        connection.execute(delete(protomodels).where(protomodels.c.id.in_(sorted(dropped))))
    for entry in best:
        if isinstance(entry, HiscoreRecord):
            _add(connection, run, walker, entry, now)


def _rank(entry: HiscoreSummary | HiscoreRecord) -> tuple[float, int]:
    return -entry.K, entry.step


def _add(connection: Connection, run: str, walker: int, new: HiscoreRecord, now: datetime) -> None:
    row = {name: getattr(new, name) for name in (*_SCORES, "model_json")}
    masses = {str(pid): float(mass) for pid, mass in new.masses.items()}
    row |= {"run": run, "walker": walker, "created_at": now, "masses": masses}
    inserted = connection.execute(insert(protomodels).values(row)).inserted_primary_key
    own = {"protomodel": None if inserted is None else inserted[0]}
    parts = [own | {"pid": pid, "mass": float(mass), "K": new.K} for pid, mass in new.masses.items()]
    if parts:
        connection.execute(insert(protomodel_masses), parts)
    for table, records, fields in (
        (contributions, new.contributions, CONTRIBUTION),
        (limits, new.limits, LIMIT),
    ):
        rows = [
            own | {"position": position} | {name: getattr(record, name) for name in fields}
            for position, record in enumerate(records)
        ]
        if rows:
            connection.execute(insert(table), rows)


def best(connection: Connection, search: HiscoreQuery, limit: int) -> list[HiscoreSummary]:
    """Proto-models, best K first; equal ones in the order of runs, walkers and steps.

    Raises
    ------
    NotFoundError: where there is no such run.
    ConfigError: where a mass window is given without a particle, or a walker without a run.
    """
    query = _query(connection, search)
    found: list[HiscoreSummary] = []
    taken = 0
    while len(found) < limit:
        page = 2 * limit + 50
        rows = connection.execute(query.limit(page).offset(taken)).all()
        for row in rows:
            entry = summary_of(row)
            if not (search.distinct and any(is_duplicate(entry, other) for other in found)):
                found.append(entry)
        taken += len(rows)
        if len(rows) < page:
            break
    return found[:limit]


def _query(connection: Connection, search: HiscoreQuery) -> Select[Any]:
    table = protomodels.c
    query: Select[Any] = select(*(table[name] for name in SUMMARY))
    query = query.order_by(table.K.desc(), *TIES)
    if search.run is not None:
        require(connection, search.run)
        query = query.where(table.run == search.run)
    elif search.results is not None or not search.universes:
        query = query.join(runs, runs.c.id == table.run)
        if not search.universes:
            query = query.where(runs.c.universe.is_(None))
        if search.results is not None:
            query = query.join(results, results.c.fingerprint == runs.c.results_fingerprint)
            query = query.where((results.c.name == search.results) | (results.c.fingerprint == search.results))
    if search.walker is not None:
        if search.run is None:
            raise ConfigError("walker", search.walker, "a walker of a run: name the run too")
        query = query.where(table.walker == search.walker)
    if not search.particles:
        if search.min_mass is not None or search.max_mass is not None:
            raise ConfigError("particle", "none", "a particle to which the mass window applies")
        return query if search.min_K is None else query.where(search.min_K <= table.K)
    first = protomodel_masses.alias()
    # K is looked for, and sorted by, where its index is
    query = query.join(first, first.c.protomodel == table.id).where(first.c.pid == search.particles[0])
    query = query.order_by(None).order_by(first.c.K.desc(), *TIES)
    for value, bound in (
        (search.min_K, first.c.K.__ge__),
        (search.min_mass, first.c.mass.__ge__),
        (search.max_mass, first.c.mass.__le__),
    ):
        if value is not None:
            query = query.where(bound(value))
    for pid in search.particles[1:]:
        other = protomodel_masses.alias()
        query = query.where(exists().where(other.c.protomodel == table.id, other.c.pid == pid))
    return query


def values_of(row: Any) -> dict[str, Any]:
    """The fields of a row of `protomodels`, its masses by pid in their order."""
    values: dict[str, Any] = row._asdict()
    masses = sorted((int(pid), mass) for pid, mass in values.pop("masses").items())
    return {**values, "masses": dict(masses)}


def summary_of(row: Any) -> HiscoreSummary:
    """The line of a list for a row with the columns `SUMMARY`."""
    return HiscoreSummary(**values_of(row))
