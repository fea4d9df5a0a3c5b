"""Databases of results on this machine."""

from __future__ import annotations

import numpy as np
from fastapi import APIRouter

from protomodels.api.deps import Reader, ResultsDep
from protomodels.api.responses import AnalysisOut, RegionOut, ResultsOut
from protomodels.api.results import Results, link
from protomodels.errors import NotFoundError
from protomodels.results.store import opened_results

router = APIRouter(prefix="/results", tags=["results"])


@router.get("")
def list_results(_: Reader) -> list[ResultsOut]:
    """Databases that were compiled here."""
    return [ResultsOut.model_validate(info) for info in opened_results()]


@router.get("/{name}/analyses")
def analyses(name: str, _: Reader, results: ResultsDep) -> list[AnalysisOut]:
    """The analyses of a database (by name or fingerprint), with links to their publications."""
    return analyses_of(results, name)


def analyses_of(results: Results, name: str) -> list[AnalysisOut]:
    """The analyses of some results; ResultsError where they are not on this machine."""
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
                url=link(str(catalog.url[first])),
                n_regions=int((~limits).sum()),
                topologies=catalog.region[rows[limits]].tolist(),
            )
        )
    return out


@router.get("/{name}/analyses/{analysis}/regions")
def regions(name: str, analysis: str, _: Reader, results: ResultsDep) -> list[RegionOut]:
    """The signal regions of an analysis: observed events, expected background and its uncertainty."""
    catalog = results.load(name).catalog
    if analysis not in catalog.analyses:
        raise NotFoundError("analysis", analysis, "one of these results; /results/{name}/analyses lists them")
    several = np.isin(np.arange(len(catalog)), list(catalog.combined))
    rows = np.flatnonzero((catalog.analysis == analysis) & ~several & ~catalog.is_ul)
    columns = (catalog.region, catalog.observed, catalog.background, catalog.delta)
    values = zip(*(column[rows].tolist() for column in columns), strict=True)
    return [RegionOut(region=r, observed=n, expected=b, delta=d) for r, n, b, d in values]
