"""Posteriors: chains of a sampler, run by a runner, and what they say."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from protomodels.api.deps import Reader, ResultsDep, StorageDep, Writer
from protomodels.api.requests import PosteriorIn
from protomodels.api.responses.posteriors import posterior_detail, posterior_info
from protomodels.api.routes.runs import UPLOADED, universe_of
from protomodels.client.schemas import Page, PosteriorDetail, PosteriorInfo
from protomodels.database import RunState
from protomodels.runs.config import text_sha256
from protomodels.runs.new import drawn_seed
from protomodels.runs.posterior import PosteriorConfig, PosteriorRun

router = APIRouter(prefix="/posteriors", tags=["posteriors"])


@router.get("")
def list_posteriors(
    _: Reader,
    storage: StorageDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(max_length=16, description="cursor")] = None,
) -> Page[PosteriorInfo]:
    """List posteriors, newest first; `next` of a page is `before` of the one that follows."""
    storage.expire_leases()
    found = storage.list_posteriors(limit + 1, before=before)
    items = [posterior_info(record) for record in found[:limit]]
    return Page(items=items, next=items[-1].id if len(found) > limit else None)


@router.post("", status_code=202)
def create_posterior(
    body: PosteriorIn,
    who: Writer,
    storage: StorageDep,
    results: ResultsDep,
    response: Response,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> PosteriorInfo:
    """Queue a posterior, which `protomodels runner` samples.

    A request that is sent again with the same Idempotency-Key gives the same posterior.
    """
    table = None if body.combinable is None else json.dumps(body.combinable, sort_keys=True)
    config = PosteriorConfig(
        **body.model_dump(exclude={"seed", "combinable", "universe"}),
        seed=drawn_seed(body.seed),
        combinable=None if table is None else UPLOADED,
        combinable_sha256="" if table is None else text_sha256(table),
        universe=None if body.universe is None else universe_of(body.universe, body.policy),
    )
    predictor = results.load(body.results)
    with results.exclusive():
        new = PosteriorRun.described(config, predictor, table)
    if key is None:
        posterior = storage.create_posterior(new)
    else:
        asked = text_sha256(body.model_dump_json())
        posterior = storage.create_posterior(new, owner=who.name, key=key, sha256=asked)
    response.headers["Location"] = f"/api/v1/posteriors/{posterior}"
    return posterior_info(storage.get_posterior(posterior))


@router.get("/{posterior}")
def get_posterior(posterior: str, _: Reader, storage: StorageDep) -> PosteriorDetail:
    """Show one posterior: its settings, how far it has come and, once it is complete, what its chains say."""
    storage.expire_leases()
    return posterior_detail(storage.get_posterior(posterior))


@router.delete("/{posterior}", status_code=204)
def delete_posterior(posterior: str, _: Writer, storage: StorageDep) -> None:
    """Delete a posterior with its chains; not while it runs."""
    storage.expire_leases()
    storage.delete_posterior(posterior)


@router.post("/{posterior}/cancel")
def cancel_posterior(posterior: str, _: Writer, storage: StorageDep) -> PosteriorInfo:
    """End a posterior for good; its sweeps stay."""
    storage.expire_leases()
    at_work = storage.get_posterior(posterior).state is RunState.RUNNING
    storage.set_posterior_state(posterior, RunState.CANCELLING if at_work else RunState.CANCELLED, "as asked")
    return posterior_info(storage.get_posterior(posterior))
