"""What a move is: a proposal with the ratio that makes it reversible."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

import numpy as np

from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior


class Proposal(NamedTuple):
    r"""A new point.

    Attributes
    ----------
    point: it may lie where the prior is 0; it is refused then.
    log_ratio: ln of :math:`\frac{q(u')}{q(u)} \left|\frac{\partial(\theta', u')}{\partial(\theta, u)}\right|` (Green
        1995), with the probabilities of choosing this move and its reverse: u are the numbers drawn on the way
        to the new point, u' those of the way back.  The proposal is accepted with the probability
        min[1, pi(theta') / pi(theta) x exp(log_ratio)].
    """

    point: Point
    log_ratio: float


class Move(Protocol):
    """One kind of proposal; it knows the prior, and nothing of the likelihood."""

    name: str

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        """A proposal; None where there is none from here, which counts as one that was refused."""
        ...


def random_step(widths: tuple[float, float], rng: np.random.Generator) -> float:
    """A normal number around 0 whose width is drawn anew each time, log-uniformly between two: it and its opposite are
    equally likely, wherever a chain stands."""
    width = math.exp(rng.uniform(math.log(widths[0]), math.log(widths[1])))
    return width * float(rng.normal())
