"""Campaigns: runs that answer one question together. Each function works inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select

from protomodels.database.engine import LOCK_RUNS, advisory_lock, current_time
from protomodels.database.hiscores import SUMMARY, summary_of
from protomodels.database.records import CampaignRecord, CampaignRun, RunRecord
from protomodels.database.runs import get as get_run
from protomodels.database.runs import require
from protomodels.database.states import RunState
from protomodels.database.tables import campaign_bounds, campaign_runs, campaigns, protomodels, runs
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
        raise unknown_campaign(campaign)
    return _records(connection, [row])[0]


def list_campaigns(connection: Connection, limit: int) -> list[CampaignRecord]:
    """Campaigns, newest first."""
    rows = connection.execute(select(campaigns).order_by(campaigns.c.id.desc()).limit(limit)).all()
    return _records(connection, rows)


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


def runs_of(connection: Connection, campaign: str) -> dict[int, CampaignRun]:
    """The runs of a campaign by position, each with its best proto-model; two queries, however many there are.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    require_campaign(connection, campaign)
    own = campaign_runs.c.campaign == campaign
    members = select(campaign_runs.c.position, runs).join(runs, runs.c.id == campaign_runs.c.run).where(own)
    rows = connection.execute(members.order_by(campaign_runs.c.position)).all()
    other = protomodels.alias()
    first = select(other.c.id).where(other.c.run == campaign_runs.c.run)
    first = first.order_by(other.c.K.desc(), other.c.walker, other.c.step, other.c.id).limit(1)
    columns = [protomodels.c[name] for name in SUMMARY]
    query = select(*columns).where(protomodels.c.id.in_(select(first.scalar_subquery()).where(own)))
    best = {row.run: summary_of(row) for row in connection.execute(query)}
    found = {}
    for row in rows:
        values = row._asdict()
        position = values.pop("position")
        found[position] = CampaignRun(RunRecord(**values), best.get(row.id))
    return found


def require_campaign(connection: Connection, campaign: str) -> None:
    """Let a stored campaign pass.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    if connection.scalar(select(campaigns.c.id).where(campaigns.c.id == campaign)) is None:
        raise unknown_campaign(campaign)


def unknown_campaign(campaign: str) -> NotFoundError:
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
