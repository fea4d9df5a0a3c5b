"""New points where many are expected to be selected: differential evolution makes them, a surrogate judges them.

Differential evolution (Storn and Price, J. Global Optim. 11 (1997) 341) moves good points along differences of others;
a random forest, which learned the scores of all points, says how many of the new ones are expected to be selected.  Of
many candidates those are kept that it likes best, but for a share that explores.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import ConfigError
from protomodels.extras import require

Floats = NDArray[np.float64]

CANDIDATES: Final = 40
"""For each point that is proposed."""
EXPLORING: Final = 0.1
"""Share of the proposals that are uniform in the ranges."""
FACTOR: Final = (0.2, 0.9)
"""Of differences: F, uniform between these."""
CROSSOVER: Final = 0.8
"""Probability that a coordinate is moved."""
POOL: Final = 0.1
"""Share of the points, the best of which are moved."""
TREES: Final = 100
GAP: Final = 0.05
"""Of a range: where no point has ever been in so much of it, none is proposed."""
DISTANCE: Final = 0.02
"""That new points keep from all others, of the range of each parameter: many copies of one good point teach nothing."""
TRIES: Final = 20
FEWEST: Final = 20
"""Points that there have to be."""


def propose(points: Floats, scores: Floats, n: int, seed: int = 0) -> Floats:
    """New points.

    Parameters
    ----------
    points: parameters of models, (m, d), at least 20; new ones are within the ranges of these.
    scores: of each in [0, 1], 1 for a selected one, (m,).
    n: how many.
    seed: of all that is drawn.

    Returns
    -------
    (n, d), the most promising first, but for the last tenth, which explores.

    Raises
    ------
    ConfigError: where there are too few points, or what is no number among them.
    MissingExtraError: where scikit-learn is not installed.
    """
    if points.ndim != 2 or len(points) < FEWEST or points.shape[1] < 1:
        raise ConfigError("points", points.shape, f"at least {FEWEST} models with at least one parameter")
    if not np.isfinite(points).all() or not np.isfinite(scores).all():
        raise ConfigError("points", "what is no number", "numbers for all parameters and scores")
    if n < 1:
        raise ConfigError("-n", n, "at least 1")
    rng = np.random.default_rng(seed)
    low, high = points.min(axis=0), points.max(axis=0)
    unit = (points - low) / np.where(high > low, high - low, 1.0)
    gaps = [_gaps(column) for column in unit.T]
    exploring = min(max(round(EXPLORING * n), 1), n)
    uniform = _filled(lambda size: rng.random((size, unit.shape[1])), gaps, exploring)
    candidates = _filled(lambda size: _evolved(unit, scores, size, rng), gaps, CANDIDATES * max(n - exploring, 1))
    forest = require("sklearn.ensemble", "proposals").RandomForestRegressor(
        n_estimators=TREES, min_samples_leaf=2, random_state=int(rng.integers(2**31)), n_jobs=1
    )
    expected = np.asarray(forest.fit(unit, scores).predict(candidates), dtype=np.float64)
    best = candidates[np.argsort(-expected, kind="stable")]
    chosen = np.concatenate([_apart(best, unit, n - exploring), uniform])
    return np.asarray(low + chosen * (high - low))


def _evolved(unit: Floats, scores: Floats, n: int, rng: np.random.Generator) -> Floats:
    """Good points moved towards others and along differences, (n, d)."""
    order = np.argsort(-scores - 1e-9 * rng.random(len(scores)), kind="stable")
    good = order[: max(FEWEST // 2, round(POOL * len(unit)), int((scores >= 1.0).sum()))]
    base, toward = unit[rng.choice(good, n)], unit[rng.choice(good, n)]
    a, b = unit[rng.choice(good, n)], unit[rng.choice(len(unit), n)]
    factor = rng.uniform(*FACTOR, (n, 1))
    moved = base + factor * (toward - base) + factor * rng.normal(0.0, 0.3, (n, 1)) * (a - b)
    kept = rng.random(base.shape) < CROSSOVER
    kept[np.arange(n), rng.integers(base.shape[1], size=n)] = True
    return np.asarray(np.where(kept, moved, base))


def _filled(make: Callable[[int], Floats], gaps: list[list[tuple[float, float]]], n: int) -> Floats:
    """n points inside the ranges and outside of their gaps; those that cannot be had in many tries are left out."""
    found: list[Floats] = []
    for _ in range(TRIES):
        new = make(2 * n)
        inside = ((new >= 0.0) & (new <= 1.0)).all(axis=1)
        for column, own in zip(new.T, gaps, strict=True):
            for low, high in own:
                inside &= (column <= low) | (column >= high)
        found.append(new[inside])
        if sum(map(len, found)) >= n:
            break
    return np.concatenate(found)[:n]


def _gaps(column: Floats) -> list[tuple[float, float]]:
    """Intervals of [0, 1] that no point is in, and that are too long for that by chance."""
    values = np.unique(column)
    steps = np.diff(values)
    return [(float(values[i]), float(values[i + 1])) for i in np.flatnonzero(steps > GAP).tolist()]


def _apart(best: Floats, known: Floats, n: int) -> Floats:
    """The first n that keep a distance from each other and from all known points; others where these are too few."""
    least = DISTANCE**2 * best.shape[1]
    nearest = np.full(len(best), np.inf)
    for point in known:
        nearest = np.minimum(nearest, ((best - point) ** 2).sum(axis=1))
    chosen: list[int] = []
    for place in range(len(best)):
        if len(chosen) == n:
            break
        if nearest[place] > least:
            chosen.append(place)
            nearest = np.minimum(nearest, ((best - best[place]) ** 2).sum(axis=1))
    rest = [place for place in range(len(best)) if place not in set(chosen) and nearest[place] > 0.0]
    return best[[*chosen, *rest[: n - len(chosen)]]]
