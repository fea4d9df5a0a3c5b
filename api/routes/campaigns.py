"""Campaigns: global p-values, closure tests, power."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Response

from protomodels.api.deps import FiguresDep, Reader, ResultsDep, StorageDep, Writer
from protomodels.api.figures import Figures
from protomodels.api.requests import CampaignIn, ClosureIn, PValueIn, SearchIn
from protomodels.api.responses import campaigns as answers
from protomodels.api.results import Results
from protomodels.campaign.closure import ClosureCampaign, closure_answer
from protomodels.campaign.closure_config import KIND as CLOSURE
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.ensemble import Ensemble
from protomodels.campaign.power import power_point
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import KIND as PVALUE
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.client.schemas import Campaign, PowerPoint
from protomodels.database import CampaignRecord, Storage
from protomodels.errors import ConfigError
from protomodels.files import model_from_dict
from protomodels.runs import RunConfig

router = APIRouter(prefix="/campaigns", tags=["campaigns"])


@router.get("")
def list_campaigns(_: Reader, storage: StorageDep) -> list[Campaign]:
    """List campaigns, newest first, without their answers."""
    return [answers.listed_campaign(record) for record in storage.list_campaigns(200)]


@router.post("", status_code=202)
def create_campaign(
    body: CampaignIn,
    _: Writer,
    storage: StorageDep,
    results: ResultsDep,
    figures: FiguresDep,
    response: Response,
    after: BackgroundTasks,
) -> Campaign:
    """Begin a global p-value or a closure test: its runs are queued one after the other, for `protomodels runner`."""
    asked = body.root
    made = (
        _pvalue(asked, storage, results) if isinstance(asked, PValueIn) else _closure(asked, storage, results, figures)
    )
    after.add_task(_queue_all, made.ensemble, results)
    response.headers["Location"] = f"/api/v1/campaigns/{made.id}"
    return answers.campaign(storage, storage.campaign(made.id))


@router.get("/power")
def power(
    _: Reader,
    storage: StorageDep,
    campaign: Annotated[list[str], Query(min_length=1, max_length=50, description="closure tests of other strengths")],
    K: Annotated[float, Query(allow_inf_nan=False, description="K that calls for attention")],
) -> list[PowerPoint]:
    """How often closure tests reach K, and find the injected particles, against the strength of the signal."""
    points = []
    for one in campaign:
        stored = storage.campaign(one)
        if stored.kind != CLOSURE:
            raise ConfigError("campaign", one, "a closure test")
        config = ClosureConfig.from_json(stored.config_json)
        found = power_point(config.strength, closure_answer(storage, one), dict(config.model.masses), K)
        points.append(answers.power_point(one, found))
    return sorted(points, key=lambda point: point.strength)


@router.get("/{campaign}")
def get_campaign(campaign: str, _: Reader, storage: StorageDep) -> Campaign:
    """Show one campaign with its answer so far: the p-value, or what was found of the injected proto-model."""
    return answers.campaign(storage, storage.campaign(campaign))


@router.post("/{campaign}/queue", status_code=202)
def queue(campaign: str, _: Writer, storage: StorageDep, results: ResultsDep, after: BackgroundTasks) -> Campaign:
    """Queue the runs of a campaign that are missing, were cancelled or failed."""
    stored = storage.campaign(campaign)
    after.add_task(_queue_all, _ensemble(storage, stored, results), results)
    return answers.campaign(storage, stored)


def _pvalue(asked: PValueIn, storage: Storage, results: Results) -> PValueCampaign:
    config = PValueConfig.of_run(storage, asked.run, universes=asked.universes, seed=asked.seed, fudge=asked.fudge)
    predictor = results.load(storage.get_run(asked.run).results_fingerprint)
    return PValueCampaign.create(storage, config, predictor)


def _closure(asked: ClosureIn, storage: Storage, results: Results, figures: Figures) -> ClosureCampaign:
    if (asked.model is None) == (asked.protomodel is None):
        raise ConfigError("model", "nothing" if asked.model is None else "two", "either model or protomodel")
    if asked.protomodel is not None:
        model = model_from_dict(json.loads(storage.protomodel(asked.protomodel).model_json))
    else:
        model = model_from_dict(asked.model or {})
    base = RunConfig(seed=0, **asked.model_dump(include=set(SearchIn.model_fields)))
    signal = json.dumps(model.as_dict(), sort_keys=True)
    settings = asked.model_dump(include={"runs", "seed", "fudge", "strength"})
    config = ClosureConfig.of_search(base, asked.closure, signal, **settings)
    predictor = results.load(asked.results)
    with results.exclusive():
        return ClosureCampaign.create(storage, config, predictor)


def _ensemble(storage: Storage, stored: CampaignRecord, results: Results) -> Ensemble:
    if stored.kind == PVALUE:
        run = storage.get_run(PValueConfig.from_json(stored.config_json).run)
        return PValueCampaign(storage, stored.id, results.load(run.results_fingerprint)).ensemble
    # the name is where the results lie for whoever began it, which need not be this machine
    begun = [member.run.results_fingerprint for member in storage.campaign_runs(stored.id).values()]
    name = begun[0] if begun else RunConfig.from_json(ClosureConfig.from_json(stored.config_json).base).results
    return ClosureCampaign(storage, stored.id, results.load(name)).ensemble


def _queue_all(ensemble: Ensemble, results: Results) -> None:
    """Queue what is missing, one at a time so that requests get their turn; two campaigns do not mix."""
    with results.queueing:
        for position in ensemble.to_walk():
            with results.exclusive(in_background=True):
                ensemble.queue(position)
