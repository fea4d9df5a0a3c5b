"""The analyses of a database and their signal regions."""

from __future__ import annotations

import numpy as np

from protomodels.api.results import link
from protomodels.client.schemas import Analysis, Region
from protomodels.errors import NotFoundError
from protomodels.results.catalog import Catalog


def analyses(catalog: Catalog) -> list[Analysis]:
    """The analyses of a database, with links to their publications."""
    own = catalog.is_ul | catalog.is_region
    answers = []
    for analysis in catalog.analyses:
        rows = np.flatnonzero((catalog.analysis == analysis) & own)
        limits = catalog.is_ul[rows]
        first = rows[0]
        answers.append(
            Analysis(
                analysis=analysis,
                experiment=str(catalog.experiment[first]),
                sqrts=float(catalog.sqrts[first]),
                lumi=float(catalog.lumi[first]),
                url=link(str(catalog.url[first])),
                n_regions=int((~limits).sum()),
                topologies=catalog.region[rows[limits]].tolist(),
            )
        )
    return answers


def regions(catalog: Catalog, analysis: str) -> list[Region]:
    """The signal regions of an analysis.

    Raises
    ------
    NotFoundError: where the database has no such analysis.
    """
    if analysis not in catalog.analyses:
        raise NotFoundError("analysis", analysis, "one of these results; /results/{name}/analyses lists them")
    rows = np.flatnonzero((catalog.analysis == analysis) & catalog.is_region)
    columns = (catalog.region, catalog.observed, catalog.background, catalog.delta)
    values = zip(*(column[rows].tolist() for column in columns), strict=True)
    return [Region(region=r, observed=n, expected=b, delta=d) for r, n, b, d in values]
