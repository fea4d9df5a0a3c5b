"""Answers of chains against targets whose truth is known.

The likelihood is a toy: a gluino multiplies it by a constant, and a stop that is too light has the likelihood 0.  Then
probabilities and the Bayes factor follow from the prior alone.  Seeds are fixed; on other seeds a test fails in fewer
than 1 of 20 cases if all is right (three checks at five errors, of Student's t with 3 degrees of freedom).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES, pid_of
from protomodels.production import cross_sections
from protomodels.runs.posterior import PosteriorAnswer, PosteriorConfig
from protomodels.runs.posterior.answering import answer_from
from protomodels.runs.posterior.contents import EMPTY, prior_of_content, prior_of_particle
from protomodels.runs.posterior.quantities import series_of
from protomodels.runs.posterior.sampling import Piece, together
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.posterior import agree
from protomodels.walker.posterior import Draw, PriorConfig, Sampler, Schedule, TargetConfig
from protomodels.walker.posterior.point import Point
from protomodels.walker.posterior.prior import Prior
from protomodels.walker.posterior.prior.contents import ContentPrior

GLUINO, STOP = pid_of("X_g"), pid_of("X_t1")
GAIN = 3.0
CONFIG = PosteriorConfig("demo", 7, chains=4, sweeps=600, warm_up=100, rungs=4, prior={"max_particles": 3})


def toy(point: Point) -> float:
    """ln L: a gluino gains, a stop below 1200 GeV is excluded."""
    if point.masses.get(STOP, math.inf) < 1200.0:
        return -math.inf
    return GAIN if GLUINO in point.masses else 0.0


def sampled(scorer: Scorer, config: PosteriorConfig = CONFIG) -> tuple[Sampler, list[Piece]]:
    schedule = Schedule(config.rungs, config.warm_up, config.thin, config.moves)
    sampler = Sampler(scorer, TargetConfig(prior=PriorConfig(**config.prior)), schedule, likelihood=toy)
    return sampler, [
        Piece.of(sampler.advance(sampler.start(config.seed, i), config.total)) for i in range(config.chains)
    ]


def truth(sampler: Sampler, n: int = 200_000) -> dict[str, float]:
    """By weighted draws from the prior: Z, and posterior probabilities of the gluino, the stop and the empty model."""
    rng, contents = np.random.default_rng(99), sampler.prior.contents
    weights: dict[frozenset[int], list[float]] = {}
    for _ in range(n // 10):
        point = sampler.prior.draw(rng)
        weights.setdefault(frozenset(point.masses), []).append(math.exp(toy(point)))
    # of each content the exact prior probability, and the mean likelihood of its draws
    z = {content: prior_of_content(contents, content) * float(np.mean(w)) for content, w in weights.items()}
    total = sum(z.values())
    found = {name: sum(v for c, v in z.items() if pid in c) / total for name, pid in (("X_g", GLUINO), ("X_t1", STOP))}
    return found | {"Z": total, "empty": z[EMPTY] / total}


@pytest.fixture(scope="module")
def found(scorer: Scorer) -> tuple[Sampler, list[Piece], PosteriorAnswer]:
    sampler, pieces = sampled(scorer)
    return sampler, pieces, answer_from("p0", pieces, CONFIG, sampler)


class TestAToyTarget:
    def test_probabilities_of_particles_and_contents(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        sampler, _, answer = found
        exact, by_name = truth(sampler), {p.name: p for p in answer.particles}
        for name in ("X_g", "X_t1"):
            assert abs(by_name[name].probability - exact[name]) < 5.0 * by_name[name].error, name
        assert by_name["X_g"].probability > 3.0 * by_name["X_g"].prior  # the data count
        assert exact["X_t1"] < by_name["X_t1"].prior  # by a tenth: less than the error of these chains
        empty = next(c for c in answer.contents if c.particles == ())
        assert abs(empty.probability - exact["empty"]) < 5.0 * empty.error
        assert sum(c.probability for c in answer.contents) == pytest.approx(1.0)
        assert len(answer.particles) == len(PARTICLES) - 1
        assert [p.probability for p in answer.particles] == sorted(
            (p.probability for p in answer.particles), reverse=True
        )

    def test_both_ways_to_the_bayes_factor(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        sampler, _, answer = found
        prior = prior_of_content(sampler.prior.contents, EMPTY)
        exact = math.log((truth(sampler)["Z"] - prior) / (1.0 - prior))
        assert answer.diagnostics.agree
        for way in (answer.by_integration, answer.by_visits):
            assert way.value is not None and way.error is not None and way.error < 0.3
            assert abs(way.value - exact) < 5.0 * way.error
        errors = [answer.by_integration.error, answer.by_visits.error]
        assert answer.log_bayes_factor.error == min(e for e in errors if e is not None)

    def test_a_wall_that_is_forgotten_is_caught(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        """The sibling that fails: the share of the prior that is excluded is said to be nothing, or half."""
        sampler, pieces, answer = found
        wrong = [replace(piece, inside=(*piece.inside[:-1], piece.inside[-1] // 2)) for piece in pieces]
        again = answer_from("p0", wrong, CONFIG, sampler)
        assert again.by_visits == answer.by_visits and not agree(again.by_integration, again.by_visits, 4)
        assert not again.converged and any("do not agree" in reason for reason in again.reasons)

    def test_chains_that_are_stuck_are_refused(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        """Of each chain the first half of its draws only in its most common content: nobody may call that converged."""
        sampler, pieces, _ = found
        stuck = []
        for i, piece in enumerate(pieces):
            kept = [d for d in piece.draws if (GLUINO in d.model.masses) == (i % 2 == 0)]
            stuck.append(replace(piece, draws=tuple(kept)))
        answer = answer_from("p0", stuck, CONFIG, sampler)
        assert not answer.converged and any("R-hat" in reason for reason in answer.reasons)
        gluino = next(p for p in answer.particles if p.name == "X_g")
        assert gluino.error > 0.1

    def test_intervals_and_the_corner(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        _, pieces, answer = found
        by_name = {q.name: q for q in answer.quantities}
        stop = by_name["m(X_t1)"]
        assert stop.low95 >= 1200.0 and stop.given == ("X_t1",) and stop.low95 <= stop.low68 <= stop.median
        assert 0.0 < stop.share < 1.0 and by_name["m(X_Z1)"].share == 1.0
        assert by_name["log_likelihood"].given == () and by_name["X_g"].judged
        assert answer.corner.particles[-1] == "X_Z1" and set(answer.corner.particles) == {"X_g", "X_Z1"}
        assert all(heavy > light for heavy, light in answer.corner.masses) and len(answer.corner.masses) <= 500
        assert answer.diagnostics.draws == sum(len(piece.draws) for piece in pieces) == 2400
        assert PosteriorAnswer.from_json(answer.to_json()) == answer
        row = answer.to_dict()["particles"]["X_g"]
        assert set(row) == {"probability", "error", "prior"}

    def test_signals_are_predicted_in_results(self, found: tuple[Sampler, list[Piece], PosteriorAnswer]) -> None:
        _, _, answer = found
        assert answer.regions and all(r.low <= r.high and r.signal >= 0.0 for r in answer.regions)
        sensitivity = [r.r_expected for r in answer.regions]
        assert (
            sensitivity == sorted(sensitivity, reverse=True)
            and len({(r.analysis, r.region) for r in answer.regions}) > 1
        )


def independent(prior: Prior, n: int, seed: int) -> list[Piece]:
    """Chains of independent draws of the prior: the best that a sampler could do with the likelihood off."""
    pieces = []
    for rng in np.random.default_rng(seed).spawn(4):
        points = [prior.draw(rng) for _ in range(n)]
        draws = tuple(Draw(i, p.model(None), prior.log_density(p), 0.0) for i, p in enumerate(points, start=1))
        zero = (0.0, 0.0)
        pieces.append(Piece(draws, (1.0, 0.0), n, (n, n), zero, zero, {"mass": 9}, {"mass": 3}, (n,), (n,), n))
    return pieces


def test_good_chains_are_called_converged(scorer: Scorer) -> None:
    config = replace(CONFIG, prior_only=True, prior={"max_particles": 2})
    sampler = Sampler(scorer, TargetConfig(likelihood_off=True, prior=PriorConfig(max_particles=2)), Schedule(2))
    answer = answer_from("p0", independent(sampler.prior, 2500, 3), config, sampler)
    assert answer.converged, answer.reasons
    assert answer.diagnostics.r_hat is not None and answer.diagnostics.r_hat <= 1.01
    assert answer.by_integration.value == 0.0 and answer.regions == ()
    assert answer.diagnostics.accepted == {"mass": pytest.approx(1 / 3)}
    short = answer_from("p0", independent(sampler.prior, 60, 4), config, sampler)
    assert not short.converged and any("effective draws" in reason for reason in short.reasons)


class TestPriorsOfContents:
    @pytest.mark.parametrize("contents", ["number", "each"])
    def test_they_are_those_of_the_draws(self, contents: str) -> None:
        prior = ContentPrior(PriorConfig(contents=contents, max_particles=5))  # type: ignore[arg-type]
        rng, n = np.random.default_rng(5), 4000
        drawn = [frozenset(prior.draw(rng)) for _ in range(n)]
        for name in ("X_g", "X_t1", "X_t2", "X_Z3"):
            p = prior_of_particle(prior, pid_of(name))
            assert sum(pid_of(name) in one for one in drawn) / n == pytest.approx(p, abs=4.5 * math.sqrt(p / n))
        empty = prior_of_content(prior, EMPTY)
        assert drawn.count(EMPTY) / n == pytest.approx(empty, abs=4.5 * math.sqrt(empty / n))


def draws_of(models: Sequence[ProtoModel]) -> list[Draw]:
    return [Draw(i, model, -1.0 * i, 0.5) for i, model in enumerate(models, start=1)]


def test_series_of_models_of_varying_content() -> None:
    empty = ProtoModel({LBP: 100.0})
    light = ProtoModel({LBP: 100.0, GLUINO: 900.0}, {GLUINO: {(LBP, 1, 1): 0.25, (LBP, 5, 5): 0.75}})
    heavy = ProtoModel({LBP: 200.0, GLUINO: 1500.0}, {GLUINO: {(LBP, 5, 5): 1.0}}, {(GLUINO, GLUINO): 2.0})
    found = {s.name: s for s in series_of([draws_of([empty, light]), draws_of([heavy, heavy, empty])])}
    assert [list(c) for c in found["m(X_g)"].chains] == [[900.0], [1500.0, 1500.0]] and found["m(X_g)"].share == 0.6
    assert [list(c) for c in found["X_g"].chains] == [[0.0, 1.0], [1.0, 1.0, 0.0]]
    assert [list(c) for c in found["kappa(X_g)"].chains] == [[1.0], [2.0, 2.0]]
    assert [list(c) for c in found["BR(X_g -> X_Z1 d d)"].chains] == [[0.25], [0.0, 0.0]]
    sigma = [float(cross_sections(model, (13.0,)).sigma.sum()) for model in (light, heavy)]
    assert [list(c) for c in found["sigma(X_g)"].chains] == [[sigma[0]], [sigma[1]] * 2] and sigma[0] > sigma[1] > 0.0
    assert [list(c) for c in found["n_particles"].chains] == [[1.0, 2.0], [2.0, 2.0, 1.0]]


def test_pieces_come_back_and_add_up() -> None:
    model = ProtoModel({LBP: 100.0, GLUINO: 900.123456789012345}, {GLUINO: {(LBP, 1, 1): 1.0}})
    first = Piece(
        tuple(draws_of([model, model])), (1.0, 0.0), 2, (2, 1), (0.1, 0.2), (0.3, 0.4), {"a": 1}, {}, (2,), (1,), 1
    )
    warm = replace(first, draws=(), n=0, inside=(0, 0), betas=(1.0, 0.5), sums=(0.0, 0.0), round_trips=0)
    assert Piece.unpack(first.pack()) == first and Piece.unpack(warm.pack()) == warm
    whole = together([warm, first, replace(first, proposed={"b": 2})])
    assert (whole.n, whole.inside, whole.betas, whole.round_trips) == (4, (4, 2), (1.0, 0.0), 2)
    assert whole.proposed == {"a": 2, "b": 2} and len(whole.draws) == 4 and whole.swaps_accepted == (2,)
    assert whole.sums == (0.2, 0.4)
