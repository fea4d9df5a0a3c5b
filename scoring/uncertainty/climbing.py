"""The maximum of a log likelihood in some directions, inside a box: damped Gauss-Newton steps.

A step solves with Fisher's information instead of second derivatives (Levenberg and Marquardt): it goes up wherever it
begins, and needs no more than gradients, which jump at the borders of cells.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.scoring.uncertainty.intervals import Floats, LogLikelihood, Point

_DAMPINGS: Final = (1e-3, 1.0, 30.0)
"""Added to the information, in units of its diagonal."""


def climb(
    function: LogLikelihood,
    values: Floats,
    here: Point,
    free: Floats,
    low: Floats,
    high: Floats,
    enough: float,
    most: int,
) -> tuple[Floats, Point]:
    """The values of the maximum, (n,), and the likelihood there.

    Parameters
    ----------
    values, here: where the climb begins, and the likelihood there.
    free: directions in which the values may be changed, (n, f).
    low, high: box in which they stay, (n,).
    enough: in 2 ln L: a step that promises or brings less ends the climb.
    most: steps.
    """
    for _ in range(most):
        before = here.value
        values, here = _step(function, values, here, free, low, high, enough)
        if here.value < before + enough:
            # a ridge between cells stops a step in all directions at once, seldom those along it
            values, here = _one_by_one(function, values, here, free, low, high, enough)
            if here.value < before + enough:
                break
    return values, here


def _step(
    function: LogLikelihood, values: Floats, here: Point, free: Floats, low: Floats, high: Floats, enough: float
) -> tuple[Floats, Point]:
    """One damped step in all directions."""
    own = _inside(free, values, here.gradient, low, high)
    gradient, bend = own.T @ here.gradient, 2.0 * own.T @ here.information @ own
    size = np.sqrt(np.maximum(np.diag(bend), 0.0))
    seen = size > 0.0
    if not seen.any():
        return values, here
    own, gradient, size = own[:, seen], gradient[seen], size[seen]
    matrix = bend[np.ix_(seen, seen)] / np.outer(size, size)
    for damping in _DAMPINGS:
        scaled = np.linalg.solve(matrix + damping * np.eye(len(size)), gradient / size)
        if float(scaled @ (gradient / size)) < enough:
            break
        trial = clipped(values, own @ (scaled / size), low, high)
        there = function(trial)
        if there is not None and there.value > here.value:
            return trial, there
    return values, here


def _one_by_one(
    function: LogLikelihood, values: Floats, here: Point, free: Floats, low: Floats, high: Floats, enough: float
) -> tuple[Floats, Point]:
    """A step in each direction that promises enough, one after the other."""
    for column in free.T:
        rise, bend = float(column @ here.gradient), 2.0 * float(column @ here.information @ column)
        if rise * rise > enough * bend > 0.0:
            trial = clipped(values, 0.5 * rise / bend * column, low, high)
            there = function(trial)
            if there is not None and there.value > here.value:
                values, here = trial, there
    return values, here


def without(free: Floats, fixed: NDArray[np.int64] | NDArray[np.bool_]) -> Floats:
    """The directions among some, (n, f), that leave some parameters as they are.

    Parameters
    ----------
    fixed: places of these parameters, or a mask (n,).

    >>> without(np.eye(3), np.array([1])).tolist()
    [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]
    """
    rows = free[fixed]
    plain = (np.count_nonzero(free, axis=0) == 1).all()
    if plain:  # no mixing of parameters: columns go
        return free[:, ~rows.any(axis=0)]
    _, size, vectors = np.linalg.svd(rows, full_matrices=True)
    rank = int((size > 1e-12).sum())
    return np.asarray(free @ vectors[rank:].T)


def _inside(free: Floats, values: Floats, gradient: Floats, low: Floats, high: Floats) -> Floats:
    """The directions without parameters that are at an end of the box, and would be better beyond it."""
    at_end = ((values <= low) & (gradient < 0.0)) | ((values >= high) & (gradient > 0.0))
    return without(free, at_end) if at_end.any() else free


def clipped(values: Floats, step: Floats, low: Floats, high: Floats) -> Floats:
    """As far along a step as the box reaches."""
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(step > 0.0, (high - values) / step, np.where(step < 0.0, (low - values) / step, np.inf))
    part = min(1.0, max(0.0, float(room.min())))
    return np.asarray(np.clip(values + part * step, low, high))
