"""The ladder of a chain: exchange between its rungs, and its betas, adapted in the warm-up.

The adaptation is that of Vousden, Farr and Mandel (2016, arXiv:1501.05823).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from protomodels.errors import StorageError
from protomodels.walker.posterior.rung import Rung

STEADINESS: Final = 100
"""Sweeps after which the ladder moves half as much."""
SPEED: Final = 5.0
"""How far ln(temperature differences) move at first, in 1 / (difference of acceptances), all ``STEADINESS`` sweeps."""


@dataclass(frozen=True)
class LadderState:
    """Everything that the rest of a chain depends on; equal states go on identically.

    Attributes
    ----------
    sweep: sweeps done, those of the warm-up included.
    betas: powers of the likelihood, from 1 down to 0.
    rungs: where each stands.
    rng: state of the chain's random generator, as JSON text (:func:`protomodels.walker.state.bits_of`).
    adapted: whether the warm-up is over, so that betas stay.
    """

    sweep: int
    betas: tuple[float, ...]
    rungs: tuple[Rung, ...]
    rng: str
    adapted: bool

    def generator(self) -> np.random.Generator:
        """A random generator that goes on exactly where the chain stopped."""
        bits = np.random.PCG64()
        bits.state = json.loads(self.rng)
        return np.random.Generator(bits)

    def to_json(self) -> tuple[str, str]:
        """The state for the storage: (ladder, random generator), both JSON text; floats keep their full precision."""
        values = {
            "sweep": self.sweep,
            "betas": self.betas,
            "rungs": [rung.to_values() for rung in self.rungs],
            "adapted": self.adapted,
        }
        return json.dumps(values, allow_nan=False), self.rng

    @classmethod
    def from_json(cls, state: str, rng: str) -> LadderState:
        """The state that :meth:`to_json` wrote.

        Raises
        ------
        StorageError: where the texts are not such a state.
        """
        try:
            values: dict[str, Any] = json.loads(state)
            rungs = tuple(Rung.from_values(rung) for rung in values["rungs"])
            betas = tuple(float(beta) for beta in values["betas"])
            found = cls(int(values["sweep"]), betas, rungs, json.dumps(json.loads(rng)), bool(values["adapted"]))
            found.generator()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StorageError(f"a stored ladder cannot be read: {error!r}") from error
        return found


def first_betas(n: int) -> tuple[float, ...]:
    """From 1 down to 0 in equal steps.

    What holds a chain up is a region that few points of the prior lie in and where L is large: a point leaves it with
    the probability exp(-step ln L) at each exchange.  Exchanges on average do not tell, as most points see nothing.

    >>> first_betas(5)
    (1.0, 0.75, 0.5, 0.25, 0.0)
    """
    return tuple(1.0 - i / (n - 1) for i in range(n)) if n > 1 else (1.0,)


def exchange(
    rungs: list[Rung], betas: Sequence[float], rng: np.random.Generator
) -> tuple[list[float], list[bool], int]:
    """Let neighbouring rungs exchange their points, from the prior up; each pair with its Metropolis probability.

    Parameters
    ----------
    rungs: changed in place.

    Returns
    -------
    The probability of each pair, whether it was done, and round trips that ended: a point came up from beta = 0 to 1.
    One that comes back to 1 from in between is no round trip.
    """
    n = len(rungs)
    probabilities, done = [0.0] * (n - 1), [False] * (n - 1)
    for i in range(n - 2, -1, -1):
        lower, upper = rungs[i], rungs[i + 1]
        u = rng.random()
        if upper.log_likelihood > -math.inf:
            gain = (betas[i] - betas[i + 1]) * (upper.log_likelihood - lower.log_likelihood)
            probabilities[i] = math.exp(min(gain, 0.0))
        if u < probabilities[i]:
            rungs[i], rungs[i + 1], done[i] = upper, lower, True
    trips = 0
    if n > 1:
        rungs[-1] = replace(rungs[-1], from_prior=True)
        if rungs[0].from_prior:
            rungs[0], trips = replace(rungs[0], from_prior=False), 1
    return probabilities, done, trips


def adapted_betas(betas: tuple[float, ...], probabilities: Sequence[float], sweep: int) -> tuple[float, ...]:
    """Betas with which neighbours exchange a little more evenly (arXiv:1501.05823, section 3).

    Parameters
    ----------
    probabilities: of exchange of each pair in this sweep.
    sweep: its number; the further on, the less moves.
    """
    temperatures = [1.0 / beta for beta in betas[:-1]]
    kappa = SPEED / STEADINESS / (1.0 + sweep / STEADINESS)
    found = [1.0]
    for i in range(1, len(temperatures)):
        gap = math.log(temperatures[i] - temperatures[i - 1]) + kappa * (probabilities[i - 1] - probabilities[i])
        found.append(found[-1] + math.exp(min(gap, 50.0)))
    return (*(1.0 / temperature for temperature in found), 0.0)
