"""Chains depend on seed, number, settings and results alone: in pieces, from the storage, again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from protomodels.errors import ConfigError, PredictionError, StorageError
from protomodels.particles import LBP
from protomodels.scoring.decision.fixed_strength import FixedStrength
from protomodels.scoring.scorer import Scorer
from protomodels.walker.posterior import LadderState, PriorConfig, Sampler, Schedule, TargetConfig
from protomodels.walker.posterior.ladder import adapted_betas, exchange, first_betas
from protomodels.walker.posterior.likelihood import ModelLikelihood
from protomodels.walker.posterior.point import Decay, Point, point_of
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.rung import Rung
from tests.walker.posterior.marginals import alarm, p_values


@pytest.fixture(scope="module")
def sampler(scorer: Scorer) -> Sampler:
    target = TargetConfig(target="best", prior=PriorConfig(heaviest=1200.0))
    return Sampler(scorer, target, Schedule(n_rungs=4, warm_up=20, thin=3, moves=5))


def test_pieces_are_the_whole(sampler: Sampler) -> None:
    start = sampler.start(7, 1)
    whole = sampler.advance(start, 80)
    state, draws, n, trips, swaps = start, [], 0, 0, [0, 0, 0]
    for piece in (1, 13, 30, 0, 36):
        part = sampler.advance(LadderState.from_json(*state.to_json()), piece)
        state, n, trips = part.state, n + part.n, trips + part.round_trips
        draws += part.draws
        swaps = [a + b for a, b in zip(swaps, part.swaps_accepted, strict=True)]
    assert state == whole.state and state.to_json() == whole.state.to_json()
    assert tuple(draws) == whole.draws and n == whole.n == 20
    assert trips == whole.round_trips and tuple(swaps) == whole.swaps_accepted


def test_chains_are_repeated_and_differ_by_seed_and_number(sampler: Sampler) -> None:
    again = Sampler(sampler.scorer, sampler.target, sampler.schedule)
    first = sampler.advance(sampler.start(7, 1), 30)
    assert again.advance(again.start(7, 1), 30) == first
    assert sampler.start(7, 2) != sampler.start(7, 1) != sampler.start(8, 1)


def test_draws_are_scored_as_they_stand(sampler: Sampler) -> None:
    found = sampler.advance(sampler.start(3, 0), 140)
    assert [draw.sweep for draw in found.draws] == list(range(23, 141, 3))
    assert len({draw.model.n_particles for draw in found.draws}) > 2
    for draw in found.draws:
        evaluation = sampler.scorer.evaluate(draw.model)
        assert evaluation.mu_max >= 1.0
        if draw.model.n_particles == 1:
            assert draw.log_likelihood == 0.0
    assert sum(found.proposed.values()) == 120 * 5 and all(found.accepted[m] <= n for m, n in found.proposed.items())
    assert found.swaps_proposed == (120, 120, 120) and found.inside[:3] == (40, 40, 40) and found.inside[3] <= 40
    assert found.log_likelihood_sum[0] == pytest.approx(sum(draw.log_likelihood for draw in found.draws))
    assert found.log_likelihood_squares[0] == pytest.approx(sum(draw.log_likelihood**2 for draw in found.draws))


def test_betas_move_in_the_warm_up_only(sampler: Sampler) -> None:
    start = sampler.start(1, 0)
    warm = sampler.advance(start, 20)
    assert not start.adapted and warm.state.adapted and not warm.draws
    assert warm.state.betas != start.betas and (warm.state.betas[0], warm.state.betas[-1]) == (1.0, 0.0)
    assert all(a > b for a, b in zip(warm.state.betas, warm.state.betas[1:], strict=False))
    assert sampler.advance(warm.state, 30).state.betas == warm.state.betas


def test_betas_go_where_exchange_is_rare() -> None:
    betas = first_betas(5)
    moved = adapted_betas(betas, (0.1, 0.9, 0.9, 0.9), 1)
    assert moved[1] > betas[1] and moved[2:] == pytest.approx(betas[2:], rel=0.1)
    assert first_betas(1) == (1.0,) and first_betas(2) == (1.0, 0.0)


def test_nothing_comes_up_from_behind_the_wall() -> None:
    point = Point({LBP: 100.0}, {}, 0.0, {})
    rungs = [Rung(point, 0.0, 0.0), Rung(point, 0.0, -math.inf)]
    before = rungs[0]
    probabilities, done, _ = exchange(rungs, (1.0, 0.0), np.random.default_rng(1))
    assert probabilities == [0.0] and done == [False] and rungs[0] is before


def test_a_round_trip_is_from_the_posterior_to_the_prior_and_back() -> None:
    points = [Point({LBP: 100.0 + i}, {}, 0.0, {}) for i in range(2)]
    rungs = [Rung(point, 0.0, 0.0) for point in points]
    rng = np.random.default_rng(1)
    # equal likelihoods: each exchange is done
    assert [exchange(rungs, (1.0, 0.0), rng)[2] for _ in range(4)] == [0, 1, 1, 1]


def points_of_the_last_rung(sampler: Sampler, n: int) -> list[Point]:
    state, points = sampler.start(5, 0), []
    for _ in range(n):
        state = sampler.advance(state, 1).state
        points.append(state.rungs[-1].point)
    return points


def test_the_last_rung_has_the_prior_each_sweep_anew(scorer: Scorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No step is needed between two sweeps for independent points."""
    target = TargetConfig(prior=PriorConfig(heaviest=1000.0, max_particles=5))
    sampler = Sampler(scorer, target, Schedule(n_rungs=2, warm_up=0, moves=1), likelihood=lambda _: 0.0)
    assert not alarm(p_values(points_of_the_last_rung(sampler, 600), sampler.prior))
    other = Prior(PriorConfig(heaviest=1000.0, max_particles=5, particle=0.2))
    monkeypatch.setattr(sampler.prior, "draw", other.draw)
    assert alarm(p_values(points_of_the_last_rung(sampler, 600), sampler.prior))


def test_without_a_likelihood_there_is_no_wall(scorer: Scorer) -> None:
    sampler = Sampler(scorer, TargetConfig(likelihood_off=True), Schedule(n_rungs=1, warm_up=0))
    found = sampler.advance(sampler.start(1, 0), 20)
    assert {draw.log_likelihood for draw in found.draws} == {0.0} and found.swaps_accepted == ()


def test_what_cannot_be_evaluated_is_behind_the_wall(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise PredictionError("too many chains, says the test")

    monkeypatch.setattr(FixedStrength, "of", refuse)
    likelihood = ModelLikelihood(scorer, TargetConfig())
    assert likelihood(point_of({LBP: 100.0}, {}, 0.0, {})) == 0.0
    seen = point_of({LBP: 100.0, 1000001: 500.0}, {1000001: Decay(((LBP, 1),))}, 0.0, {})
    assert likelihood(seen) == -math.inf and "too many chains" in caplog.text


def test_what_is_no_state_is_refused(sampler: Sampler) -> None:
    state, rng = sampler.start(1, 0).to_json()
    for texts in (("{}", rng), ("nothing", rng), (state, "{}"), (state.replace("masses", "mass"), rng)):
        with pytest.raises(StorageError, match="stored ladder"):
            LadderState.from_json(*texts)
    other = Sampler(sampler.scorer, sampler.target, Schedule(n_rungs=3))
    with pytest.raises(ConfigError, match="n_rungs"):
        other.advance(sampler.start(1, 0), 1)


@pytest.mark.parametrize("field", ["n_rungs", "thin", "moves"])
def test_what_is_no_schedule_is_refused(field: str) -> None:
    with pytest.raises(ConfigError, match=field):
        Schedule(**{field: 0})
