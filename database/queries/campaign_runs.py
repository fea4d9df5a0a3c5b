"""The runs of a campaign, and the bounds of positions without one. Inside the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from protomodels.database.queries.campaigns import get, require
from protomodels.database.queries.columns import SUMMARY, summary_of
from protomodels.database.queries.runs import RUN_COLUMNS, record_of
from protomodels.database.queries.runs import get as get_run
from protomodels.database.queries.runs import require as require_run
from protomodels.database.records import CampaignRun
from protomodels.database.states import RunState
from protomodels.database.tables import campaign_bounds, campaign_runs, protomodels, runs


def add_run(connection: Connection, campaign: str, position: int, run: str) -> str:
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
    require_run(connection, run)
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


def campaigns_of(connection: Connection, wanted: Iterable[str]) -> dict[str, list[str]]:
    """Campaigns of some runs by run, oldest first: one query, however many there are."""
    own = campaign_runs.c.run.in_(sorted(set(wanted)))
    query = select(campaign_runs.c.run, campaign_runs.c.campaign).where(own).distinct()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for run, campaign in connection.execute(query.order_by(campaign_runs.c.campaign)):
        found[run].append(campaign)
    return dict(found)


def runs_of(connection: Connection, campaign: str) -> dict[int, CampaignRun]:
    """The runs of a campaign by position, each with its best proto-model; two queries, however many there are.

    Raises
    ------
    NotFoundError: where there is no such campaign.
    """
    require(connection, campaign)
    own = campaign_runs.c.campaign == campaign
    members = select(*RUN_COLUMNS, campaign_runs.c.position).join(runs, runs.c.id == campaign_runs.c.run).where(own)
    rows = connection.execute(members.order_by(campaign_runs.c.position)).all()
    other = protomodels.alias()
    first = select(other.c.id).where(other.c.run == campaign_runs.c.run)
    first = first.order_by(other.c.K.desc(), other.c.walker, other.c.step, other.c.id).limit(1)
    columns = [protomodels.c[name] for name in SUMMARY]
    query = select(*columns).where(protomodels.c.id.in_(select(first.scalar_subquery()).where(own)))
    best = {row.run: summary_of(row) for row in connection.execute(query)}
    found = {}
    for row in rows:
        found[row.position] = CampaignRun(record_of(row), best.get(row.id))
    return found
