"""Clusters of points by HDBSCAN (Campello, Moulavi, Sander 2013), and how stable each of them is."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError
from protomodels.extras import require

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST: Final = 5
"""Members of a cluster, at least."""
SHARE: Final = 0.02
"""Of all points that a cluster holds at least, where nothing else is asked for."""
BOOTSTRAPS: Final = 20


def smallest_cluster(n: int, asked: int | None = None) -> int:
    """How many of n points a cluster has at least.

    Raises
    ------
    ConfigError: where fewer than 2 are asked for.

    >>> smallest_cluster(100), smallest_cluster(1000), smallest_cluster(1000, 50)
    (5, 20, 50)
    """
    if asked is not None and asked < 2:
        raise ConfigError("--cluster-size", asked, "at least 2")
    return asked or max(FEWEST, round(SHARE * n))


def labels_of(points: Floats, smallest: int, neighbours: int | None = None) -> Ints:
    """The cluster of each point, from 0; -1 for those in none, (n,).

    Parameters
    ----------
    points: standardised, (n, features).
    smallest: members that a cluster has at least.
    neighbours: of a point, over which its density is smoothed; as many as ``smallest`` without.

    Raises
    ------
    MissingExtraError: where scikit-learn is not installed.
    """
    if len(points) < smallest or points.shape[1] == 0:
        return np.full(len(points), -1, dtype=np.int64)
    if (points == points[0]).all():
        return np.zeros(len(points), dtype=np.int64)
    hdbscan = require("sklearn.cluster", "clusters").HDBSCAN
    near = min(neighbours or smallest, len(points))
    found = hdbscan(min_cluster_size=smallest, min_samples=near, allow_single_cluster=True, copy=True).fit(points)
    return np.maximum(np.asarray(found.labels_, dtype=np.int64), -1)


def by_size(labels: Ints) -> Ints:
    """The same clusters with numbers in the order of their sizes, the largest first.

    >>> by_size(np.array([0, 1, -1, 1])).tolist()
    [1, 0, -1, 0]
    """
    sizes = np.bincount(labels[labels >= 0])
    number = np.empty(len(sizes) + 1, dtype=np.int64)
    number[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    number[-1] = -1
    return number[labels]


def stability(points: Floats, labels: Ints, smallest: int, seed: int = 0, n: int = BOOTSTRAPS) -> Floats:
    r"""How well each cluster is found again in bootstrap samples (Hennig, Comput. Stat. Data Anal. 52 (2007) 258).

    .. math:: \frac{1}{B} \sum_b \max_{D} \frac{|C \cap D|}{|C \cup D|}

    over the clusters D of sample b, C among the points of that sample; points that are drawn again count once.

    Parameters
    ----------
    seed: of the samples.
    n: how many, B.

    Returns
    -------
    mean Jaccard similarity in [0, 1] of each cluster, (clusters,); above 0.75 a cluster is called stable.
    """
    rng = np.random.default_rng(seed)
    number = int(labels.max(initial=-1)) + 1
    found = np.zeros((n, number))
    for b in range(n if number else 0):
        drawn = np.unique(rng.integers(len(points), size=len(points)))
        # of n points 63% are drawn: clusters are that much smaller, but no less smooth
        again = labels_of(points[drawn], max(2, round(smallest * len(drawn) / len(points))), smallest)
        for cluster in range(number):
            own = labels[drawn] == cluster
            shared = [(own & (again == other)).sum() / (own | (again == other)).sum() for other in set(again) - {-1}]
            found[b, cluster] = max(shared, default=0.0) if own.any() else 0.0
    return np.asarray(found.mean(axis=0))
