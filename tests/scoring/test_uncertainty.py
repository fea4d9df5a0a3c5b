"""Intervals of parameters: Fisher and profile agree where ln L is quadratic, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.uncertainty import Point, fisher_errors, profile_errors
from protomodels.scoring.uncertainty.fisher import fisher_intervals
from protomodels.scoring.uncertainty.intervals import LogLikelihood
from protomodels.scoring.uncertainty.of_model import allowed_box
from protomodels.scoring.uncertainty.profile import Box, profile_intervals

MATRIX = np.array([[4.0, 1.5, 0.0], [1.5, 1.0, 0.3], [0.0, 0.3, 25.0]])
BEST = np.array([3.0, -1.0, 0.5])
NAMES, UNITS = ("a", "b", "c"), ("", "", "")
WIDE = Box(np.eye(3), np.eye(3), np.full(3, -50.0), np.full(3, 50.0))


def quadratic(values: Floats) -> Point:
    away = values - BEST
    return Point(-float(away @ MATRIX @ away), -2.0 * MATRIX @ away, MATRIX)


def counting(values: Floats) -> Point | None:
    """5 events where b + s are expected: 2 (n ln s - s), with a second parameter that nothing depends on."""
    s = float(values[0])
    if s <= 0.0:
        return None
    gradient = np.array([2.0 * (5.0 / s - 1.0), 0.0])
    return Point(2.0 * (5.0 * np.log(s) - s), gradient, np.diag([1.0 / s, 0.0]))


def ends(function: LogLikelihood, start: Floats, box: Box, held: bool = False) -> Floats:
    n = len(start)
    found = profile_intervals(function, start, range(n), box, NAMES[:n], UNITS[:n], held)
    return np.array([(one.low, one.high) for one in found], dtype=np.float64)


def test_fisher_and_profile_agree_on_a_quadratic() -> None:
    fisher = fisher_intervals(MATRIX, BEST, NAMES, UNITS, np.eye(3))
    expected = np.sqrt(np.diag(np.linalg.inv(MATRIX)))
    found = np.array([(one.low, one.high) for one in fisher])
    assert np.allclose(found, BEST[:, None] + np.outer(expected, [-1.0, 1.0]))
    # the profile begins elsewhere, and knows the drop to a hundredth
    assert np.abs(ends(quadratic, BEST + 0.4, WIDE) - found).max() < 0.03 * expected.max()
    assert (np.abs(ends(quadratic, BEST + 0.4, WIDE) - found) < 0.03 * expected[:, None]).all()


def test_the_others_held_is_narrower() -> None:
    """Around the values that they are held at."""
    found = ends(quadratic, BEST, WIDE, held=True)
    expected = 1.0 / np.sqrt(np.diag(MATRIX))
    assert (np.abs(found - (BEST[:, None] + np.outer(expected, [-1.0, 1.0]))) < 0.02 * expected[:, None]).all()
    assert expected[0] < 0.7 * np.sqrt(np.linalg.inv(MATRIX)[0, 0])


def test_an_asymmetric_likelihood_has_an_asymmetric_interval() -> None:
    """The interval of a Poisson mean of 5 events (by the likelihood): 3.08 to 7.58."""
    box = Box(np.eye(2), np.eye(2), np.array([0.0, -1.0]), np.array([40.0, 1.0]))
    (low, high), nothing = ends(counting, np.array([4.0, 0.0]), box)
    assert low == pytest.approx(3.08, abs=0.03) and high == pytest.approx(7.58, abs=0.03)
    assert np.isnan(nothing).all()


def test_an_end_beyond_the_allowed_range_is_not_reached() -> None:
    box = replace(WIDE, high=BEST + np.array([0.1, 50.0, 50.0]))
    one = profile_intervals(quadratic, BEST - 0.1, [0], box, NAMES, UNITS)[0]
    assert one.low_reached and not one.high_reached and one.high == box.high[0]
    # and one where the function says nothing beyond some value
    low, high = (
        profile_intervals(counting, np.array([4.0, 0.0]), [0], Box(np.eye(2), np.eye(2), *edges), NAMES[:2], UNITS[:2])
        for edges in ((np.array([4.5, -1.0]), np.array([40.0, 1.0])), (np.array([-9.0, -1.0]), np.array([6.0, 1.0])))
    )
    assert low[0].low == 4.5 and not low[0].low_reached and low[0].high_reached
    assert high[0].high == 6.0 and not high[0].high_reached and high[0].low_reached


def test_flat_directions_are_said_and_have_no_bars() -> None:
    """Only a + b is measured, and c."""
    information = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 4.0]])
    a, b, c = fisher_intervals(information, BEST, NAMES, UNITS, np.eye(3))
    assert a.low is None and b.high is None and not a.constrained
    assert a.flat == ("b",) and b.flat == ("a",)
    assert (c.low, c.high) == (0.0, 1.0) and c.flat == ()


def test_branching_ratios_keep_their_sum() -> None:
    """Of two channels one measured with 0.1: the other has the same error, both being one number."""
    model = ProtoModel(
        {LBP: 100.0, 1000006: 500.0, 1000024: 200.0},
        {1000006: {(LBP, 6): 0.7, (1000024, 5): 0.3}, 1000024: {(LBP, 24): 1.0}},
    )
    parameters = Parameters.of(model)
    information = np.zeros((len(parameters), len(parameters)))
    first, second = parameters.of_kind("ratio")
    information[first, first] = 100.0
    names = parameters.names
    found = fisher_intervals(information, parameters.values, names, [""] * len(names), parameters.free)
    for i, value in ((first, 0.7), (second, 0.3)):
        assert found[i].low == pytest.approx(value - 0.1) and found[i].high == pytest.approx(value + 0.1)
    assert found[0].low is None

    def likelihood(values: Floats) -> Point:
        away = values - parameters.values
        return Point(-float(away @ information @ away), -2.0 * information @ away, information)

    box = allowed_box(model, parameters)
    for held in (True, False):
        other = profile_intervals(likelihood, parameters.values, [second], box, names, [""] * len(names), held)[0]
        assert other.low == pytest.approx(0.2, abs=0.003) and other.high == pytest.approx(0.4, abs=0.003)


@pytest.fixture(scope="module")
def winner() -> ProtoModel:
    """Near the model that is hidden in the demo."""
    decays = {1000001: {(LBP, 1): 1.0}, 1000006: {(LBP, 6): 1.0}}
    return ProtoModel(
        {LBP: 210.13, 1000001: 690.21, 1000006: 830.4}, decays, {(-1000001, 1000001): 0.28, (-1000006, 1000006): 0.22}
    )


def test_error_bars_of_a_demo_winner(scorer: Scorer, winner: ProtoModel) -> None:
    """All masses have both; where the bar ends, 2 ln L is one lower (an evaluation's own Z^2 knows no better)."""
    evaluation = scorer.normalised(scorer.evaluate(winner))
    held, fisher = profile_errors(evaluation, held=True), fisher_errors(evaluation)
    masses = [one for one in fisher if one.unit == "GeV"]
    assert [one.name for one in held] == [one.name for one in masses] == ["m(X_d)", "m(X_t1)", "m(X_Z1)"]
    for one in (*held, *profile_errors(evaluation)):
        assert one.low is not None and one.high is not None and one.best is not None and one.constrained
        assert one.low < one.best < one.high and one.method in ("profile", "others fixed")
    unproduced = [one for one in fisher if one.name == "kappa(X_d, X_Z1)"]
    assert all(one.low is None for one in unproduced)
    (alone,) = profile_errors(evaluation, ["kappa(X_d, X_d)"], held=True)
    assert alone.low is not None and alone.high is not None and 0.0 <= alone.low < alone.high
    assert alone.low < evaluation.model.kappa((-1000001, 1000001)) * 1.5


def test_a_parameter_that_is_none_is_refused(scorer: Scorer, winner: ProtoModel) -> None:
    with pytest.raises(ModelError, match="m\\(X_g\\)"):
        fisher_errors(scorer.evaluate(winner), ["m(X_g)"])
