"""Campaigns: global p-values and closure tests."""

from __future__ import annotations

import json
import math
from typing import Any

from fastapi import APIRouter

from api.deps import Reader, StorageDep
from api.schemas import CampaignOut
from campaign.pvalue import KIND, PValueConfig
from campaign.statistics import GlobalPValue
from database import CampaignRecord, RunState, Storage

router = APIRouter(prefix="/campaigns", tags=["campaigns"])


@router.get("")
def list_campaigns(_: Reader, storage: StorageDep) -> list[CampaignOut]:
    """Campaigns, newest first."""
    return [_out(storage, record) for record in storage.list_campaigns(200)]


@router.get("/{campaign}")
def get_campaign(campaign: str, _: Reader, storage: StorageDep) -> CampaignOut:
    """A campaign; a global p-value with the answer so far."""
    return _out(storage, storage.campaign(campaign))


def _out(storage: Storage, record: CampaignRecord) -> CampaignOut:
    runs = [storage.get_run(run) for run in record.runs.values()]
    done = [run for run in runs if run.state is RunState.COMPLETED]
    answer = None
    if record.kind == KIND:
        config = PValueConfig.from_json(record.config_json)
        K = tuple(-math.inf if run.best_K is None else run.best_K for run in done)
        answer = _answer(GlobalPValue(config.K, K, tuple(record.bounds.values()), config.universes))
    return CampaignOut(
        id=record.id,
        kind=record.kind,
        created_at=record.created_at,
        config=json.loads(record.config_json),
        runs=dict(record.runs),
        finished=len(done) + len(record.bounds),
        answer=answer,
    )


def _answer(found: GlobalPValue) -> dict[str, Any]:
    interval = found.interval()
    return {
        "K": found.K_observed,
        "universes": found.n,
        "wanted": found.wanted,
        "reaching": found.reaching,
        "p": found.p if found.n else None,
        "interval_95": [interval.low, interval.high] if found.n else None,
        "p_density": found.p_density,
        "Z": found.significance if found.n and found.p < 1.0 else None,
        "K_fake": [K if math.isfinite(K) else None for K in found.K_fake],
        "at_least": list(found.at_least),
    }
