"""What an interval says, and what it is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Literal["fisher", "profile", "others fixed"]

DROP: Final = 1.0
"""2 ln L falls by so much from its maximum to the ends of a 68% interval of one parameter."""


@dataclass(frozen=True)
class Interval:
    """The 68% interval of one parameter.

    Attributes
    ----------
    name, unit: of the parameter, such as ``m(X_t1)`` and ``GeV``.
    value: of the model.
    low, high: its ends; None for a parameter on which the data say nothing.
    method: ``fisher``: information at the model; ``profile``: the other parameters at their best; ``others fixed``:
        they stay as they are.
    best: where the likelihood is largest; None for ``fisher``.
    low_reached, high_reached: does the likelihood drop far enough there?  Else the end is that of the allowed range.
    flat: names of the parameters that change together with this one without the data seeing it.
    """

    name: str
    unit: str
    value: float
    low: float | None
    high: float | None
    method: Method
    best: float | None = None
    low_reached: bool = True
    high_reached: bool = True
    flat: tuple[str, ...] = ()

    @property
    def constrained(self) -> bool:
        """Do the data say anything of the parameter?"""
        return self.low is not None and self.high is not None and (self.low_reached or self.high_reached)


@dataclass(frozen=True, eq=False)
class Point:
    """A log likelihood of n parameters at one place.

    Attributes
    ----------
    value: 2 ln L, up to a constant.
    gradient: its derivatives, (n,).
    information: Fisher's, (n, n): minus half of the expected second derivatives of ``value``.
    """

    value: float
    gradient: Floats
    information: Floats


class LogLikelihood(Protocol):
    """A log likelihood of a vector of parameters."""

    def __call__(self, values: Floats) -> Point | None:
        """At some values, (n,); None where they are not possible."""
        ...
