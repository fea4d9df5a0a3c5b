"""Lists of hiscores, searched by run, results, particle, mass and K. Inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, select

from protomodels.database.queries.columns import SUMMARY, summary_of
from protomodels.database.queries.runs import require
from protomodels.database.records import HISCORE_SORTS, HiscoreQuery, HiscoreSummary, is_duplicate
from protomodels.database.tables import protomodel_masses, protomodels, results, runs
from protomodels.errors import ConfigError, NotFoundError

_TIES: Final = tuple(protomodels.c[name] for name in ("run", "walker", "step", "id"))
"""Equal K: in the order of runs, walkers and steps."""


def list_hiscores(connection: Connection, search: HiscoreQuery, limit: int) -> list[HiscoreSummary]:
    """Proto-models, best K first, or as the search sorts; equal ones in the order of runs, walkers and steps.

    Raises
    ------
    NotFoundError: where there is no such run, or the list has not the proto-model that it is to go on after.
    ConfigError: where a mass window is given without a particle, a walker without a run, or an unknown order.
    """
    query = _query(connection, search)
    found: list[HiscoreSummary] = []
    # what comes before the page is read too: it may have duplicates on it
    by_channels: defaultdict[str, list[HiscoreSummary]] = defaultdict(list)
    begun = search.after is None
    taken = 0
    while len(found) < limit:
        page = 2 * limit + 50
        rows = connection.execute(query.limit(page).offset(taken)).all()
        for row in rows:
            entry = summary_of(row)
            same = by_channels[entry.channels]
            if search.distinct and any(is_duplicate(entry, other) for other in same):
                continue
            same.append(entry)
            if begun:
                found.append(entry)
            begun = begun or entry.id == search.after
        taken += len(rows)
        if len(rows) < page:
            break
    if not begun:
        raise NotFoundError("after", search.after, "the id of a proto-model of this list")
    return found[:limit]


def _query(connection: Connection, search: HiscoreQuery) -> Select[Any]:
    table = protomodels.c
    query: Select[Any] = select(*(table[name] for name in SUMMARY))
    if search.sort not in HISCORE_SORTS:
        raise ConfigError("sort", search.sort, "one of " + ", ".join(HISCORE_SORTS))
    orders: dict[str, tuple[Any, ...]] = {
        "K": (table.K.desc(),),
        "without_strongest": (table.K_without_strongest.desc().nulls_last(), table.K.desc()),
        "Z": (table.Z.desc(),),
        "particles": (table.n_particles, table.K.desc()),
        "newest": (table.id.desc(),),
    }
    query = query.order_by(*orders[search.sort], *_TIES)
    if search.verdict is not None:
        query = query.where(table.verdict == search.verdict)
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
    return _with_particles(query, search)


def _with_particles(query: Select[Any], search: HiscoreQuery) -> Select[Any]:
    """Of these, the proto-models that have the particles; the first with a mass in the window."""
    table = protomodels.c
    first = protomodel_masses.alias()
    # K is looked for, and sorted by, where its index is
    query = query.join(first, first.c.protomodel == table.id).where(first.c.pid == search.particles[0])
    if search.sort == "K":
        query = query.order_by(None).order_by(first.c.K.desc(), *_TIES)
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
    if search.exact:
        further = protomodel_masses.alias()
        beyond = further.c.pid.not_in(list(search.particles))
        query = query.where(~exists().where(further.c.protomodel == table.id, beyond))
    return query
