r"""The best nuisance parameters of a HistFactory document, by Newton's method within their bounds.

.. math:: \max_\theta \left[ \sum_b \big( n_b \ln \lambda_b - \lambda_b \big) + \sum_p \ln c_p(\theta_p) \right],
   \qquad \lambda_b = \nu_b(\theta) + s_b

over the bins b that are fitted.  Steps are solved with the Hessian, with more on its diagonal where it is not positive,
and shortened until ln L rises enough; a parameter at its bound stays there while that is best.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from protomodels.statistics.histfactory.model import Floats, Indices, Model

MAX_ITERATIONS: Final = 200
DECREMENT: Final = 1e-8
"""A fit is at its maximum where a full step would gain no more than this, in ln L."""
ARMIJO: Final = 1e-4
LOOSE: Final = 1e-6
"""Information below which nothing is known of a parameter; its width is then taken as 1, as most have."""
SMALLEST_RATE: Final = 1e-12
SHORTEST: Final = 1e-9
"""Part of a step that is still tried."""


@dataclass(frozen=True)
class Task:
    """What is fitted: b bins of data, some of them, with a signal.

    Attributes
    ----------
    model: of p parameters.
    observed, signal: n and s, (b,).
    bins: those whose data are fitted.
    """

    model: Model
    observed: Floats
    bins: Indices
    signal: Floats

    def value(self, point: Floats) -> float:
        """What is maximised; -inf where an expected rate is not possible."""
        rates = self.model.rates(point)
        total, seen = rates[self.bins] + self.signal[self.bins], self.observed[self.bins]
        if (total < 0.0).any() or (total[seen > 0.0] <= 0.0).any():
            return -np.inf
        logs = np.log(np.where(seen > 0.0, total, 1.0))
        return float((seen * logs - total).sum()) + self.model.constraint(point)[0]

    def derivatives(self, point: Floats) -> tuple[Floats, Floats, Floats]:
        """Gradient, (p,), and negative Hessian, (p, p): its part that is never negative, and the rest."""
        rates, slopes = self.model.slopes(point)
        total = np.maximum(rates[self.bins] + self.signal[self.bins], SMALLEST_RATE)
        seen, own = self.observed[self.bins], slopes[self.bins]
        weights = np.zeros(self.model.n_bins)
        weights[self.bins] += seen / total - 1.0
        _, slope, bend = self.model.constraint(point)
        matrix = (own.T * (seen / total**2)) @ own
        matrix[np.diag_indices(len(point))] += bend
        return slopes.T @ weights + slope, matrix, -self.model.bends(point, weights)


@dataclass(frozen=True)
class Fit:
    """Where a fit ended.

    Attributes
    ----------
    point: parameters, (p,).
    value: ln L there, up to a constant of the data.
    gain: what a further step would still gain, in ln L.
    """

    point: Floats
    value: float
    gain: float

    @property
    def converged(self) -> bool:
        """True where the fit certifies its maximum."""
        return self.gain < DECREMENT


def fit(
    model: Model,
    observed: Floats,
    bins: Indices,
    *,
    signal: Floats | None = None,
    start: Floats | None = None,
) -> Fit:
    """Fit the nuisance parameters to the data of some bins and the constraint terms.

    Parameters
    ----------
    model: of b bins and p parameters.
    observed: events, (b,).
    bins: which of them are fitted.
    signal: s, (b,); none without it.
    start: parameters to begin with, (p,); the document's own without them.
    """
    task = Task(model, observed, bins, np.zeros(model.n_bins) if signal is None else signal)
    point = np.clip(model.start if start is None else start, model.low, model.high)
    value = task.value(point)
    gain = np.inf
    for _ in range(MAX_ITERATIONS):
        gradient, matrix, rest = task.derivatives(point)
        held = model.fixed | ((point <= model.low) & (gradient < 0.0)) | ((point >= model.high) & (gradient > 0.0))
        step = _step(model, point, gradient, matrix, rest, held)
        gain = float(gradient @ step)
        if gain < DECREMENT:
            break
        better = _search(task, point, value, step, gain)
        if better is None:
            break
        point, value = better
    return Fit(point, value, gain)


def information(model: Model, point: Floats, observed: Floats, bins: Indices) -> Floats:
    """Information matrix of the parameters from the data of some bins and the constraint terms, (p, p)."""
    _, matrix, _ = Task(model, observed, bins, np.zeros(model.n_bins)).derivatives(point)
    return _free(matrix, model.fixed)


def _free(matrix: Floats, held: NDArray[np.bool_]) -> Floats:
    """A matrix without what is held, and with something on the diagonal where nothing is known."""
    out = matrix.copy()
    out[held, :] = out[:, held] = 0.0
    diagonal = np.diag(out)
    out[np.diag_indices(len(out))] = np.where(np.abs(diagonal) < LOOSE, 1.0, diagonal)
    return out


def _step(
    model: Model, point: Floats, gradient: Floats, matrix: Floats, rest: Floats, held: NDArray[np.bool_]
) -> Floats:
    """Newton's step within the bounds: what would leave them is moved to its bound, the others are solved again."""
    room_below, room_above = model.low - point, model.high - point
    held = held.copy()
    step = np.zeros(len(point))
    for _ in range(len(point)):
        right = gradient - (matrix + rest)[:, held] @ step[held]
        right[held] = 0.0
        trial = _solve(_free(matrix, held), _free(matrix + rest, held), right)
        trial[held] = step[held]
        step = np.clip(trial, room_below, room_above)
        beyond = (step != trial) & ~held
        if not beyond.any():
            break
        held |= beyond
    if gradient @ step > 0.0:
        return step
    # a direction that rises in any case: the gradient, in units of each parameter's width
    steepest = np.where(held, 0.0, gradient / np.maximum(np.diag(matrix), LOOSE))
    return np.clip(steepest, room_below, room_above)


def _solve(matrix: Floats, hessian: Floats, right: Floats) -> Floats:
    """Solve with the Hessian where it is positive definite, and else with as much of it as is."""
    for part in (1.0, 0.5, 0.2, 0.0):
        try:
            factor = cho_factor(matrix + part * (hessian - matrix))
        except np.linalg.LinAlgError:
            continue
        return np.asarray(cho_solve(factor, right), dtype=np.float64)
    return np.asarray(right / np.maximum(np.diag(matrix), LOOSE), dtype=np.float64)


def _search(task: Task, point: Floats, value: float, step: Floats, gain: float) -> tuple[Floats, float] | None:
    """A point along the step where ln L is larger by enough; None where there is none."""
    scale = 1.0
    while scale > SHORTEST:
        trial = np.clip(point + scale * step, task.model.low, task.model.high)
        better = task.value(trial)
        if better >= value + ARMIJO * scale * gain:
            return trial, better
        scale *= 0.5
    return None
