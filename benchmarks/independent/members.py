"""Every member of a best combination, calculated again: signals by SModelS, likelihoods without the program's kernels.

Single regions and upper limits: benchmarks.independent.likelihoods.  Sets with a covariance: SModelS, and the same from
the literature.  Sets with a JSON: a fit by pyhf.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pyhf.exceptions import FailedMinimization

from benchmarks.independent.likelihoods import one_region, truncated_gaussian
from benchmarks.independent.published import published_set, texts_of
from benchmarks.independent.set_ratios import by_smodels, from_literature, held
from protomodels.predictor import Predictions, load_results
from protomodels.predictor.loading import load_oracle
from protomodels.results.compiled.file import JSON_FOLDER
from protomodels.results.store import open_results
from protomodels.scoring.evaluation import Contribution, Evaluation
from protomodels.statistics.histfactory.document import json_regions
from protomodels.statistics.histfactory.pyhf_fits import pyhf_log_likelihood_ratio

Floats = NDArray[np.float64]
CLOSE = 5e-4
"""In ln L, 0.001 in K: what differs by less agrees."""
NOTHING = 1e-6
"""Events or fb: SModelS leaves out what is a little smaller still, and no likelihood sees it."""


@dataclass(frozen=True)
class Member:
    """One result of a best combination, at mu-hat.

    Attributes
    ----------
    entry: what the program says of it.
    kind: what it is.
    llr: ln L(mu-hat) - ln L(0) by the oracle; NaN where it has none.
    signals: largest relative difference of the signals that go into it; 1 where only one of the two has one.
    why: what explains another llr, and that it does; empty where there is nothing to explain.
    explained: whether that is all of the difference.
    """

    entry: Contribution
    kind: Literal["region", "limit", "covariance", "json"]
    llr: float
    signals: float
    why: str = ""
    explained: bool = True

    @property
    def is_set(self) -> bool:
        """Several correlated regions together."""
        return self.kind in ("covariance", "json")


class Oracle:
    """Calculates members again.

    Parameters
    ----------
    results: path of a release's archive.
    """

    def __init__(self, results: str) -> None:
        self._smodels = load_oracle(results)
        self._texts = texts_of(Path(results))
        info = open_results(results)
        self._folder = Path(info.file).parent / JSON_FOLDER
        self._about = dict(zip(load_results(results).catalog.combined, info.sets, strict=True))

    def members(self, evaluation: Evaluation) -> list[Member]:
        """All members of the best combination, as the program lists them."""
        theirs = _by_result(self._smodels.predict(evaluation.model, evaluation.sections))
        mu = evaluation.mu_hat or 0.0
        return [self._member(entry, evaluation.predictions, theirs, mu) for entry in evaluation.contributions]

    def _member(self, entry: Contribution, ours: Predictions, theirs: Signals, mu: float) -> Member:
        place = _place(entry, ours, mu)
        row = int(ours.rows[place])
        if row in self._about:
            return self._set(entry, self._about[row], ours.signals_of(row) * mu, theirs, mu)
        same = np.flatnonzero(ours.rows == row)
        # clusters of one map are paired in the order of their signals
        rank = int((ours.sigma[same] > ours.sigma[place]).sum())
        found = theirs.get((entry.analysis, entry.region, entry.is_ul), [])
        kind: Literal["limit", "region"] = "limit" if entry.is_ul else "region"
        if rank >= len(found):
            return Member(entry, kind, np.nan, 1.0, "SModelS has no such prediction", False)
        one = found[rank]
        signal = one.signal * mu
        if entry.is_ul:
            llr = truncated_gaussian(signal, one.observed, one.expected)
            llr -= truncated_gaussian(0.0, one.observed, one.expected)
        else:
            llr = one_region(signal, one.expected, one.delta, one.observed)
            llr -= one_region(0.0, one.expected, one.delta, one.observed)
        return Member(entry, kind, llr, _apart(entry.signal, signal))

    def _set(self, entry: Contribution, about: dict[str, Any], ours: Floats, theirs: Signals, mu: float) -> Member:
        names = list(about["regions"])
        found = [theirs.get((entry.analysis, name, False)) for name in names]
        signal = np.array([mu * known[0].signal if known else 0.0 for known in found])
        apart = max(_apart(a, b) for a, b in zip(ours, signal, strict=True))
        if about["kind"] == "json":
            return self._json(entry, about, signal, apart)
        result = next(r for r in self._smodels._database.expResultList if _is_it(r, entry.analysis))
        llr = by_smodels(result, names, signal)
        if abs(llr - entry.llr) <= CLOSE:
            return Member(entry, "covariance", llr, apart)
        regions = published_set(self._texts, entry.analysis, names)
        known, bound = from_literature(regions, signal), held(regions, signal)
        empty = int((regions.observed == 0.0).sum())
        why = (
            f"{entry.analysis}: ln L ratio {entry.llr:.4f}, SModelS {llr:.4f}; the literature's formulas give "
            f"{known:.4f}, and {bound:.4f} with the nuisance parameters of {empty} regions with n = 0 held at 0, as "
            "SModelS holds them"
        )
        return Member(
            entry, "covariance", llr, apart, why, abs(known - entry.llr) <= CLOSE and abs(bound - llr) <= CLOSE
        )

    def _json(self, entry: Contribution, about: dict[str, Any], signal: Floats, apart: float) -> Member:
        regions = json_regions(json.loads((self._folder / str(about["json"])).read_text()), about["listed"])
        try:
            llr = float(pyhf_log_likelihood_ratio(regions, signal.tolist(), [1.0])[0])
        except FailedMinimization:
            return Member(entry, "json", np.nan, apart, f"{entry.analysis}: pyhf's fit does not converge", False)
        if abs(llr - entry.llr) <= CLOSE:
            return Member(entry, "json", llr, apart)
        within = max(about["difference"].values())
        why = (
            f"{entry.analysis}: ln L ratio {entry.llr:.4f}, pyhf's fit {llr:.4f}; ours is a fast form, within "
            f"{within:.4f} of the full likelihood where it was judged"
        )
        return Member(entry, "json", llr, apart, why, abs(llr - entry.llr) <= within)


@dataclass(frozen=True)
class Signal:
    """SModelS's prediction: events or fb for mu = 1; n, b and delta, or both limits in fb."""

    signal: float
    observed: float
    expected: float
    delta: float


Signals = dict[tuple[str, str, bool], list[Signal]]
"""By analysis, region or topology, and whether it is an upper limit; the largest first."""


def _by_result(found: Predictions) -> Signals:
    out: Signals = {}
    catalog, ul = found.catalog, found.is_ul
    for i in np.argsort(-found.sigma, kind="stable"):
        row = found.rows[i]
        observed, expected = (
            (found.limit_observed[i], found.limit_expected[i])
            if ul[i]
            else (catalog.observed[row], catalog.background[row])
        )
        one = Signal(float(found.signal[i]), float(observed), float(expected), float(catalog.delta[row]))
        out.setdefault((str(catalog.analysis[row]), str(catalog.region[row]), bool(ul[i])), []).append(one)
    return out


def _place(entry: Contribution, ours: Predictions, mu: float) -> int:
    """Which of the predictions this member is."""
    catalog, rows = ours.catalog, ours.rows
    same = (catalog.analysis[rows] == entry.analysis) & (catalog.region[rows] == entry.region)
    wanted = np.flatnonzero(same & (ours.is_ul == entry.is_ul))
    return int(wanted[np.abs(ours.signal[wanted] * mu - entry.signal).argmin()])


def _apart(a: float, b: float) -> float:
    return abs(a - b) / max(a, b) if max(a, b) > NOTHING else 0.0


def _is_it(result: Any, analysis: str) -> bool:
    return str(result.globalInfo.id) == analysis and hasattr(result.globalInfo, "covariance")
