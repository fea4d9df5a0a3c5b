"""Hiscores and proto-models."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import PlainTextResponse

from protomodels.api.deps import FiguresDep, Reader, ResultsDep, StorageDep
from protomodels.api.responses import protomodels as answers
from protomodels.client.schemas import Explanation, Hiscore, Prediction, Protomodel
from protomodels.database import HiscoreQuery
from protomodels.files import model_from_dict
from protomodels.particles import pid_of
from protomodels.settings import Verdict
from protomodels.slha import write_slha

router = APIRouter(tags=["proto-models"])

Number = Annotated[int, Path(ge=1, lt=2**31)]
Mass = Annotated[float | None, Query(ge=0.0, le=1e5, allow_inf_nan=False)]
Limit = Annotated[int, Query(ge=1, le=500)]


def hiscore_query(
    run: Annotated[str | None, Query(max_length=16)] = None,
    walker: Annotated[int | None, Query(ge=0, lt=2**31, description="of the run")] = None,
    particle: Annotated[
        list[Annotated[str, Query(min_length=1)]] | None,
        Query(max_length=20, description="name or pid; may be repeated"),
    ] = None,
    min_mass: Mass = None,
    max_mass: Mass = None,
    min_K: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    results: Annotated[str | None, Query(max_length=200, description="name or fingerprint")] = None,
    universes: Annotated[bool, Query(description="also of runs on other data than the published ones")] = False,
    duplicates: Annotated[bool, Query(description="also models like a better one: same channels and masses")] = False,
    exact: Annotated[bool, Query(description="only models of just these particles")] = False,
    verdict: Annotated[Verdict | None, Query(description="how robust, in words")] = None,
    sort: Annotated[
        Literal["K", "without_strongest", "Z", "particles", "newest"],
        Query(description="by K, K without the strongest analysis, Z, fewest particles, or newest first"),
    ] = "K",
    after: Annotated[
        int | None, Query(ge=1, lt=2**31, description="cursor: the id of the last one of the page before")
    ] = None,
) -> HiscoreQuery:
    """Which proto-models are wanted; a mass window (GeV) is for the first particle.

    Raises
    ------
    ModelError: where there is no such particle.
    """
    pids = [pid_of(name) for name in particle or ()]
    wanted = (run, walker, pids, min_mass, max_mass, min_K, not duplicates, universes, results)
    return HiscoreQuery(*wanted, verdict=verdict, sort=sort, after=after, exact=exact)


HiscoreQueryDep = Annotated[HiscoreQuery, Depends(hiscore_query)]


@router.get("/hiscores")
def hiscores(_: Reader, storage: StorageDep, query: HiscoreQueryDep, limit: Limit = 50) -> list[Hiscore]:
    """List the best proto-models, best K first; a mass window (GeV) is for the first particle."""
    return [answers.hiscore(record) for record in storage.hiscores(query, limit)]


@router.get("/protomodels")
def protomodels(_: Reader, storage: StorageDep, query: HiscoreQueryDep, limit: Limit = 50) -> list[Protomodel]:
    """List the same proto-models as /hiscores, each with the results that drive its K and the limits on it."""
    return [answers.protomodel(record) for record in storage.best_protomodels(query, limit)]


@router.get("/protomodels/{number}")
def protomodel(number: Number, _: Reader, storage: StorageDep) -> Protomodel:
    """Show one proto-model, with the results that drive its K and the limits on it."""
    return answers.protomodel(storage.protomodel(number))


@router.get("/protomodels/{number}/predictions")
def predictions(number: Number, _: Reader, figures: FiguresDep, results: ResultsDep) -> list[Prediction]:
    """Predict a stored proto-model with its results as they are on this machine; the largest r first."""
    subject = figures.subject(number)
    with results.exclusive():
        found = subject.evaluation.predictions
    return answers.predictions(found)


@router.get("/protomodels/{number}/explanation")
def explanation(number: Number, _: Reader, figures: FiguresDep) -> Explanation:
    """Explain a K: without each particle and analysis, and likelihood curves, with the results as they are here."""
    return answers.explanation(figures.explanation(number))


@router.get("/protomodels/{number}/why", deprecated=True)
def why(number: Number, who: Reader, figures: FiguresDep) -> Explanation:
    """The same as /protomodels/{number}/explanation, under the path of version 0.1.0."""
    return explanation(number, who, figures)


@router.get("/protomodels/{number}/slha", response_class=PlainTextResponse)
def slha(number: Number, _: Reader, storage: StorageDep) -> str:
    """Show one proto-model as SLHA: masses (GeV), decays and XSECTION blocks (pb)."""
    return write_slha(model_from_dict(json.loads(storage.protomodel(number).model_json)))
