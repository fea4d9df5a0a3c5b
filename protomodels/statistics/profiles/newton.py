"""Newton's method for the nuisance parameters of several regions: a local maximum, and how far from it we are.

In comes where to begin; out go the value there and the gain that is still possible.  A step solves with the Hessian, or
with the last one as long as that does well.  A rate of a region without events may reach zero and stays there while
that is best.  Close to the maximum steps are taken without a look at the value, which there is rounding only.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel, part
from protomodels.statistics.profiles.cholesky import factorise, substitute

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAX_STEPS: Final = 200
"""Of Newton; five to eight are usual."""
CONVERGED: Final = 1e-13
"""In ln L: g^T H^-1 g, twice what is left to gain, at which a maximum is reached."""
CLOSE: Final = 1e-6
"""In ln L: a step that promises less is taken unseen."""
ARMIJO: Final = 1e-4
"""Part of the gain that the slope promises which a step must reach."""
FASTER: Final = 0.01
"""The last Hessian serves again where a step with it leaves no more than this part of what was to be gained."""
SCRATCH: Final = 8
"""Vectors of n that :func:`climb` needs for itself."""


class Regions(NamedTuple):
    """What is maximised over theta: n regions at one signal strength, (n,) and (n, n).

    observed: n, events. base: mu s + a, events. curvature: c, 1/events. weight: W, 1/events^2.
    low, high: theta at which the rates are zero, events; -inf and inf where they never are.
    """

    observed: Floats
    base: Floats
    curvature: Floats
    weight: Floats
    low: Floats
    high: Floats


@kernel
def climb(regions: Regions, theta: Floats, scratch: Floats, matrix: Floats) -> tuple[float, float]:
    """Maximise from ``theta`` on, which is left at the maximum.

    Parameters
    ----------
    theta: events, (n,).
    scratch, matrix: overwritten, (SCRATCH, n) and (n, n).

    Returns
    -------
    ln L less that of rates equal to the data, and g^T H^-1 g, which bounds what is left to gain: inf where no maximum
    was found, or the function is not concave there.
    """
    rate, pull, gradient, bend, step = scratch[0], scratch[1], scratch[2], scratch[3], scratch[4]
    held = np.zeros(len(theta), np.bool_)
    if not _rates(regions, theta, rate):
        return -np.inf, np.inf
    value = _value(regions, theta, rate, pull)
    concave = False
    promised = np.inf
    for _ in range(MAX_STEPS):
        _derivatives(regions, theta, rate, pull, gradient, bend)
        before, promised = promised, np.inf
        if concave and _held_stay(regions, theta, gradient, held):
            for i in range(len(theta)):
                step[i] = 0.0 if held[i] else gradient[i]
            substitute(matrix, step)
            promised = _promise(gradient, step, held)
        if promised == np.inf or promised > max(FASTER * before, CONVERGED):
            concave = _direction(regions, theta, gradient, bend, held, matrix, step)
            promised = _promise(gradient, step, held)
        if promised <= CONVERGED:
            return value, promised if concave and _held_stay(regions, theta, gradient, held) else np.inf
        value, moved = _move(regions, theta, value, gradient, step, promised, scratch)
        if not moved:
            break
    return value, np.inf


@part
def _rates(regions: Regions, theta: Floats, rate: Floats) -> bool:
    """The rates; False where one is impossible. At its bounds a rate is zero, whatever rounding says."""
    for i in range(len(theta)):
        inside = regions.low[i] < theta[i] < regions.high[i]
        rate[i] = regions.base[i] + theta[i] + regions.curvature[i] * theta[i] * theta[i]
        if not (inside and rate[i] > 0.0):
            if regions.observed[i] > 0.0:
                return False
            rate[i] = 0.0
    return True


@part
def _value(regions: Regions, theta: Floats, rate: Floats, pull: Floats) -> float:
    """ln L less that of rates equal to the data; W theta into ``pull``."""
    n = len(theta)
    weight = regions.weight
    for i in range(n):
        pull[i] = 0.0
    for j in range(n):
        for i in range(n):
            pull[i] += weight[j, i] * theta[j]
    total = 0.0
    for i in range(n):
        events = regions.observed[i]
        if events > 0.0:
            total += events * math.log(rate[i] / events)
        total -= rate[i] - events + 0.5 * theta[i] * pull[i]
    return total


@part
def _derivatives(regions: Regions, theta: Floats, rate: Floats, pull: Floats, gradient: Floats, bend: Floats) -> None:
    """The gradient, and what the counts add to the diagonal of W in the Hessian."""
    for i in range(len(theta)):
        slope = 1.0 + 2.0 * regions.curvature[i] * theta[i]
        ratio = regions.observed[i] / rate[i] if regions.observed[i] > 0.0 else 0.0
        gradient[i] = (ratio - 1.0) * slope - pull[i]
        bend[i] = -2.0 * regions.curvature[i] * (ratio - 1.0)
        if regions.observed[i] > 0.0:
            bend[i] += ratio / rate[i] * slope * slope


@part
def _outwards(theta: float, low: float, high: float, change: float) -> bool:
    """Would this change take a rate of zero below it?"""
    return (theta <= low and change < 0.0) or (theta >= high and change > 0.0)


@part
def _held_stay(regions: Regions, theta: Floats, gradient: Floats, held: Bools) -> bool:
    """Are the regions held at a rate of zero those that would go further?"""
    changed = 0
    for i in range(len(theta)):
        changed += held[i] != _outwards(theta[i], regions.low[i], regions.high[i], gradient[i])
    return changed == 0


@part
def _direction(
    regions: Regions, theta: Floats, gradient: Floats, bend: Floats, held: Bools, matrix: Floats, step: Floats
) -> bool:
    """Newton's step, the regions held at a rate of zero, the factor of the Hessian. Is the function concave here?

    Where it is not, what bends upwards is left out, so that the step still goes up.
    """
    n = len(theta)
    for i in range(n):
        held[i] = _outwards(theta[i], regions.low[i], regions.high[i], gradient[i])
    concave = again = True
    while again:
        for attempt in range(2):
            for i in range(n):
                for j in range(i, n):
                    matrix[i, j] = regions.weight[i, j]
                matrix[i, i] += bend[i] if attempt == 0 else max(bend[i], 0.0)
            for i in range(n):
                step[i] = 0.0 if held[i] else gradient[i]
                if held[i]:
                    for j in range(n):
                        if j > i:
                            matrix[i, j] = 0.0
                        else:
                            matrix[j, i] = 0.0
                    matrix[i, i] = 1.0
            if factorise(matrix):
                break
            concave = False
        substitute(matrix, step)
        again = False
        for i in range(n):
            if not held[i] and _outwards(theta[i], regions.low[i], regions.high[i], step[i]):
                held[i] = again = True
    return concave


@part
def _promise(gradient: Floats, step: Floats, held: Bools) -> float:
    """The slope along the step."""
    total = 0.0
    for i in range(len(step)):
        if not held[i]:
            total += gradient[i] * step[i]
    return total


@part
def _move(
    regions: Regions, theta: Floats, value: float, gradient: Floats, step: Floats, promised: float, scratch: Floats
) -> tuple[float, bool]:
    """Go along the step, as far as it gains enough: the new value, and whether there is one."""
    rate, pull, trial, rates, pulls = scratch[0], scratch[1], scratch[5], scratch[6], scratch[7]
    gain = _along(regions, theta, 1.0, step, gradient, trial)
    better, moved = value, False
    if gain > 0.0 and _rates(regions, trial, rates):
        better = _value(regions, trial, rates, pulls)
        moved = better >= value + ARMIJO * gain or promised < CLOSE
    if not moved:
        # with its end put back on the bounds the step may lead down: straight, then, up to the first bound
        scale, edge = 1.0, -1
        for i in range(len(theta)):
            bound = regions.low[i] if step[i] < 0.0 else regions.high[i]
            if regions.observed[i] == 0.0 and abs(scale * step[i]) > abs(bound - theta[i]):
                scale, edge = (bound - theta[i]) / step[i], i
        rounding = 1e-15 * abs(value)
        while scale > 1e-14 and not moved:
            _along(regions, theta, scale, step, gradient, trial)
            if edge >= 0:
                trial[edge] = regions.low[edge] if step[edge] < 0.0 else regions.high[edge]
            if _rates(regions, trial, rates):
                better = _value(regions, trial, rates, pulls)
                moved = better >= value + ARMIJO * scale * promised - rounding
            scale *= 0.5
            edge = -1
    if not moved:
        return value, False
    for i in range(len(theta)):
        theta[i], rate[i], pull[i] = trial[i], rates[i], pulls[i]
    return better, True


@part
def _along(regions: Regions, theta: Floats, scale: float, step: Floats, gradient: Floats, trial: Floats) -> float:
    """A part of the step, the end of which is put back on the bounds of regions without events; the slope along it."""
    slope = 0.0
    for i in range(len(theta)):
        trial[i] = theta[i] + scale * step[i]
        if regions.observed[i] == 0.0:
            trial[i] = min(max(trial[i], regions.low[i]), regions.high[i])
        slope += gradient[i] * (trial[i] - theta[i])
    return slope
