"""Databases of results on this machine."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter

from api.deps import Reader, ResultsDep
from api.schemas import AnalysisOut, ResultsOut
from predictor.store import opened_results

router = APIRouter(prefix="/results", tags=["results"])


@router.get("")
def list_results(_: Reader) -> list[ResultsOut]:
    """Databases that were compiled here."""
    return [ResultsOut.model_validate(info) for info in opened_results()]


@router.get("/{name}/analyses")
def analyses(name: str, _: Reader, results: ResultsDep) -> list[AnalysisOut]:
    """The analyses of a database (by name or fingerprint), with links to their publications."""
    catalog = results.load(name).catalog
    several = np.isin(np.arange(len(catalog)), list(catalog.combined))
    out = []
    for analysis in catalog.analyses:
        rows = np.flatnonzero((catalog.analysis == analysis) & ~several)
        limits = catalog.is_ul[rows]
        first = rows[0]
        out.append(
            AnalysisOut(
                analysis=analysis,
                experiment=str(catalog.experiment[first]),
                sqrts=float(catalog.sqrts[first]),
                lumi=float(catalog.lumi[first]),
                url=str(catalog.url[first]),
                n_regions=int((~limits).sum()),
                topologies=catalog.region[rows[limits]].tolist(),
            )
        )
    return out
