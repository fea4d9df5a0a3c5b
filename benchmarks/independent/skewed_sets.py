"""Random sets of skewed regions: is there a larger maximum than the program's?

Usage: python -m benchmarks.independent.skewed_sets [--sets 200] [--starts 8] [--seed 1]
Up to eight correlated regions with skewnesses up to a given size, either sign or both; the data are drawn from the
backgrounds, or lie at three times them.  Sets whose moments contradict one another are left out.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.common import machine
from benchmarks.independent.likelihoods import of_form, profile
from protomodels.statistics.simplified import covariance_model


def main() -> None:
    """Print a row for each size of the skewnesses."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--starts", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(f"{machine()}; seed {arguments.seed}")
    print(f"| skewness up to | sets | not certified | {arguments.starts} starts of scipy find more | largest |")
    print("| --- | --- | --- | --- | --- |")
    for largest in (1.0, 1.5, 2.0, 2.8):
        rng = np.random.default_rng(arguments.seed)
        number = uncertain = beaten = 0
        most = 0.0
        while number < arguments.sets:
            found = _compare(rng, largest, arguments.starts)
            if found is None:
                continue
            number += 1
            uncertain += not found[0]
            beaten += found[1] > 1e-5
            most = max(most, found[1])
        print(f"| {largest} | {number} | {uncertain} | {beaten} | {most:.1e} |", flush=True)


def _compare(rng: np.random.Generator, largest: float, n_starts: int) -> tuple[bool, float] | None:
    """Is the profile of one random set certified, and by how much does scipy's lie above it?"""
    n = int(rng.integers(1, 9))
    mean = rng.uniform(0.1, 30.0, n) * rng.choice([0.05, 1.0], n)
    width = mean * rng.uniform(0.05, 1.0, n) + 0.02
    root = rng.normal(size=(n, n)) / np.sqrt(n)
    correlation = 0.5 * np.eye(n) + 0.5 * root @ root.T
    scale = np.sqrt(np.diag(correlation))
    covariance = correlation / np.outer(scale, scale) * np.outer(width, width)
    sign = rng.choice(np.array([[1.0] * n, [-1.0] * n, rng.choice([-1.0, 1.0], n)]))
    third = sign * rng.uniform(0.05, largest, n) * width**3
    observed = rng.poisson(mean * rng.choice([1.0, 3.0])).astype(float)
    signal = np.sqrt(width**2 + mean) * rng.exponential(1.0, n) * (rng.random(n) < 0.5)
    try:
        model = covariance_model(observed, mean, covariance, third)
    except ValueError:
        return None
    ours = model.profile(signal, 1.0)
    theirs = of_form(observed, model.center, model.curvature, model.covariance)
    return ours.certified, profile(theirs, signal, rng, n_starts) - ours.log_likelihood


if __name__ == "__main__":
    main()
