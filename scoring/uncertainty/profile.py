"""Intervals from the likelihood itself: where 2 ln L has dropped by 1 from its maximum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.errors import ModelError
from protomodels.scoring.uncertainty.climbing import climb, clipped, without
from protomodels.scoring.uncertainty.intervals import DROP, Floats, Interval, LogLikelihood, Method, Point

CLOSE: Final = 1e-2
"""An end is known to this part of its distance from the maximum, or of the drop."""
MAX_STEPS: Final = 30
_SCANNED: Final = 17
_WIDE: Final = 4.0
"""So many values of one parameter are looked at first where the others are held, within so many of its errors."""
_MAXIMA: Final = 2
"""So often a higher maximum that turns up is where the search begins anew."""
EXACTLY: Final = 1e-4
NEARLY: Final = 5e-2
"""In 2 ln L: what may be missing at the maximum, and at the best values of the other parameters elsewhere."""
_HIGHER: Final = 0.1
"""In 2 ln L: what counts as higher."""


@dataclass(frozen=True, eq=False)
class Box:
    """Where n parameters may be.

    Attributes
    ----------
    free: directions in which they may be changed, (n, f).
    directions: along which each is changed where the others are held, with 1 for itself, (n, n), a row each.
    low, high: ends of the allowed range, (n,).
    """

    free: Floats
    directions: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class _Place:
    values: Floats
    point: Point


def profile_intervals(
    function: LogLikelihood,
    start: Floats,
    wanted: Sequence[int],
    box: Box,
    names: Sequence[str],
    units: Sequence[str],
    held: bool = False,
) -> tuple[Interval, ...]:
    """The intervals of some of n parameters, around the one maximum of the likelihood.

    Parameters
    ----------
    function: 2 ln L with gradient and information.
    start: the model's values, (n,).
    wanted: places of the parameters.
    names, units: of all parameters, n each.
    held: the other parameters stay as they are; else they are at their best everywhere.

    Raises
    ------
    ModelError: where the likelihood is not known at the start.

    >>> def parabola(x):
    ...     return Point(-(((x - 1.0) / 0.5) ** 2).sum(), -8.0 * (x - 1.0), 4.0 * np.eye(len(x)))
    >>> box = Box(np.eye(1), np.eye(1), np.array([-5.0]), np.array([5.0]))
    >>> (found,) = profile_intervals(parabola, np.array([1.2]), [0], box, ["x"], [""])
    >>> round(found.low, 2), round(found.high, 2)
    (0.5, 1.5)
    """
    point = function(start)
    if point is None:
        raise ModelError("model", start.tolist(), "values at which there is a likelihood")
    here = _Place(start, point)
    if held:
        return tuple(_along(function, here, i, box, names[i], units[i]) for i in wanted)
    found: dict[int, Interval] = {}
    for again in reversed(range(_MAXIMA)):
        here = _highest(function, here, box.free, box)
        higher: _Place | None = None
        for i in wanted:
            search = _Search(function, here, i, box.directions[i], without(box.free, np.array([i])), box, again == 0)
            found[i] = search.interval(names[i], units[i], float(start[i]), "profile")
            higher = search.higher
            if higher is not None:
                break
        if higher is None:
            break
        here = higher
    return tuple(found[i] for i in wanted)


def _along(function: LogLikelihood, start: _Place, i: int, box: Box, name: str, unit: str) -> Interval:
    """The interval of one parameter with all others held."""
    line, here = box.directions[i], _scanned(function, start, i, box)
    for again in reversed(range(_MAXIMA)):
        here = _highest(function, here, line[:, None], box)
        search = _Search(function, here, i, line, np.zeros((len(line), 0)), box, again == 0)
        found = search.interval(name, unit, float(start.values[i]), "others fixed")
        if search.higher is None:
            break
        here = search.higher
    return found


def _scanned(function: LogLikelihood, start: _Place, i: int, box: Box) -> _Place:
    """The best of some values of one parameter, the others held: a likelihood may have several maxima."""
    line, here = box.directions[i], start
    _, error = _follow(start.point.information, line, np.zeros((len(line), 0)))
    if not error < np.inf:
        return start
    origin = float(start.values[i])
    low, high = max(float(box.low[i]), origin - _WIDE * error), min(float(box.high[i]), origin + _WIDE * error)
    for x in np.linspace(low, high, _SCANNED).tolist():
        values = clipped(start.values, (x - origin) * line, box.low, box.high)
        point = function(values)
        if point is not None and point.value > here.point.value:
            here = _Place(values, point)
    return here


def _highest(function: LogLikelihood, here: _Place, free: Floats, box: Box) -> _Place:
    return _Place(*climb(function, here.values, here.point, free, box.low, box.high, EXACTLY, 30))


class _Search:
    """For the ends of one interval, from a maximum on."""

    def __init__(
        self, function: LogLikelihood, start: _Place, i: int, line: Floats, others: Floats, box: Box, last: bool
    ) -> None:
        self.function, self.start, self.i, self.line, self.others, self.box = function, start, i, line, others, box
        self.last = last
        self.higher: _Place | None = None
        self.path, error = _follow(start.point.information, line, others)
        self.error = min(error, float(box.high[i] - box.low[i])) if error < np.inf else error

    def interval(self, name: str, unit: str, value: float, method: Method) -> Interval:
        """Both ends; none where the likelihood does not depend on the parameter."""
        if not self.error < np.inf:
            return Interval(name, unit, value, None, None, method)
        (low, low_reached), (high, high_reached) = self._end(-1.0), self._end(1.0)
        return Interval(
            name, unit, value, low, high, method, float(self.start.values[self.i]), low_reached, high_reached
        )

    def _end(self, sign: float) -> tuple[float, bool]:
        """Where the drop is reached on one side, or the last allowed value and False."""
        i, edge = self.i, self.box.high if sign > 0.0 else self.box.low
        here, drop, step = self.start, 0.0, self.error
        origin, allowed = float(here.values[i]), float(edge[i])
        for _ in range(MAX_STEPS):
            before = float(here.values[i])
            x = min(before + step, allowed) if sign > 0.0 else max(before - step, allowed)
            there = self._at(here, x) if x != before else None
            if there is None:
                step *= 0.5
                if x == before or step < CLOSE * max(abs(before - origin), CLOSE * self.error):
                    return before, False
                continue
            if self._is_higher(there):
                return x, False
            drop_there = self._drop(there)
            if drop_there >= 1.0:
                return self._between(here, drop, there, drop_there), True
            here, drop = there, drop_there
            if x == allowed:
                return x, False
            distance = abs(x - origin)
            step = min(max(1.1 * (1.0 / drop - 1.0), 0.1), 2.0) * distance if drop > 0.1 else 2.0 * distance
        return float(here.values[i]), False

    def _between(self, near: _Place, drop: float, far: _Place, drop_far: float) -> float:
        """Where the square root of the drop, nearly a straight line, is 1."""
        i, origin = self.i, float(self.start.values[self.i])
        for _ in range(MAX_STEPS):
            a, b = float(near.values[i]), float(far.values[i])
            x = a + min(max((1.0 - drop) / (drop_far - drop), 0.05), 0.95) * (b - a)
            there = self._at(near, x) if abs(b - a) > CLOSE * abs(b - origin) else None
            if there is None or self._is_higher(there):
                return x
            here = self._drop(there)
            if abs(here - 1.0) < CLOSE:
                return x
            if here < 1.0:
                near, drop = there, here
            else:
                far, drop_far = there, here
        return x

    def _drop(self, there: _Place) -> float:
        return math.sqrt(max(self.start.point.value - there.point.value, 0.0) / DROP)

    def _is_higher(self, there: _Place) -> bool:
        higher = not self.last and there.point.value > self.start.point.value + _HIGHER
        if higher and (self.higher is None or there.point.value > self.higher.point.value):
            self.higher = there
        return higher

    def _at(self, near: _Place, x: float) -> _Place | None:
        """With the parameter at x, the others at their best from a place nearby on."""
        box, step = self.box, x - float(near.values[self.i])
        plain = near.values + step * self.line
        plain[self.i] = x
        for values in (clipped(plain, step * (self.path - self.line), box.low, box.high), plain):
            values[self.i] = x
            point = self.function(values)
            if point is not None:
                return _Place(*climb(self.function, values, point, self.others, box.low, box.high, NEARLY, 3))
        return None


def _follow(information: Floats, line: Floats, others: Floats) -> tuple[Floats, float]:
    """How all parameters change with one whose others are at their best, and its error, by the information."""
    own = float(line @ information @ line)
    if not own > 0.0:
        return line, math.inf
    mixed, rest = others.T @ information @ line, others.T @ information @ others
    size = np.sqrt(np.maximum(np.diag(rest), 0.0))
    seen = size > 0.0
    answer = np.zeros(others.shape[1])
    if seen.any():
        scaled = rest[np.ix_(seen, seen)] / np.outer(size[seen], size[seen])
        answer[seen] = np.linalg.pinv(scaled, rcond=1e-8, hermitian=True) @ (mixed[seen] / size[seen]) / size[seen]
    # no more than a hundred times the error with the others fixed: flat directions have no end
    left = max(own - float(mixed @ answer), 1e-4 * own)
    return line - others @ answer, 1.0 / math.sqrt(left)
