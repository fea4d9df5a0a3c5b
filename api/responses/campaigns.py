"""Campaigns with their answers."""

from __future__ import annotations

import json
import math
from typing import Any

from protomodels.campaign.closure import closure_answer
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.global_p_value import GlobalPValue, tail_values
from protomodels.campaign.power import PowerPoint as FoundPoint
from protomodels.campaign.pvalue import pvalue_answer
from protomodels.campaign.pvalue_config import KIND as PVALUE
from protomodels.client.schemas import Campaign, PowerPoint
from protomodels.database import CampaignRecord, Storage


def campaign(storage: Storage, record: CampaignRecord) -> Campaign:
    """A campaign with its answer so far."""
    if record.kind == PVALUE:
        found = pvalue_answer(storage, record.id)
        return _campaign(record, found.n, pvalue_values(found))
    answer = closure_values(storage, record)
    return _campaign(record, len(answer["runs"]), answer)


def listed_campaign(record: CampaignRecord) -> Campaign:
    """A campaign as lists show it, without its answer."""
    return _campaign(record, None, None)


def power_point(campaign: str, found: FoundPoint) -> PowerPoint:
    """A closure test as a point of a power curve."""
    interval = found.interval() if found.n else None
    return PowerPoint(
        campaign=campaign,
        strength=found.strength,
        n=found.n,
        reaching=found.reaching,
        interval_95=None if interval is None else [interval.low, interval.high],
        complete=found.complete,
    )


def pvalue_values(found: GlobalPValue) -> dict[str, Any]:
    """A global p-value in plain values."""
    interval = found.interval()
    return {
        "K": found.K_observed,
        "universes": found.n,
        "wanted": found.wanted,
        "reaching": found.reaching,
        "p": found.p if found.n else None,
        "interval_95": [interval.low, interval.high] if found.n else None,
        "p_density": found.p_density,
        "tail": tail_values(found.tail),
        "Z": found.significance if found.n and found.p < 1.0 else None,
        "K_fake": [K if math.isfinite(K) else None for K in found.K_fake],
        "at_least": list(found.at_least),
        "fudge": found.fudge,
    }


def closure_values(storage: Storage, record: CampaignRecord) -> dict[str, Any]:
    """What a closure test found, in plain values."""
    config = ClosureConfig.from_json(record.config_json)
    found = closure_answer(storage, record.id)
    return {
        "injected": dict(config.model.masses),
        "wanted": config.runs,
        "complete": sum(f.complete for f in found),
        "runs": [{"run": f.run, "K": f.K, "masses": dict(f.masses), "partner": dict(f.partner)} for f in found],
    }


def _campaign(record: CampaignRecord, finished: int | None, answer: dict[str, Any] | None) -> Campaign:
    return Campaign(
        id=record.id,
        kind=record.kind,
        created_at=record.created_at,
        config=json.loads(record.config_json),
        runs=dict(record.runs),
        finished=finished,
        answer=answer,
    )
