"""Hiscores: the best proto-models of each walker, without duplicates.

A walker's list is a function of what the walk proposed, in the order of the walk. So it does not depend on the size of
its chunks, nor on what other walkers do when: the lists of a run or of all runs are made of them when they are read.
Each function works inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from protomodels.database.queries.columns import CONTRIBUTION, LIMIT, SCORES, SUMMARY, summary_of
from protomodels.database.records import HiscoreRecord, HiscoreSummary, ProtomodelRecord, is_duplicate
from protomodels.database.tables import contributions, limits, protomodel_masses, protomodels
from protomodels.errors import ConfigError


def keep_best(
    connection: Connection, run: str, walker: int, new: Sequence[HiscoreRecord], *, keep: int, now: datetime
) -> None:
    """Merge new proto-models into the hiscores of a walker, of which the best ``keep`` stay.

    Of duplicates the higher K stays; of equal ones the earlier step comes first.

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
            add(connection, run, walker, entry, now)


def _rank(entry: HiscoreSummary | HiscoreRecord) -> tuple[float, int]:
    return -entry.K, entry.step


def add(
    connection: Connection, run: str, walker: int, new: HiscoreRecord | ProtomodelRecord, created_at: datetime
) -> int:
    """Store a proto-model with what explains its score, but not its judgement; its new id."""
    row = {name: getattr(new, name) for name in (*SCORES, "model_json")}
    masses = {str(pid): float(mass) for pid, mass in new.masses.items()}
    row |= {"run": run, "walker": walker, "created_at": created_at, "masses": masses}
    query = insert(protomodels).values(row).returning(protomodels.c.id)
    identity: int = connection.execute(query).scalar_one()
    own = {"protomodel": identity}
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
    return identity
