"""What is said of chains, against chains whose truth is known.

Errors and intervals are judged over many repeated samples with fixed seeds: each test states how often it would fail on
other seeds if all were right (a bound from the binomial distribution of the count it looks at).
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from protomodels.statistics.posterior import (
    Ladder,
    LogBayesFactor,
    Mixing,
    Rungs,
    agree,
    by_integration,
    by_visits,
    highest_density,
    mixing,
    probability,
    verdict,
)
from protomodels.statistics.posterior.evidence import integral

FALSE_ALARM = 1e-4

Floats = NDArray[np.float64]


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> Floats:
    """A stationary Gaussian chain of unit variance whose n draws are worth n (1 - rho) / (1 + rho)."""
    x = np.empty(n)
    x[0] = rng.normal()
    steps = math.sqrt(1.0 - rho**2) * rng.normal(size=n)
    for i in range(1, n):
        x[i] = rho * x[i - 1] + steps[i]
    return x


def two_states(rng: np.random.Generator, n: int, p: float, stay: float) -> NDArray[np.bool_]:
    """A stationary chain of an indicator that is true with probability p, and drawn anew with probability 1 - stay."""
    state, out = bool(rng.random() < p), np.empty(n, dtype=bool)
    for i in range(n):
        if rng.random() > stay:
            state = bool(rng.random() < p)
        out[i] = state
    return out


class TestMixing:
    @pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
    def test_effective_sizes_of_known_chains(self, rho: float) -> None:
        rng = np.random.default_rng(7)
        found = mixing([autoregressive(rng, 4000, rho) for _ in range(4)])
        assert found.bulk == pytest.approx(16000 * (1 - rho) / (1 + rho), rel=0.15)
        assert found.r_hat < 1.01 and not found.constant and found.draws == 16000

    def test_a_chain_elsewhere_is_seen(self) -> None:
        rng = np.random.default_rng(8)
        chains = [rng.normal(size=500) for _ in range(3)]
        assert mixing([*chains, rng.normal(size=500)]).r_hat < 1.01
        assert mixing([*chains, rng.normal(1.0, size=500)]).r_hat > 1.05
        assert mixing([*chains, rng.normal(scale=3.0, size=500)]).r_hat > 1.05  # same median, other width: folded

    def test_indicators(self) -> None:
        rng = np.random.default_rng(9)
        chains = [two_states(rng, 3000, 0.5, 0.8).astype(float) for _ in range(4)]
        found = mixing(chains)
        assert found.r_hat < 1.01 and found.bulk == pytest.approx(12000 * 0.2 / 1.8, rel=0.2)
        stuck = mixing([np.full(100, float(i % 2)) for i in range(4)])
        assert stuck.r_hat == math.inf and stuck.bulk == 4.0 and not stuck.constant

    def test_what_cannot_be_told(self) -> None:
        assert mixing([np.ones(10)] * 4).constant
        for chains in ([], [np.arange(3.0)] * 4, [np.arange(50.0), np.arange(2.0)]):
            found = mixing(chains)
            assert math.isnan(found.r_hat) and math.isnan(found.effective)

    def test_lengths_may_differ(self) -> None:
        rng = np.random.default_rng(10)
        found = mixing([rng.normal(size=n) for n in (1000, 400, 700, 2000)])
        assert found.draws == 4100 and 1000 < found.bulk < 2500 and found.r_hat < 1.02


class TestProportions:
    def test_errors_cover_the_truth(self) -> None:
        """Within two errors in at least 88% of 200 samples; 4 chains and true Gaussian errors would give 90 to 96%."""
        rng = np.random.default_rng(11)
        p, inside = 0.3, 0
        for _ in range(200):
            found = probability([two_states(rng, 400, p, 0.8) for _ in range(4)])
            inside += abs(found.value - p) <= 2.0 * found.error
        assert binom.cdf(164, 200, 0.9) < 1e-3 and inside > 164
        assert inside <= 199  # errors that are far too large would pass the other test as well

    def test_chains_that_disagree_have_large_errors(self) -> None:
        stuck = [np.full(1000, i % 2 == 0) for i in range(4)]
        assert probability(stuck).error > 0.2

    def test_no_draws(self) -> None:
        with pytest.raises(ValueError, match="at least one draw"):
            probability([])


class TestIntervals:
    def test_the_shortest_of_an_exponential_begins_at_zero(self) -> None:
        values = np.random.default_rng(12).exponential(size=20000)
        found = highest_density(values, 0.68)
        assert found.low < 0.01 and found.high == pytest.approx(-math.log(0.32), rel=0.03)

    def test_one_draw_and_nonsense(self) -> None:
        assert highest_density([3.0], 0.95) == highest_density([3.0, 3.0], 0.5)
        for values, share in (([], 0.5), ([1.0], 0.0), ([1.0], 1.5)):
            with pytest.raises(ValueError, match="share between 0 and 1"):
                highest_density(values, share)


class TestEvidence:
    """A model of two contents: empty (ln L = 0) with prior 1/4, and one with ln L ~ Normal(0, s) under the prior."""

    EMPTY, S = 0.25, 2.0
    BETAS = np.linspace(0.0, 1.0, 13) ** 2

    def truth(self) -> float:
        return self.S**2 / 2.0  # ln of the mean of exp(x)

    def moments(self, beta: float) -> tuple[float, float]:
        """Mean and variance of ln L at an inverse temperature; tempered, the Gaussian moves to beta s^2."""
        other = (1.0 - self.EMPTY) * math.exp(beta**2 * self.S**2 / 2.0)
        w = other / (other + self.EMPTY)
        mean = beta * self.S**2
        return w * mean, w * (self.S**2 + mean**2) - (w * mean) ** 2

    def ladder(self, rng: np.random.Generator, n: int) -> Rungs:
        mean, variance = np.empty(len(self.BETAS)), np.empty(len(self.BETAS))
        for i, beta in enumerate(self.BETAS):
            w = (1.0 - self.EMPTY) * math.exp(beta**2 * self.S**2 / 2.0)
            there = rng.random(n) < w / (w + self.EMPTY)
            x = np.where(there, rng.normal(beta * self.S**2, self.S, n), 0.0)
            mean[i], variance[i] = x.mean(), x.var()
        return Rungs(self.BETAS, mean, variance)

    def visits(self, rng: np.random.Generator, n: int) -> NDArray[np.bool_]:
        w = (1.0 - self.EMPTY) * math.exp(self.S**2 / 2.0)
        return np.asarray(rng.random(n) > w / (w + self.EMPTY))

    def test_the_integral_of_exact_moments(self) -> None:
        mean, variance = np.array([self.moments(b) for b in self.BETAS]).T
        log_z, spacing = integral(Rungs(self.BETAS, mean, variance))
        exact = math.log(self.EMPTY + (1.0 - self.EMPTY) * math.exp(self.truth()))
        assert abs(log_z - exact) < 1e-3 and abs(log_z - exact) <= spacing < 0.1
        assert abs(np.trapezoid(mean, self.BETAS) - exact) > 5.0 * abs(log_z - exact)  # without the correction

    def test_both_ways_cover_the_truth_and_agree(self) -> None:
        """In 60 samples: within 3 errors in 50 at least (Student's t of 3: 94% each), agreeing in 56 at least."""
        rng = np.random.default_rng(13)
        inside, together = [0, 0], 0
        for _ in range(60):
            ways = (
                by_integration([self.ladder(rng, 500) for _ in range(4)], self.EMPTY),
                by_visits([self.visits(rng, 500) for _ in range(4)], self.EMPTY),
            )
            for i, way in enumerate(ways):
                assert way.value is not None and way.error is not None
                inside[i] += abs(way.value - self.truth()) <= 3.0 * way.error
            together += agree(*ways, chains=4)
        assert binom.cdf(49, 60, 0.94) < 1e-3 and min(inside) >= 50
        assert binom.cdf(55, 60, 1 - 0.0027) < FALSE_ALARM and together >= 56

    def test_a_wrong_prior_is_caught(self) -> None:
        """The sibling that fails: visits with another prior probability of the empty model than the integral had."""
        rng = np.random.default_rng(14)
        right = by_integration([self.ladder(rng, 2000) for _ in range(4)], self.EMPTY)
        wrong = by_visits([self.visits(rng, 2000) for _ in range(4)], 3.0 * self.EMPTY)
        assert not agree(right, wrong, chains=4)

    def test_bounds_where_the_empty_model_is_never_or_always_visited(self) -> None:
        never = by_visits([np.zeros(500, dtype=bool)] * 4, 0.5)
        always = by_visits([np.ones(500, dtype=bool)] * 4, 0.5)
        assert never.value is None and never.at_least == pytest.approx(math.log(1997 / 3))
        assert always.value is None and always.at_most == pytest.approx(-math.log(1997 / 3))
        assert agree(LogBayesFactor(9.0, 0.5), never, 4) and not agree(LogBayesFactor(2.0, 0.5), never, 4)
        assert agree(LogBayesFactor(-9.0, 0.5), always, 4) and not agree(LogBayesFactor(), never, 4)

    def test_a_likelihood_that_is_off_gives_a_factor_of_one(self) -> None:
        flat = [Rungs(self.BETAS, np.zeros(13), np.zeros(13)) for _ in range(4)]
        assert by_integration(flat, 0.25) == LogBayesFactor(0.0, 0.0)

    def test_a_wall_that_only_the_prior_knows(self) -> None:
        """Half of the prior has L = 0: Z is half of what the rest would have, and both ways say so."""
        mean, variance = np.array([self.moments(b) for b in self.BETAS]).T
        whole = integral(Rungs(self.BETAS, mean, variance))[0]
        assert integral(Rungs(self.BETAS, mean, variance, 0.5))[0] == pytest.approx(whole - math.log(2.0))
        assert integral(Rungs(self.BETAS, mean, variance, 0.0))[0] == -math.inf
        rng = np.random.default_rng(15)
        # of the prior, empty models are 1/8 then, and 1/4 of what is allowed
        ladders = [replace(self.ladder(rng, 2000), allowed=0.5) for _ in range(4)]
        visits = by_visits([self.visits(rng, 2000) for _ in range(4)], self.EMPTY / 2.0)
        assert agree(by_integration(ladders, self.EMPTY / 2.0), visits, chains=4)
        assert not agree(by_integration([replace(one, allowed=1.0) for one in ladders], 0.125), visits, chains=4)

    def test_evidence_against_all_new_particles(self) -> None:
        """Z below the prior probability of the empty model, as noise may have it: a bound, no value."""
        ladders = [Rungs(np.array([0.0, 1.0]), np.full(2, -2.0 + 0.1 * i), np.zeros(2)) for i in range(4)]
        found = by_integration(ladders, 0.25)
        assert found.value is None and (found.at_most is None or found.at_most < 0.0)
        assert by_integration([Rungs(np.array([0.0, 1.0]), np.full(2, -np.inf), np.zeros(2))], 0.5).value is None


GOOD = Mixing(1.002, 900.0, 800.0, 4000, constant=False)
UNKNOWN = Mixing(math.nan, math.nan, math.nan, 9, constant=False)
LADDER = Ladder((0.3, 0.4), 12)


class TestVerdict:
    def test_all_requirements_met(self) -> None:
        fixed = Mixing(math.nan, math.nan, math.nan, 4000, constant=True)
        found = verdict({"K": GOOD, "X_e": fixed}, [LADDER] * 4, agree=True)
        assert found.converged and found.reasons == ()

    @pytest.mark.parametrize(
        ("quantities", "ladders", "agrees", "said"),
        [
            ({"K": GOOD}, [LADDER] * 3, True, "3 chains, 4 are needed"),
            ({}, [LADDER] * 4, True, "no quantity moves"),
            ({"K": GOOD, "m": Mixing(1.2, 900.0, 900.0, 9, False)}, [LADDER] * 4, True, "1.200 for m"),
            (
                {"K": Mixing(math.nan, math.nan, math.nan, 9, False)},
                [LADDER] * 4,
                True,
                "R-hat above 1.01 for 1 quantity",
            ),
            ({"K": Mixing(1.0, 900.0, 30.0, 9, False)}, [LADDER] * 4, True, "400 effective draws for 1 quantity, 30"),
            ({"K": GOOD}, [LADDER, LADDER, LADDER, Ladder((0.3, 0.02), 12)], True, "in 2% of tries"),
            ({"K": GOOD}, [LADDER, LADDER, LADDER, Ladder((0.3, 0.4), 1)], True, "1 round trips"),
            ({"K": GOOD}, [LADDER] * 4, False, "do not agree"),
        ],
    )
    def test_each_requirement_alone_refuses(
        self, quantities: dict[str, Mixing], ladders: list[Ladder], agrees: bool, said: str
    ) -> None:
        found = verdict(quantities, ladders, agrees)
        assert not found.converged and len(found.reasons) >= 1
        assert any(said in reason for reason in found.reasons)

    def test_a_single_rung_exchanges_with_nobody(self) -> None:
        assert verdict({"K": GOOD}, [Ladder((), 0)] * 4, agree=True).converged
