"""Databases of results on this machine."""

from __future__ import annotations

from fastapi import APIRouter

from protomodels.api.deps import Reader, ResultsDep
from protomodels.api.responses import results as answers
from protomodels.client.schemas import Analysis, Region, Results
from protomodels.results.store import opened_results

router = APIRouter(prefix="/results", tags=["results"])


@router.get("")
def list_results(_: Reader) -> list[Results]:
    """List the databases of LHC results that were compiled on this machine."""
    return [Results.model_validate(info) for info in opened_results()]


@router.get("/{name}/analyses")
def analyses(name: str, _: Reader, results: ResultsDep) -> list[Analysis]:
    """The analyses of a database (by name or fingerprint), with links to their publications."""
    return answers.analyses(results.load(name).catalog)


@router.get("/{name}/analyses/{analysis}/regions")
def regions(name: str, analysis: str, _: Reader, results: ResultsDep) -> list[Region]:
    """The signal regions of an analysis: observed events, expected background and its uncertainty."""
    return answers.regions(results.load(name).catalog, analysis)
