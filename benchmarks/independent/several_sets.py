"""Every set of correlated regions at random signals: the same however it is asked, and what scipy finds?

Usage: python -m benchmarks.independent.several_sets [--results NAME] [--signals 500] [--starts 3] [--workers 2]
ln L(mu) - ln L(0) at mu = 0.3, 1, 2, each asked alone; after smaller mu; after larger ones; in any order; and by
benchmarks.independent.likelihoods: from the published numbers where there is a covariance, from the fast form of the
program where there is a JSON (benchmarks.json_accuracy judges that form).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.common import RESULTS, machine
from benchmarks.independent.likelihoods import Several, of_form, profile
from benchmarks.independent.published import published_set, texts_of
from protomodels.predictor import load_results
from protomodels.results.catalog import CombinedRegions
from protomodels.results.store import open_results

Floats = NDArray[np.float64]
MU = np.array([0.3, 1.0, 2.0])
CLOSE, MORE = 1e-6, 60
"""In ln L: where scipy's maximum lies lower by more, it begins at so many points."""
SMALLER, LARGER = np.linspace(0.01, 0.29, 20), np.linspace(2.1, 8.0, 20)


class Difference(NamedTuple):
    """Of one set: its name, its size, and the largest differences in ln L.

    curved: with quadratic terms, from third moments or of a fast form.
    asked: between the ways of asking. scipy: what scipy finds lies above (positive) and below (negative) ours.
    """

    name: str
    n_regions: int
    n_empty: int
    curved: bool
    asked: float
    above: float
    below: float


def main() -> None:
    """Print a row for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--results", default=str(RESULTS / "smodels-3.0.0.tar.xz"))
    parser.add_argument("--signals", type=int, default=500)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{machine()}; {arguments.signals} signals a set, {arguments.starts} starts, seed {arguments.seed}")
    print("| set | regions, with n = 0 | ways of asking | scipy above | below |")
    print("| --- | --- | --- | --- | --- |")
    with ProcessPoolExecutor(arguments.workers, mp_context=get_context("spawn")) as pool:
        tasks = [
            pool.submit(compare, name, ours, theirs, arguments.signals, arguments.starts, arguments.seed)
            for name, ours, theirs in sets_of(arguments.results)
        ]
        for task in tasks:
            d = task.result()
            form = ", quadratic" if d.curved else ""
            print(
                f"| {d.name}{form} | {d.n_regions}, {d.n_empty} | {d.asked:.1e} | {d.above:.1e} | {d.below:.1e} |",
                flush=True,
            )


def sets_of(results: str) -> Iterator[tuple[str, CombinedRegions, Several]]:
    """Name, the program's set and the independent one, of all sets of a database."""
    texts = texts_of(Path(results))
    catalog = load_results(results).catalog
    for (row, ours), about in zip(catalog.combined.items(), open_results(results).sets, strict=True):
        analysis = str(catalog.analysis[row])
        if ours.kind == "covariance":
            theirs = published_set(texts, analysis, list(about["regions"]))
        else:
            model = ours.likelihood
            theirs = of_form(model.observed, model.center, model.curvature, model.covariance)
        yield f"{analysis} {about['label']}".strip(), ours, theirs


def compare(name: str, ours: CombinedRegions, theirs: Several, n_signals: int, n_starts: int, seed: int) -> Difference:
    """One set at random signals of up to a few times the total uncertainty, in two fifths of the regions."""
    rng = np.random.default_rng(seed)
    n = len(theirs.observed)
    size = np.sqrt(theirs.b**2 + np.maximum(theirs.a, 1.0))
    reference = profile(theirs, np.zeros(n), rng, n_starts)
    asked = above = below = 0.0
    for _ in range(n_signals):
        signal = size * rng.exponential(1.0, n) * (rng.random(n) < 0.4)
        ratio = ours.likelihood.log_likelihood_ratio
        alone = np.concatenate([ratio(signal, [mu]) for mu in MU])
        order = rng.permutation(43)
        every = np.concatenate([SMALLER, MU, LARGER])[order]
        ways = (
            ratio(signal, np.concatenate([SMALLER, MU]))[-3:],
            ratio(signal, np.concatenate([LARGER, MU]))[-3:],
            ratio(signal, every)[np.argsort(order)][20:23],
        )
        asked = max(asked, *(float(np.abs(way - alone).max()) for way in ways))
        scipy = np.array([profile(theirs, mu * signal, rng, n_starts) for mu in MU]) - reference
        for k in np.flatnonzero(scipy < alone - CLOSE):  # it stopped at a lower maximum, or at none
            enough = alone[k] + reference - CLOSE
            scipy[k] = max(scipy[k], profile(theirs, MU[k] * signal, rng, MORE, enough) - reference)
        above, below = max(above, float((scipy - alone).max())), min(below, float((scipy - alone).min()))
    curvature = ours.likelihood.curvature.any()
    return Difference(name, n, int((theirs.observed == 0.0).sum()), bool(curvature), asked, above, below)


if __name__ == "__main__":
    main()
