"""Growth with the regions of a joint likelihood, and with the combinations of a dense table."""

from __future__ import annotations

import resource
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.growing import Growth, timed
from benchmarks.speed.uses import Use
from protomodels.combiner import Combinability, best_combination
from protomodels.combiner.cliques import MAX_CLIQUES
from protomodels.errors import CombinationError
from protomodels.predictor import Predictions
from protomodels.results.catalog import Catalog, CombinedRegions
from protomodels.scoring.decision.judge import Judge
from protomodels.settings import policy
from protomodels.statistics.simplified import covariance_model

Floats = NDArray[np.float64]

REGION_COUNTS: Final = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 66)
SIGNALS: Final = 20
MU_MAX: Final = 10.0
MISSED: Final = 0.5
"""In ln L: a model is too low by so much."""
DENSITY: Final = 0.85
"""Share of the pairs of a dense table that may be combined."""
RESULT_COUNTS: Final = (10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 63, 66, 70)
POLICY: Final = policy("default", "combined")


def regions(use: Use) -> Growth:
    """The maximum of one joint likelihood, and the proof that it is too low, against its regions."""
    found = Growth("Regions of a joint likelihood", "regions")
    rng = np.random.default_rng(3)
    for n in REGION_COUNTS:
        for _ in range(3):
            _time_set(found, "synthetic", _synthetic(n, rng), n, rng)
    catalog = use.predictor().catalog
    for row in catalog.combined:
        _time_set(found, "real", catalog, row, rng)
    return found


def _time_set(found: Growth, kind: str, catalog: Catalog, row: int, rng: np.random.Generator) -> None:
    """Time decisions on one row that combines regions, with data that hold a signal, for signals like that one."""
    entry = catalog.combined[row]
    n, seen = len(entry.rows), entry.rows >= 0
    width = np.sqrt(entry.model.widths**2 + np.maximum(entry.model.center, 0.1))
    injected = np.where(seen, rng.uniform(0.0, 1.0, n) * width, 0.0)
    data = rng.poisson(np.maximum(entry.model.center, 0.0) + injected).astype(np.float64)
    judge = Judge(replace(catalog, combined={row: entry.with_data(data)}), Combinability.from_rules(), POLICY)
    for number in range(SIGNALS):
        signal = np.zeros(len(catalog))
        signal[entry.rows[seen]] = (injected * rng.uniform(0.8, 1.2, n))[seen]
        predictions = _one_each(catalog, np.array([row]), signal)
        spent, decision = timed(judge.decide, predictions, mu_max=MU_MAX)
        wanted = MISSED + (decision.log_ratio if decision is not None else 0.0)
        proof = timed(judge.decide, predictions, wanted, MU_MAX)[0]
        if number > 0:
            found.add(f"{kind}: maximum", n, spent)
            found.add(f"{kind}: too low", n, proof)


def cliques() -> Growth:
    """The best combination against the number of maximal cliques, up to where it is refused."""
    found = Growth("Combinations of a dense table", "cliques")
    rng = np.random.default_rng(4)
    refused: list[float] = []
    longest = (0.0, 0, 0)
    for n in RESULT_COUNTS:
        for _ in range(3):
            catalog, table = _dense(n, rng)
            judge = Judge(catalog, table, POLICY)
            predictions = _one_each(catalog, np.arange(n), np.zeros(0))
            decision = judge.decide(predictions, mu_max=MU_MAX)
            if decision is None:
                refused.append(timed(_general, predictions, table)[0])
                continue
            n_cliques = int(decision.pieces.sum())
            spent = timed(judge.decide, predictions, mu_max=MU_MAX)[0]
            longest = max(longest, (spent, n_cliques, n))
            found.add("compiled", _rounded(n_cliques), spent)
    found.notes.append(
        f"longest: {longest[0]:.0f} ms, {longest[1]} cliques of {longest[2]} results; largest memory of the process "
        f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"
    )
    if refused:
        found.notes.append(f"more than {MAX_CLIQUES} cliques: refused after {max(refused) / 1e3:.1f} s at most")
    return found


def _general(predictions: Predictions, table: Combinability) -> None:
    """The general search, which has the last word."""
    catalog, n = predictions.catalog, len(predictions)
    allowed = table.pairwise(catalog.analysis.tolist(), [None] * n, catalog.experiment.tolist(), [13.0] * n)
    try:
        best_combination(predictions.curves(), allowed, MU_MAX, n_runners_up=0)
    except CombinationError:
        return
    raise AssertionError("not refused")


def _rounded(n: int) -> float:
    """To half a decade: tables with about as many cliques stand in one line."""
    return float(np.round(10.0 ** (np.round(2.0 * np.log10(max(n, 1))) / 2.0)))


def _synthetic(n: int, rng: np.random.Generator) -> Catalog:
    """n regions of one analysis, and the row that combines them."""
    b = rng.uniform(1.0, 50.0, n)
    common = rng.normal(0.0, 1.0, (n, 3)) * b[:, None] * 0.1
    covariance = common @ common.T + np.diag((0.1 * b) ** 2)
    observed = rng.poisson(b).astype(np.float64)
    model = covariance_model(observed, b, covariance)
    delta = np.sqrt(np.diag(covariance))
    rows = [*zip(observed, b, delta, strict=True), (observed.sum(), b.sum(), np.sqrt(covariance.sum()))]
    return _catalog(["CMS-1"] * (n + 1), rows, {n: CombinedRegions(np.arange(n), model, "covariance")})


def _dense(n: int, rng: np.random.Generator) -> tuple[Catalog, Combinability]:
    """n analyses with a region each, and a table that lists most of their pairs."""
    b = rng.uniform(1.0, 50.0, n)
    rows = list(zip(rng.poisson(b).astype(np.float64), b, 0.2 * b, strict=True))
    names = [f"CMS-{i}" for i in range(n)]
    pairs = [(names[i], names[j]) for i in range(n) for j in range(i) if rng.random() < DENSITY]
    return _catalog(names, rows, {}), Combinability(frozenset((min(p), max(p)) for p in pairs))


def _catalog(names: list[str], rows: list[tuple[float, float, float]], combined: dict[int, CombinedRegions]) -> Catalog:
    n = len(names)
    observed, background, delta = (np.array(column) for column in zip(*rows, strict=True))
    one = np.ones(n)
    return Catalog(
        analysis=np.array(names),
        region=np.array([f"SR{i}" for i in range(n)]),
        is_ul=np.zeros(n, dtype=np.bool_),
        experiment=np.array(["CMS"] * n),
        sqrts=13.0 * one,
        lumi=100.0 * one,
        observed=observed,
        background=background,
        delta=delta,
        limit_observed=one,
        limit_expected=one,
        url=np.array([""] * n),
        combined=combined,
    )


def _one_each(catalog: Catalog, rows: NDArray[np.int64], signal: Floats) -> Predictions:
    """Predictions of some rows, 0.01 fb to 0.1 fb each (1 to 10 events), of one topology each."""
    n = len(rows)
    sigma = np.linspace(0.01, 0.1, n)
    bits = np.zeros((n, 1 + n // 64), dtype=np.uint64)
    return Predictions(catalog, rows, sigma, sigma * 1.2, sigma * 1.0, np.ones(n, dtype=np.int64), bits, signal)
