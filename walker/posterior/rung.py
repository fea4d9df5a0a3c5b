"""One rung of a ladder: a point, and the step that leaves prior x likelihood^beta as it is.

Steps are those of Metropolis, Hastings and Green (1995, Biometrika 82, 711).

The last rung has beta = 0: the prior, without the wall.  It makes no steps: each sweep it gets a draw of its own from
the prior, whatever stood there.  That leaves the prior as it is, and nothing mixes better.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

import numpy as np

from protomodels.walker.posterior.likelihood import Likelihood
from protomodels.walker.posterior.moves import Move
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior


@dataclass(frozen=True, slots=True)
class Rung:
    """Where a rung stands.

    Attributes
    ----------
    point: its point.
    log_prior, log_likelihood: of the point; the latter is -inf where L is 0, which is so on the last rung only.
    from_prior: whether the point, or what it was before, was at beta = 0 and not at beta = 1 since then.
    """

    point: Point
    log_prior: float
    log_likelihood: float
    from_prior: bool = False

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values; a likelihood of 0 is None."""
        return {
            "point": self.point.to_values(),
            "log_prior": self.log_prior,
            "log_likelihood": self.log_likelihood if math.isfinite(self.log_likelihood) else None,
            "from_prior": self.from_prior,
        }

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Rung:
        """The rung that :meth:`to_values` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError: where the values are no such rung.
        """
        value = values["log_likelihood"]
        return cls(
            Point.from_values(values["point"]),
            float(values["log_prior"]),
            -math.inf if value is None else float(value),
            bool(values["from_prior"]),
        )


class Kernel:
    """Steps on a rung.

    Parameters
    ----------
    prior, likelihood: whose product is sampled.
    moves: each with its probability; these are scaled to the sum 1.
    """

    def __init__(self, prior: Prior, likelihood: Likelihood, moves: Sequence[tuple[Move, float]]) -> None:
        self._prior, self._likelihood = prior, likelihood
        self._moves = [move for move, _ in moves]
        sums = list(accumulate(weight for _, weight in moves))
        self._ends = [end / sums[-1] for end in sums[:-1]]

    def at(self, point: Point) -> Rung:
        """A rung at a point."""
        return Rung(point, self._prior.log_density(point), self._likelihood(point))

    def drawn(self, rung: Rung, rng: np.random.Generator) -> Rung:
        """The rung with a point of the prior, which does not depend on where it stood."""
        return replace(self.at(self._prior.draw(rng)), from_prior=rung.from_prior)

    def walk(
        self, rung: Rung, beta: float, n: int, rng: np.random.Generator, counts: dict[str, list[int]] | None = None
    ) -> Rung:
        """``n`` proposals, and the rung after them.

        Parameters
        ----------
        beta: above 0.
        counts: by name of a move, [proposed, accepted] are added to it.
        """
        point, log_prior, log_likelihood = rung.point, rung.log_prior, rung.log_likelihood
        for _ in range(n):
            move = self._moves[bisect(self._ends, rng.random())]
            # drawn first: a rung takes as many random numbers whatever the likelihood says
            enough = math.log(1.0 - rng.random())
            found = move.propose(point, self._prior, rng)
            accepted, prior, likelihood = False, -math.inf, log_likelihood
            if found is not None:
                prior = self._prior.log_density(found.point)
                if prior > -math.inf:
                    likelihood = self._likelihood(found.point)
                    # that of the point itself is finite: no chain starts behind the wall, and none gets there
                    accepted = enough < prior - log_prior + found.log_ratio + beta * (likelihood - log_likelihood)
            if accepted and found is not None:
                point, log_prior, log_likelihood = found.point, prior, likelihood
            if counts is not None:
                count = counts.setdefault(move.name, [0, 0])
                count[0] += 1
                count[1] += accepted
        return replace(rung, point=point, log_prior=log_prior, log_likelihood=log_likelihood)
