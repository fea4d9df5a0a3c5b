"""CLs of single regions beside pyhf's and SModelS's: the same numbers?

Usage: python -m benchmarks.spectra.confidence [--results NAME] [--regions 200] [--seed 1]
Regions are drawn from the results, each with a signal of 0.3 to 3 standard deviations of its background.  pyhf takes
the background's uncertainty as one Gaussian nuisance parameter (histosys), which is our likelihood.  SModelS's Asimov
data replace the counts and leave the measurement of the background where it was: "Asimov as SModelS" does the same with
our likelihood, and says whether that is all the difference.
"""

from __future__ import annotations

import argparse

import numpy as np
import pyhf
from numpy.typing import NDArray
from smodels.statistics.basicStats import observed
from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer, UpperLimitComputer

from benchmarks.common import RESULTS, machine, spread
from protomodels.predictor import load_results
from protomodels.statistics.confidence import asymptotic_cls, region_cls
from protomodels.statistics.region import region_log_likelihood, region_rate


def main() -> None:
    """Compare and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--regions", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    pyhf.set_backend("numpy", "scipy")
    catalog, rng = load_results(given.results).catalog, np.random.default_rng(given.seed)
    there = np.flatnonzero(~catalog.is_ul & (catalog.delta > 0.0) & (catalog.background > 0.0))
    there = there[~np.isin(there, list(catalog.combined))]
    rows = rng.choice(there, size=min(given.regions, len(there)), replace=False)
    print(machine())
    found = []
    for row in rows.tolist():
        b, width, n = float(catalog.background[row]), float(catalog.delta[row]), float(catalog.observed[row])
        s = float(rng.uniform(0.3, 3.0)) * np.sqrt(b + width**2)
        ours = np.array([float(x) for x in region_cls(s, b, width, n)])
        theirs, in_their_way = _smodels(s, b, width, n), float(_cls_as_smodels(s, b, width, n))
        found.append([*(_pyhf(s, b, width, n) - ours), theirs - ours[0], theirs - in_their_way])
    for name, column in zip(
        ("pyhf, observed", "pyhf, expected", "SModelS, observed", "SModelS, observed; Asimov as SModelS"),
        np.abs(np.array(found)).T,
        strict=True,
    ):
        known = column[~np.isnan(column)]
        print(f"{name}: {len(known)} regions, absolute difference {spread(known)}; {np.sum(known > 1e-3)} above 1e-3")


def _pyhf(s: float, b: float, width: float, n: float) -> NDArray[np.float64]:
    """CLs observed and expected; NaN where pyhf finds no minimum."""
    nuisance = {"name": "background", "type": "histosys", "data": {"hi_data": [b + width], "lo_data": [b - width]}}
    samples = [
        {"name": "signal", "data": [s], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "background", "data": [b], "modifiers": [nuisance]},
    ]
    spec = {
        "channels": [{"name": "region", "samples": samples}],
        "parameters": [
            {"name": "mu", "bounds": [[0.0, 50.0]], "inits": [1.0]},
            {"name": "background", "bounds": [[-12.0, 12.0]], "inits": [0.0]},
        ],
    }
    model = pyhf.Model(spec, poi_name="mu")
    try:
        seen, expected = pyhf.infer.hypotest(
            1.0, [n, *model.config.auxdata], model, test_stat="qtilde", return_expected=True
        )
    except pyhf.exceptions.FailedMinimization:
        return np.full(2, np.nan)
    return np.array([float(seen), float(expected)])


def _smodels(s: float, b: float, width: float, n: float) -> float:
    data = Data([n], [b], [[width**2]], nsignal=[s], deltas_rel=0.0)
    return float(UpperLimitComputer(LikelihoodComputer(data)).CLs(1.0, observed))


def _cls_as_smodels(s: float, b: float, width: float, n: float) -> NDArray[np.float64]:
    """CLs observed with Asimov data whose measurement of the background stays the published one."""
    q = region_log_likelihood(np.clip(n - b, 0.0, s), b, width, n) - region_log_likelihood(s, b, width, n)
    rate = region_rate(b, width, n)
    best = np.clip(rate - b, 0.0, s)
    asimov = region_log_likelihood(best, b, width, rate) - region_log_likelihood(s, b, width, rate)
    return asymptotic_cls(2.0 * q, 2.0 * asimov)[0]


if __name__ == "__main__":
    main()
