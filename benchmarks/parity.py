"""The compiled predictor against SModelS 3.1.1 on random proto-models: the same results, the same values?

Usage: python -m benchmarks.parity [--models 1000] [--seed 1] [--results NAME ...] [--workers 2]
Models are those of benchmarks.random_models.  A prediction is one signal region, or one cluster of one upper-limit
map; clusters of a map are paired in the order of their signals.  Prints, for each database, how many predictions there
are, how many agree, and every class of difference with examples; the time of both; then the likelihoods of single
regions against SModelS's.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np

from benchmarks.common import RESULTS, machine, spread
from benchmarks.random_models import random_models
from protomodels.predictor import Predictions, load_results
from protomodels.predictor.loading import load_oracle
from protomodels.production import cross_sections
from protomodels.results.compiled.combined import from_covariance
from protomodels.statistics.region import region_log_likelihood

TOLERANCE = 1e-3
LIKELIHOOD_TOLERANCE = 1e-5
CHUNK = 25
LARGEST = "largest relative difference of a signal that agrees, in 1e-12"
PICO = 1e-12

Found = tuple[Counter[str], list[str], list[float], list[float]]


def main() -> None:
    """Compare and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [str(path) for path in sorted(RESULTS.glob("*.tar.xz"))]
    parser.add_argument("--results", nargs="+", default=names)
    parser.add_argument("--models", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    print(machine())
    for name in arguments.results:
        _report(name, arguments.models, arguments.seed, arguments.workers)


def _report(name: str, n: int, seed: int, workers: int) -> None:
    load_oracle(name)  # makes both files before the workers need them
    print(f"{load_results(name).name}: {n} models, seed {seed}")
    counts: Counter[str] = Counter()
    examples, ours, theirs = list[str](), list[float](), list[float]()
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_load, initargs=(name,)) as pool:
        tasks = [(seed, first, min(first + CHUNK, n)) for first in range(0, n, CHUNK)]
        for found in pool.map(_compare_some, tasks):
            largest = max(counts[LARGEST], found[0].pop(LARGEST, 0))
            counts.update(found[0])
            counts[LARGEST] = largest
            examples += found[1]
            ours += found[2]
            theirs += found[3]
    total = counts["same"] + sum(number for kind, number in counts.items() if kind.startswith("differs"))
    print(f"   {total} predictions, {counts['same']} agree within {TOLERANCE:g} ({100 * counts['same'] / total:.4f}%)")
    print(f"   models without any difference: {counts['models without difference']} of {n}")
    for kind, number in sorted(counts.items()):
        if kind.startswith("differs"):
            print(f"   {kind}: {number}")
    print(f"   largest relative difference of a signal that agrees: {counts[LARGEST] * PICO:.2g}")
    for line in examples[:40]:
        print("     ", line)
    print(f"   seconds, SModelS:  {spread(theirs)}, mean {np.mean(theirs):.3g}")
    print(f"   seconds, compiled: {spread(ours)}, mean {np.mean(ours):.3g}")
    _likelihoods(name)
    _covariances(name)


_BOTH = []


def _load(name: str) -> None:
    _BOTH[:] = [load_oracle(name), load_results(name)]
    # the kernels are compiled, or loaded, before anything is timed
    _BOTH[1].predict(next(random_models(0, 1)))


def _compare_some(task: tuple[int, int, int]) -> Found:
    seed, first, end = task
    oracle, compiled = _BOTH
    counts: Counter[str] = Counter()
    examples, ours, theirs = [], [], []
    for number, model in enumerate(random_models(seed, end)):
        if number < first:
            continue
        sections = cross_sections(model)
        start = time.perf_counter()
        expected = oracle.predict(model, sections)
        theirs.append(time.perf_counter() - start)
        start = time.perf_counter()
        got = compiled.predict(model, sections)
        ours.append(time.perf_counter() - start)
        # rows that combine regions are ours alone
        differences = _differences(expected, got.take(np.flatnonzero(got.rows < len(expected.catalog))), counts)
        counts["models without difference"] += not differences
        examples += [f"model {number} ({model}): {line}" for line in differences[:3]]
    return counts, examples, ours, theirs


def _differences(expected: Predictions, got: Predictions, counts: Counter[str]) -> list[str]:
    theirs, ours = _by_result(expected), _by_result(got)
    lines = []
    for key in sorted(set(theirs) | set(ours)):
        catalog = expected.catalog
        title = f"{catalog.analysis[key[0]]} {catalog.region[key[0]]} cluster {key[1]}"
        if key not in ours or key not in theirs:
            kind = "differs: only SModelS has it" if key not in ours else "differs: only the compiled form has it"
        else:
            kind = _compare(theirs[key], ours[key], counts)
        counts[kind] += 1
        if kind != "same":
            lines.append(f"{title}: {kind}: {theirs.get(key)} {ours.get(key)}")
    for name, reason in expected.left_out:
        counts["left out by SModelS"] += 1
        lines.append(f"{name} was left out: {reason}")
    return lines


Values = tuple[float, float, float, int]


def _by_result(predictions: Predictions) -> dict[tuple[int, int], Values]:
    seen: defaultdict[int, int] = defaultdict(int)
    out = {}
    columns = (
        predictions.rows.tolist(),
        predictions.sigma.tolist(),
        predictions.limit_observed.tolist(),
        predictions.limit_expected.tolist(),
        predictions.particle_masks.tolist(),
    )
    for row, *values in zip(*columns, strict=True):
        out[(row, seen[row])] = (values[0], values[1], values[2], values[3])
        seen[row] += 1
    return out


def _compare(expected: Values, got: Values, counts: Counter[str]) -> str:
    relative = abs(got[0] - expected[0]) / expected[0]
    if relative > TOLERANCE:
        return "differs: signal"
    counts[LARGEST] = max(counts[LARGEST], int(relative / PICO))
    if not np.allclose(got[1], expected[1], rtol=TOLERANCE, equal_nan=True):
        return "differs: observed limit"
    if not np.allclose(got[2], expected[2], rtol=TOLERANCE, equal_nan=True):
        return "differs: expected limit"
    return "same" if got[3] == expected[3] else "differs: particles"


def _likelihoods(name: str) -> None:
    """ln L(mu) - ln L(0) of every signal region at random signals, against SModelS's."""
    from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

    catalog = load_results(name).catalog
    rng = np.random.default_rng(1)
    worst: dict[str, float] = {"n > 0": 0.0, "n = 0": 0.0}
    number: Counter[str] = Counter()
    for row in (row for row in np.flatnonzero(~catalog.is_ul) if row not in catalog.combined):
        n, b, delta = catalog.observed[row], catalog.background[row], catalog.delta[row]
        s = float(rng.exponential(2.0 * delta + 2.0))
        computer = LikelihoodComputer(Data(n, b, delta**2, nsignal=[s]))
        theirs = computer.likelihood(0.0, return_nll=True) - computer.likelihood(1.0, return_nll=True)
        ours = float(region_log_likelihood(s, b, delta, n) - region_log_likelihood(0.0, b, delta, n))
        kind = "n > 0" if n > 0 else "n = 0"
        worst[kind] = max(worst[kind], abs(ours - theirs))
        number[kind] += 1
        number[f"{kind}, beyond {LIKELIHOOD_TOLERANCE:g}"] += abs(ours - theirs) > LIKELIHOOD_TOLERANCE
    for kind, value in worst.items():
        beyond = number[f"{kind}, beyond {LIKELIHOOD_TOLERANCE:g}"]
        print(f"   ln L ratio of single regions with {kind}: {number[kind]} regions, largest difference {value:.3g}, ")
        print(f"      {beyond} beyond {LIKELIHOOD_TOLERANCE:g}")


def _covariances(name: str) -> None:
    """ln L(mu) - ln L(0) of every published covariance at random signals, against SModelS's.

    SModelS holds the nuisance parameter within 10 n, so at 0 where n = 0: each is compared with n raised to 1, too.
    """
    from smodels.statistics.simplifiedLikelihoods import Data, LikelihoodComputer

    rng = np.random.default_rng(1)
    for result in load_oracle(name)._database.expResultList:
        if not hasattr(result.globalInfo, "covariance"):
            continue
        names, model, _ = from_covariance(result)
        by_name = {str(dataset.getID()): dataset.dataInfo for dataset in result.origdatasets}
        third = [getattr(by_name[n], "thirdMoment", None) for n in names]
        v = [list(map(float, row)) for row in result.globalInfo.covariance]
        b = [float(by_name[n].expectedBG) for n in names]
        worst = []
        for observed in (np.maximum(model.observed, 1.0), model.observed):
            largest = 0.0
            for _ in range(3):
                signal = np.abs(rng.normal(0.0, 0.5, len(b))) * np.sqrt(np.diag(v)) + 1e-9
                skew = None if third[0] is None else third
                computer = LikelihoodComputer(Data(observed.tolist(), b, v, third_moment=skew, nsignal=signal.tolist()))
                values = [computer.likelihood(mu, return_nll=True) for mu in (0.0, 0.5, 1.0, 2.0)]
                ours = model.with_data(observed).log_likelihood_ratio(signal, [0.5, 1.0, 2.0])
                largest = max(largest, float(np.abs(ours - (values[0] - np.array(values[1:]))).max()))
            worst.append(largest)
        kind = "linear" if third[0] is None else "third moments"
        print(
            f"   {result.globalInfo.id}, {len(b)} regions, {kind}: largest difference {worst[0]:.2g} with n >= 1, "
            f"{worst[1]:.2g} with the data ({int((model.observed == 0).sum())} regions with n = 0)"
        )


if __name__ == "__main__":
    main()
