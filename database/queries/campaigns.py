"""Campaigns: runs that answer one question together. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, insert, select

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.queries.columns import sha256_of
from protomodels.database.queries.creation import next_id
from protomodels.database.queries.runs import require as require_run
from protomodels.database.records import CampaignRecord
from protomodels.database.tables import campaign_bounds, campaign_runs, campaigns
from protomodels.errors import NotFoundError

_COLUMNS: Final = tuple(column for column in campaigns.c if column.name != "config_sha256")


def create(
    connection: Connection,
    kind: str,
    config_json: str,
    judged_run: str | None,
    K_observed: float | None,
    closure: str | None,
) -> str:
    """The campaign of this kind and config, stored where it is not there yet; returns its id.

    The id is ``c`` and the second of creation in hexadecimal, or a later one where that is taken.

    Raises
    ------
    NotFoundError: where there is no run of the name ``judged_run``.
    """
    advisory_lock(connection, LOCK_RUNS)
    if judged_run is not None:
        require_run(connection, judged_run)
    sha256 = sha256_of(config_json)
    same = (campaigns.c.config_sha256 == sha256, campaigns.c.config_json == config_json, campaigns.c.kind == kind)
    known = connection.scalar(select(campaigns.c.id).where(*same).order_by(campaigns.c.id).limit(1))
    if known is not None:
        return str(known)
    now = current_time(connection)
    campaign = next_id(connection, campaigns.c.id, "c", now)
    row = {"id": campaign, "created_at": now, "kind": kind, "config_json": config_json, "config_sha256": sha256}
    row |= {"judged_run": judged_run, "K_observed": K_observed, "closure": closure}
    connection.execute(insert(campaigns), row)
    return campaign


def get(connection: Connection, campaign: str) -> CampaignRecord:
    """One campaign.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    row = connection.execute(select(*_COLUMNS).where(campaigns.c.id == campaign)).one_or_none()
    if row is None:
        raise campaign_not_found(campaign)
    return _records(connection, [row])[0]


def list_campaigns(
    connection: Connection, limit: int | None, judged_run: str | None = None, kind: str | None = None
) -> list[CampaignRecord]:
    """Campaigns, newest first; only those that judge a run where one is named, and of a kind."""
    query = select(*_COLUMNS).order_by(campaigns.c.id.desc()).limit(limit)
    if judged_run is not None:
        query = query.where(campaigns.c.judged_run == judged_run)
    if kind is not None:
        query = query.where(campaigns.c.kind == kind)
    return _records(connection, connection.execute(query).all())


def require(connection: Connection, campaign: str) -> None:
    """Let a stored campaign pass.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    if connection.scalar(select(campaigns.c.id).where(campaigns.c.id == campaign)) is None:
        raise campaign_not_found(campaign)


def campaign_not_found(campaign: str) -> NotFoundError:
    """The error for a campaign that is not stored."""
    return NotFoundError("campaign", campaign, "the id of a stored campaign; `protomodels campaigns` lists them")


def _records(connection: Connection, rows: Sequence[Any]) -> list[CampaignRecord]:
    """Campaigns with their runs and bounds: two more queries, however many there are."""
    ids = [row.id for row in rows]
    members = _by_position(connection, campaign_runs, campaign_runs.c.run, ids)
    bounds = _by_position(connection, campaign_bounds, campaign_bounds.c.K, ids)
    return [CampaignRecord(**row._asdict(), runs=members[row.id], bounds=bounds[row.id]) for row in rows]


def _by_position(
    connection: Connection, table: Table, value: ColumnElement[Any], ids: Sequence[str]
) -> defaultdict[str, dict[int, Any]]:
    query = select(table.c.campaign, table.c.position, value).where(table.c.campaign.in_(ids))
    found: defaultdict[str, dict[int, Any]] = defaultdict(dict)
    for campaign, position, held in connection.execute(query.order_by(table.c.campaign, table.c.position)):
        found[campaign][position] = held
    return found
