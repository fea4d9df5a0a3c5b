"""Campaigns: runs that answer one question together. Each function works inside the caller's transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.records import CampaignRecord
from protomodels.database.runs import get as get_run
from protomodels.database.runs import require
from protomodels.database.states import RunState
from protomodels.database.tables import campaign_bounds, campaign_runs, campaigns
from protomodels.errors import NotFoundError


def create(connection: Connection, kind: str, config_json: str) -> str:
    """The campaign of this kind and config, stored where it is not there yet.

    Its id is ``c`` and the second of creation in hexadecimal, or a later one.
    """
    advisory_lock(connection, LOCK_RUNS)
    same = (campaigns.c.kind == kind) & (campaigns.c.config_json == config_json)
    known = connection.scalar(select(campaigns.c.id).where(same).order_by(campaigns.c.id).limit(1))
    if known is not None:
        return str(known)
    now = current_time(connection)
    last = connection.scalar(select(func.max(campaigns.c.id)))
    second = int(now.timestamp())
    campaign = f"c{second if last is None else max(second, int(last[1:], 16) + 1):08x}"
    row = {"id": campaign, "created_at": now, "kind": kind, "config_json": config_json}
    connection.execute(insert(campaigns), row)
    return campaign


def get(connection: Connection, campaign: str) -> CampaignRecord:
    """One campaign.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    row = connection.execute(select(campaigns).where(campaigns.c.id == campaign)).one_or_none()
    if row is None:
        raise NotFoundError("campaign", campaign, "the id of a stored campaign; `protomodels campaigns` lists them")
    return _record(connection, row)


def list_campaigns(connection: Connection, limit: int) -> list[CampaignRecord]:
    """Campaigns, newest first."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.id.desc()).limit(limit)).all()
    return [_record(connection, row) for row in rows]


def add(connection: Connection, campaign: str, position: int, run: str) -> str:
    """Give a position its run, where it has none or one that failed or was cancelled; the run it has then.

    Raises
    ------
    NotFoundError: where there is no such campaign, or run.
    """
    held = get(connection, campaign).runs.get(position)
    if held is not None:
        if get_run(connection, held).state not in (RunState.FAILED, RunState.CANCELLED):
            return held
        place = (campaign_runs.c.campaign == campaign) & (campaign_runs.c.position == position)
        connection.execute(delete(campaign_runs).where(place))
    require(connection, run)
    connection.execute(insert(campaign_runs), {"campaign": campaign, "position": position, "run": run})
    return run


def add_bound(connection: Connection, campaign: str, position: int, K: float, model_json: str) -> None:
    """Keep a lower bound for a position, and the model that gives it; the first one stays.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    if position not in get(connection, campaign).bounds:
        row = {"campaign": campaign, "position": position, "K": K, "model_json": model_json}
        connection.execute(insert(campaign_bounds), row)


def _record(connection: Connection, row: Any) -> CampaignRecord:
    own = select(campaign_runs.c.position, campaign_runs.c.run).where(campaign_runs.c.campaign == row.id)
    members = {found.position: found.run for found in connection.execute(own.order_by(campaign_runs.c.position))}
    known = select(campaign_bounds.c.position, campaign_bounds.c.K).where(campaign_bounds.c.campaign == row.id)
    bounds = {found.position: found.K for found in connection.execute(known.order_by(campaign_bounds.c.position))}
    return CampaignRecord(**row._asdict(), runs=members, bounds=bounds)
