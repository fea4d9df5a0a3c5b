"""Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) on the demo results.

A model is drawn from the prior, and data with it in.  What the target takes for the probability of data with a model in
is that without it times its likelihood ratio; such pairs are made by drawing one of a hundred universes without a
signal, and keeping the pair with a probability proportional to the ratio, which is 0 behind the critic's wall.  The
posterior of the model is then what a chain samples, and the rank of the model among draws of the chain is uniform, for
any quantity of model and data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from protomodels.combiner import combinability_for
from protomodels.particles import LBP
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring.decision.fixed_strength import FixedStrength
from protomodels.scoring.scorer import Scorer
from protomodels.settings import policy
from protomodels.universes import Universe, in_universe
from protomodels.walker.posterior import PriorConfig, Sampler, Schedule, TargetConfig
from protomodels.walker.posterior.moves import MOVES, Move
from protomodels.walker.posterior.point import Point
from tests.walker.posterior.marginals import chi_square

DRAWS: Final = 19
"""Of each chain, among which the true model has one of 20 ranks."""
BINS: Final = 10
TARGET: Final = TargetConfig(prior=PriorConfig(heaviest=900.0, max_particles=4, particle=0.1))
"""Light particles, and not too few: many are seen."""
SCHEDULE: Final = Schedule(n_rungs=3, warm_up=150, thin=30, moves=10)
LARGEST: Final = 6.0
"""ln of a likelihood ratio that none of these models has."""

STRONGEST: Final = 3.0
"""Largest signal / expected limit of a region, where data are injected."""
UNIVERSES: Final = 100
"""All data that there can be, each with the same probability without a signal."""

Moves = Sequence[tuple[Move, float]]
Ranks = dict[str, list[int]]


@cache
def pair(demo: CompiledPredictor, seed: int) -> tuple[Point, int]:
    """A model, and the number of a universe with it in."""
    rng = np.random.default_rng([51, seed])
    while True:
        number = int(rng.integers(UNIVERSES))
        sampler = sampler_in(demo, number)
        truth = sampler.prior.draw(rng)
        value = sampler.likelihood(truth)
        assert value < LARGEST
        if value > LARGEST + math.log(1.0 - rng.random()):
            return truth, number


@cache
def sampler_in(demo: CompiledPredictor, number: int, moves: Moves = MOVES) -> Sampler:
    """The sampler in a universe."""
    predictor = in_universe(demo, Universe(number))
    return Sampler(Scorer(predictor, combinability_for("demo", None), policy("default")), TARGET, SCHEDULE, moves=moves)


def ranks_among_chains(demo: CompiledPredictor, seeds: range, moves: Moves = MOVES) -> Ranks:
    """Ranks of true models among draws of chains that start from the prior, with ladder and warm-up."""
    ranks = Ranks()
    for seed in seeds:
        truth, number = pair(demo, seed)
        sampler = sampler_in(demo, number, moves)
        state = sampler.advance(sampler.start(seed, 0), SCHEDULE.warm_up).state
        several = []
        for _ in range(DRAWS):
            state = sampler.advance(state, SCHEDULE.thin).state
            several.append(quantities(state.rungs[0].point, state.rungs[0].log_likelihood))
        _add_ranks(ranks, quantities(truth, sampler.likelihood(truth)), several, seed)
    return ranks


def ranks_along_chains(demo: CompiledPredictor, seeds: range, length: int, moves: Moves = MOVES) -> Ranks:
    """Ranks of true models among the points of chains through them (Gandy and Scott 2020, arXiv:2001.06465).

    The true model stands at a random place of a chain, which goes on from it to both sides: steps are reversible.
    Ranks are uniform however short the chain is, as a draw of the posterior it starts from.

    Parameters
    ----------
    length: proposals between two points.
    """
    ranks = Ranks()
    for seed in seeds:
        truth, number = pair(demo, seed)
        sampler, rng = sampler_in(demo, number, moves), np.random.default_rng([52, seed])
        _add_ranks(ranks, *_through(sampler, truth, length, rng), seed)
    return ranks


def ranks_with_injection(demo: CompiledPredictor, seeds: range, length: int) -> Ranks:
    """The same with data as universes have them: the signal in each region that sees it, all regions fluctuating.

    Signal regions alone count, as the likelihood of an upper limit sees no more than two standard deviations of an
    excess, and models that no region is too sensitive to, as profiled likelihoods are those of data only where errors
    are nearly normal.
    """
    ranks, chosen = Ranks(), policy("default")
    for seed in seeds:
        rng, known = np.random.default_rng([54, seed]), sampler_in(demo, 0)
        while True:
            truth = known.prior.draw(rng)
            model = truth.model(chosen.reference_order)
            if _largest_r(_regions(demo.predict(model))) > STRONGEST:
                continue
            universe = in_universe(demo, Universe.with_signal(model, int(rng.integers(2**40))))
            scorer = Scorer(universe, combinability_for("demo", None), chosen)
            likelihood = RegionLikelihood(FixedStrength(scorer, "expected"))
            if likelihood(truth) > -math.inf:
                break
        sampler = Sampler(scorer, TARGET, SCHEDULE, likelihood=likelihood)
        _add_ranks(ranks, *_through(sampler, truth, length, rng), seed)
    return ranks


class RegionLikelihood:
    """That of signal regions, without upper limits."""

    def __init__(self, ratio: FixedStrength) -> None:
        self._ratio = ratio

    def __call__(self, point: Point) -> float:
        """ln L; -inf behind the wall, and where a region is too sensitive."""
        if point.is_empty:
            return 0.0
        scorer = self._ratio.scorer
        predictions = _regions(scorer.predictor.predict(point.model(scorer.policy.reference_order)))
        return -math.inf if _largest_r(predictions) > STRONGEST else self._ratio.of_predictions(predictions).log_ratio


def _regions(predictions: Predictions) -> Predictions:
    return predictions.take(np.flatnonzero(~predictions.is_ul))


def _largest_r(predictions: Predictions) -> float:
    return float(np.nanmax(predictions.r_exp, initial=0.0))


def _through(
    sampler: Sampler, truth: Point, length: int, rng: np.random.Generator
) -> tuple[dict[str, float], list[dict[str, float]]]:
    """What is ranked, of the true model and of a chain through it."""
    middle, several = sampler.kernel.at(truth), []
    before = int(rng.integers(DRAWS + 1))
    for n in (before, DRAWS - before):
        rung = middle
        for _ in range(n):
            rung = sampler.kernel.walk(rung, 1.0, length, rng)
            several.append(quantities(rung.point, rung.log_likelihood))
    return quantities(truth, middle.log_likelihood), several


def _add_ranks(ranks: Ranks, truth: dict[str, float], several: list[dict[str, float]], seed: int) -> None:
    rng = np.random.default_rng([53, seed])
    for name, value in truth.items():
        below = sum(one[name] < value for one in several)
        equal = sum(one[name] == value for one in several)
        ranks.setdefault(name, []).append(below + int(rng.integers(equal + 1)))


def quantities(point: Point, log_likelihood: float) -> dict[str, float]:
    """What is ranked; the likelihood is one of model and data."""
    heavy = [mass for pid, mass in point.masses.items() if pid != LBP]
    return {
        "particles": float(len(point.masses)),
        "mass of X_Z1": point.masses[LBP],
        "lightest": min(heavy, default=0.0),
        "common multiplier": point.common,
        "own multipliers": float(len(point.own)),
        "channels": float(sum(len(decay.channels) for decay in point.decays.values())),
        "likelihood": log_likelihood,
    }


def uniformity(ranks: Ranks) -> dict[str, float]:
    """A p-value for each quantity: its ranks in bins of equal probability."""
    found = {}
    for name, values in ranks.items():
        bins = np.bincount(np.array(values) * BINS // (DRAWS + 1), minlength=BINS)
        found[name] = chi_square(bins, np.full(BINS, len(values) / BINS))
    return found
