"""ln L(1) - ln L(0) of one set of correlated regions at given signals: by SModelS, and from the literature.

SModelS 3.1.1 holds the nuisance parameter of each region within 10 n, so at 0 where n = 0.  :func:`held` does the same
to the formulas of the literature: where it gives what SModelS gives, that is all that sets them apart.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

from benchmarks.independent.likelihoods import Several, profile

Floats = NDArray[np.float64]
STARTS = 5


def by_smodels(result: Any, names: list[str], signal: Floats) -> float:
    """By SModelS's own simplified likelihood.

    Parameters
    ----------
    result: SModelS's result with a covariance.
    names: its regions, in the order of that.
    signal: events, (n,).
    """
    by_name = {str(dataset.getID()): dataset.dataInfo for dataset in result.origdatasets}
    data = [by_name[name] for name in names]
    third = [getattr(entry, "thirdMoment", None) for entry in data]
    computer = LikelihoodComputer(
        Data(
            [float(entry.observedN) for entry in data],
            [float(entry.expectedBG) for entry in data],
            [list(map(float, row)) for row in result.globalInfo.covariance],
            third_moment=None if None in third else third,
            nsignal=signal.tolist(),
        )
    )
    return float(computer.likelihood(0.0, return_nll=True) - computer.likelihood(1.0, return_nll=True))


def from_literature(regions: Several, signal: Floats) -> float:
    """By the formulas of arXiv:1809.05548."""
    rng = np.random.default_rng(1)
    return profile(regions, signal, rng, STARTS) - profile(regions, np.zeros(len(signal)), rng, STARTS)


def held(regions: Several, signal: Floats) -> float:
    """The same with z = 0 in regions that observe nothing, which leaves their rates at mu s + a."""
    full = regions.observed > 0.0
    # z of the others, given that these are 0
    weight = np.linalg.inv(regions.root @ regions.root.T)[np.ix_(full, full)]
    parts = (part[full] for part in (regions.observed, regions.a, regions.b, regions.c))
    rest = Several(*parts, root=np.linalg.cholesky(np.linalg.inv(weight)))
    center = regions.a[~full]
    empty = np.maximum(center, 0.0).sum() - np.maximum(center + signal[~full], 0.0).sum()
    return from_literature(rest, signal[full]) + float(empty)
