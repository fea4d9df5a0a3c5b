"""Charginos that LEP excludes: no K by policy default, the same K as ever by policy paper and without guards."""

from __future__ import annotations

from dataclasses import replace

import pytest

from protomodels.critic import excluded_by_lep
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.scoring import Scorer
from protomodels.scoring.quick import quick_score
from protomodels.settings import LIGHTEST_CHARGINO, Policy, policy

X_Z1, X_W1, X_MU = 1000022, 1000024, 1000013


def chargino(mass: float) -> ProtoModel:
    """With a smuon, which results see."""
    masses = {X_Z1: 80.0, X_W1: mass, X_MU: 200.0}
    return ProtoModel(masses, {X_W1: {(X_Z1, 24): 1.0}, X_MU: {(X_Z1, 13): 1.0}})


def test_a_light_chargino_has_no_score_and_its_reason(scorer: Scorer) -> None:
    scorer = replace(scorer, policy=policy("default"))
    light, heavy = chargino(LIGHTEST_CHARGINO - 0.01), chargino(LIGHTEST_CHARGINO)
    excluded = scorer.evaluate(light)
    assert excluded.K is None and excluded.reason is not None
    assert "LEP" in excluded.reason and "X_W1 has 92.0 GeV" in excluded.reason
    assert len(excluded.predictions) and scorer.evaluate(heavy).K is not None
    quick, allowed = quick_score(scorer, light), quick_score(scorer, heavy)
    assert quick is not None and quick.K is None and allowed is not None
    assert allowed.K == pytest.approx(scorer.evaluate(heavy).K)


@pytest.mark.parametrize("choice", [policy("paper"), policy("default", guards=False)], ids=["paper", "no guards"])
def test_without_the_guard_nothing_is_excluded(scorer: Scorer, choice: Policy) -> None:
    scorer = replace(scorer, policy=choice)
    light = chargino(85.0)
    assert excluded_by_lep(light, scorer.policy) is None and scorer.evaluate(light).K is not None


@pytest.mark.parametrize("bad", [-1.0, float("nan"), "heavy"])
def test_the_limit_is_a_mass(bad: object) -> None:
    with pytest.raises(ConfigError, match="lightest_chargino"):
        replace(policy("default"), lightest_chargino=bad)
