"""Simulation-based calibration on the demo results; `make calibration` runs the long part as well.

False alarms: one in a thousand of each test, had its seeds not been fixed.
"""

from __future__ import annotations

import pytest

from protomodels.predictor.compiled import CompiledPredictor
from protomodels.walker.posterior.moves import MOVES
from tests.walker.posterior.calibration import ranks_along_chains, ranks_among_chains, ranks_with_injection, uniformity
from tests.walker.posterior.marginals import ALARM, alarm
from tests.walker.posterior.toy import Biased

WRONG = tuple((Biased(move), weight) for move, weight in MOVES)


def test_true_models_have_any_rank_along_chains(demo: CompiledPredictor) -> None:
    assert not alarm(uniformity(ranks_along_chains(demo, range(100), 40)))


def test_wrong_ratios_are_seen(demo: CompiledPredictor) -> None:
    assert min(uniformity(ranks_along_chains(demo, range(60), 40, WRONG)).values()) < ALARM / 10.0


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_injected_models_have_any_rank_along_chains(demo: CompiledPredictor) -> None:
    assert not alarm(uniformity(ranks_with_injection(demo, range(250), 60)))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_true_models_have_any_rank_among_draws(demo: CompiledPredictor) -> None:
    assert not alarm(uniformity(ranks_among_chains(demo, range(200))))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_wrong_ratios_are_seen_among_draws(demo: CompiledPredictor) -> None:
    assert alarm(uniformity(ranks_among_chains(demo, range(60), WRONG)))
