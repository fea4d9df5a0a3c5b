"""Pages of campaigns: their list with the forms that begin one, global p-values, closure tests."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from protomodels.api.pages.shared import Optional, Shown, page, results_names
from protomodels.api.responses.campaigns import campaign as campaign_answer
from protomodels.campaign.pvalue_config import KIND as PVALUE

router = APIRouter()


@router.get("/campaigns")
def campaigns(request: Request, given: Shown, run: Optional = "", model: Optional = "") -> Response:
    """Campaigns, and the forms that begin one."""
    found = given.storage.list_campaigns(100)
    return page(request, "campaigns.html", found=found, run=run, model=model, results=results_names())


@router.get("/campaigns/{campaign}")
def campaign(request: Request, campaign: str, given: Shown) -> Response:
    """A global p-value, or a closure test."""
    found = campaign_answer(given.storage, given.storage.campaign(campaign))
    synthetic = given.figures.of_demo(campaign)
    states = {position: member.run for position, member in given.storage.campaign_runs(campaign).items()}
    if found.kind == PVALUE:
        others = given.storage.list_campaigns(None, judged_run=found.config["run"])
        answers = [campaign_answer(given.storage, other) for other in others if other.id != campaign]
        values: dict[str, Any] = {"runs": states, "others": answers, "synthetic": synthetic}
        return page(request, "pvalue.html", found=found, answer=found.answer, **values)
    return page(request, "closure.html", found=found, answer=found.answer, runs=states, synthetic=synthetic)
