"""Whole proto-models: what they are, with the contributions and limits that explain their scores.

Many cost as many queries as one: one for each of the three tables. Each function works inside the caller's transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, select, update

from protomodels.database.queries.columns import CONTRIBUTION, LIMIT, SUMMARY, values_of
from protomodels.database.records import ContributionRecord, LimitRecord, ProtomodelRecord
from protomodels.database.tables import contributions, limits, protomodels
from protomodels.errors import NotFoundError

_SLICE: Final = 10_000
"""Ids in one query: databases limit how many values a statement may carry."""


def get(connection: Connection, identity: int) -> ProtomodelRecord:
    """One proto-model; errors as for `get_many`."""
    return get_many(connection, [identity])[0]


def get_many(connection: Connection, identities: Sequence[int]) -> list[ProtomodelRecord]:
    """Proto-models in the order of their ids as given; one that is named twice comes twice.

    Raises
    ------
    NotFoundError: where one of them is not stored, or was pruned by better ones; it names the first.
    """
    found: dict[int, ProtomodelRecord] = {}
    wanted = sorted(set(identities))
    for start in range(0, len(wanted), _SLICE):
        found |= _read(connection, wanted[start : start + _SLICE])
    for identity in identities:
        if identity not in found:
            raise _not_stored(identity)
    return [found[identity] for identity in identities]


def judge(
    connection: Connection, identity: int, verdict: str, judgement: str, K_without_strongest: float | None
) -> None:
    """Keep the judgement of a proto-model; another one of before is replaced.

    Raises
    ------
    NotFoundError: where it is not stored.
    """
    values = {"verdict": verdict, "judgement": judgement, "K_without_strongest": K_without_strongest}
    if connection.execute(update(protomodels).where(protomodels.c.id == identity).values(values)).rowcount == 0:
        raise _not_stored(identity)


def _not_stored(identity: int) -> NotFoundError:
    return NotFoundError("protomodel", identity, "the id of a stored one; `protomodels hiscores` lists them")


def _read(connection: Connection, identities: Sequence[int]) -> dict[int, ProtomodelRecord]:
    columns = [protomodels.c[name] for name in (*SUMMARY, "model_json", "judgement")]
    rows = connection.execute(select(*columns).where(protomodels.c.id.in_(identities))).all()
    terms = _parts(connection, contributions, CONTRIBUTION, identities)
    bounds = _parts(connection, limits, LIMIT, identities)
    return {
        row.id: ProtomodelRecord(
            **values_of(row),
            contributions=tuple(ContributionRecord(**values) for values in terms[row.id]),
            limits=tuple(LimitRecord(**values) for values in bounds[row.id]),
        )
        for row in rows
    }


def _parts(
    connection: Connection, table: Table, fields: Sequence[str], identities: Sequence[int]
) -> defaultdict[int, list[dict[str, Any]]]:
    """Rows of a table that belong to proto-models, by the id of each, in their order."""
    query = select(table.c.protomodel, *(table.c[name] for name in fields)).where(table.c.protomodel.in_(identities))
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(query.order_by(table.c.protomodel, table.c.position)):
        values = row._asdict()
        found[values.pop("protomodel")].append(values)
    return found
