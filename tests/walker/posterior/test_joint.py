"""The joint test of Geweke (2004, JASA 99, 799): parameters and data that are drawn in turn have the prior's marginals.

From a point of the prior, data are drawn with it, then a chain takes some steps with these data, then new data are
drawn, and so on; points are then the prior's, and data normal around what their points say.  Each chain gives one pair,
its last, so that they are independent, and no autocorrelation has to be estimated. False alarms: one in a thousand of
each test, had its seed not been fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from protomodels.particles import LBP
from protomodels.walker.posterior import PriorConfig
from protomodels.walker.posterior.ladder import exchange
from protomodels.walker.posterior.moves import MOVES, Move
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.rung import Kernel
from tests.walker.posterior.marginals import alarm, p_values
from tests.walker.posterior.toy import Biased

PRIOR = Prior(PriorConfig(heaviest=1000.0, max_particles=5))
BETAS = (1.0, 0.0)
Data = np.ndarray


def mean(point: Point) -> np.ndarray:
    """What is measured, each with a normal error of 1."""
    shares = [decay.shares[0] for decay in point.decays.values() if decay.shares is not None]
    masses = [mass / 300.0 for pid, mass in point.masses.items() if pid != LBP]
    logs = [point.own.get(pid, point.common) for pid in point.decays]
    return np.array([0.7 * len(point.masses), point.masses[LBP] / 300.0, sum(masses), 2.0 * sum(shares), sum(logs)])


def likelihood_of(data: Data) -> Callable[[Point], float]:
    return lambda point: -0.5 * float(np.sum((data - mean(point)) ** 2))


def joint(moves: Sequence[tuple[Move, float]], n: int, rounds: int, power: float = 1.0) -> dict[str, float]:
    """p-values of the last points of ``n`` chains, and of how far these are from their data.

    Parameters
    ----------
    power: of the likelihood on the rung that should have 1.
    """
    rng, points, misfits = np.random.default_rng(29), [], []
    for _ in range(n):
        cold = PRIOR.draw(rng)
        for _ in range(rounds):
            data = mean(cold) + rng.standard_normal(5)
            kernel = Kernel(PRIOR, likelihood_of(data), moves)
            # the upper rung's density does not depend on the data: any draw of the prior is one
            rungs = [kernel.at(cold), kernel.at(PRIOR.draw(rng))]
            rungs[0] = kernel.walk(rungs[0], power, 25, rng)
            exchange(rungs, BETAS, rng)
            cold = rungs[0].point
        points.append(cold)
        misfits.append(float(np.sum((data - mean(cold)) ** 2)))
    return p_values(points, PRIOR) | {"misfit": float(stats.kstest(misfits, stats.chi2(5).cdf).pvalue)}


def test_points_and_data_in_turn_have_the_prior() -> None:
    assert not alarm(joint(MOVES, 600, 8))


def test_wrong_ratios_are_seen() -> None:
    assert alarm(joint([(Biased(move), weight) for move, weight in MOVES], 300, 8))


def test_a_wrong_power_of_the_likelihood_is_seen() -> None:
    assert alarm(joint(MOVES, 400, 8, power=0.2))
