"""The prior: that it is proper, allows what a proto-model may be, and is recovered with the likelihood off.

False alarms: one in a thousand of each test that compares samples, had its seed not been fixed.
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from protomodels.channels import is_open, open_channels
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.walker.posterior import PriorConfig
from protomodels.walker.posterior.likelihood import no_likelihood
from protomodels.walker.posterior.moves import MOVES
from protomodels.walker.posterior.moves.move import Move, Proposal
from protomodels.walker.posterior.point import Decay, Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.contents import OTHERS, counts_of_contents, is_content
from protomodels.walker.posterior.prior.decays import DecayPrior
from protomodels.walker.posterior.prior.masses import ORDER
from protomodels.walker.posterior.rung import Kernel
from tests.walker.models import assert_validated
from tests.walker.posterior.marginals import alarm, p_values


def test_contents_are_counted_and_their_probabilities_sum_to_one() -> None:
    for n in (1, 2, 3, 4):
        listed = [set(rest) | {LBP} for rest in combinations(OTHERS, n - 1)]
        contents = [pids for pids in listed if is_content(pids)]
        assert counts_of_contents()[n] == len(contents)
        assert counts_of_contents(2000005)[n] == sum(2000005 in pids for pids in contents)
    for contents in ("number", "each"):
        prior = Prior(PriorConfig(contents=contents)).contents  # type: ignore[arg-type]
        total = sum(counts_of_contents()[n] * math.exp(prior.log_probability(n)) for n in range(1, 9))
        assert total == pytest.approx(1.0, abs=1e-12) and prior.log_probability(9) == -math.inf
        assert sum(prior.inclusion().values()) == pytest.approx(
            sum((n - 1) * counts_of_contents()[n] * math.exp(prior.log_probability(n)) for n in range(1, 9))
        )


def test_the_weight_of_contents_is_that_of_the_paper() -> None:
    prior = Prior(PriorConfig(contents="each")).contents
    assert prior.log_probability(4) - prior.log_probability(3) == pytest.approx(-0.5)
    by_number = Prior(PriorConfig()).contents.number_probabilities
    assert by_number[1:] / by_number[:-1] == pytest.approx(math.exp(-0.5))


def test_densities_of_decays_sum_to_one() -> None:
    channels = open_channels(1000006, {LBP: 100.0, 1000024: 200.0, 1000005: 300.0, 1000006: 900.0})
    assert len(channels) == 3
    prior = DecayPrior(PriorConfig(inclusion=0.3, share=0.4))
    total = 0.0
    for k in (1, 2, 3):
        for chosen in combinations(channels, k):
            equal = math.exp(prior.log_density(Decay(chosen, None), 3))
            # the symmetric Dirichlet with concentration 1 is (k - 1)! over a simplex of that inverse volume
            free = math.exp(prior.log_density(Decay(chosen, (1.0 / k,) * k), 3)) / math.factorial(k - 1)
            total += equal + (free if k > 1 else 0.0)
    assert total == pytest.approx(1.0, abs=1e-12)


def test_masses_are_allowed_where_a_proto_model_is() -> None:
    """Uniform numbers in a box: the prior is above 0 exactly where validation and open channels say so."""
    rng = np.random.default_rng(11)
    prior, kept = Prior(PriorConfig(heaviest=800.0, max_particles=6)), 0
    for _ in range(6000):
        pids = prior.contents.draw(rng)
        masses = {pid: float(rng.uniform(10.0 if pid != LBP else 0.0, 400.0 if pid == LBP else 850.0)) for pid in pids}
        possible = all(mass < 800.0 for mass in masses.values()) and masses[LBP] < 600.0
        decays = {pid: open_channels(pid, masses) for pid in pids if pid != LBP}
        possible &= all(decays.values())
        try:
            ProtoModel(masses, {pid: {own[0]: 1.0} for pid, own in decays.items() if own})
        except ModelError:
            possible = False
        assert (prior.masses.log_density(masses) > -math.inf) == possible, masses
        kept += possible and len(pids) > 1
    assert kept > 400


def test_points_are_proto_models_without_virtual_bosons_too() -> None:
    rng = np.random.default_rng(5)
    for off_shell in (True, False):
        prior = Prior(PriorConfig(heaviest=900.0), off_shell)
        for _ in range(200):
            point = prior.draw(rng)
            assert math.isfinite(prior.log_density(point))
            assert Point.from_values(point.to_values()) == point
            model = point.model("NLO+NLL")
            assert_validated(model)
            opened = ((p, c) for p, own in model.decays.items() for c in own)
            assert all(is_open(p, c, model.masses, off_shell) for p, c in opened)


def test_a_pair_has_the_mean_multiplier_of_its_particles() -> None:
    masses, own = {LBP: 100.0, 1000006: 500.0, 1000024: 200.0}, {1000006: math.log(8.0)}
    decays = {1000006: Decay(((LBP, 6),)), 1000024: Decay(((LBP, 24),))}
    kappas = point_of(masses, decays, math.log(2.0), own).model(None).ssm
    assert kappas[-1000006, 1000006] == pytest.approx(8.0)
    assert kappas[-1000024, 1000022] == pytest.approx(2.0)


def test_draws_have_the_density() -> None:
    prior, rng = Prior(PriorConfig(heaviest=1000.0, inclusion=0.4)), np.random.default_rng(3)
    assert not alarm(p_values([prior.draw(rng) for _ in range(3000)], prior))


@pytest.mark.parametrize("config", [PriorConfig(max_particles=6), PriorConfig(heaviest=700.0, concentration=0.7)])
def test_the_prior_is_recovered_from_the_empty_model(config: PriorConfig) -> None:
    """Independent chains, all from one point, 500 moves each: every marginal, every number of particles."""
    prior = Prior(config)
    assert not alarm(p_values(_chains(prior, MOVES, 400, 500), prior))


class Wrong:
    """A move with a wrong ratio: a factor of 1.5 for each particle or free share more."""

    def __init__(self, move: Move) -> None:
        self.name, self._move = move.name, move

    def propose(self, point: Point, prior: Prior, rng: np.random.Generator) -> Proposal | None:
        found = self._move.propose(point, prior, rng)
        if found is None:
            return None
        return Proposal(found.point, found.log_ratio + math.log(1.5) * (_size(found.point) - _size(point)))


def _size(point: Point) -> int:
    return len(point.masses) + sum(len(decay.shares or ()) for decay in point.decays.values())


def test_a_wrong_ratio_is_seen_in_the_recovery() -> None:
    prior = Prior(PriorConfig(max_particles=6))
    wrong = [(Wrong(move), weight) for move, weight in MOVES]
    assert alarm(p_values(_chains(prior, wrong, 250, 500), prior))


def _chains(prior: Prior, moves: list[tuple[Move, float]], n: int, length: int) -> list[Point]:
    kernel, rng = Kernel(prior, no_likelihood, moves), np.random.default_rng(17)
    start = kernel.at(point_of({LBP: 150.0}, {}, 0.0, {}))
    return [kernel.walk(start, 1.0, length, rng).point for _ in range(n)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("heaviest", 100.0), ("max_particles", 0), ("contents", "all"), ("spread", 1.0), ("inclusion", 1.0)],
)
def test_what_is_no_prior_is_refused(field: str, value: object) -> None:
    with pytest.raises(ConfigError, match=field):
        PriorConfig(**{field: value})  # type: ignore[arg-type]


def test_every_particle_has_its_place() -> None:
    assert sorted(ORDER) == sorted(PARTICLES)
