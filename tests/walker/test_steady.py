"""A search keeps no model that stands on exact masses."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.prior import Parsimony
from protomodels.production import cross_sections
from protomodels.scoring import Scorer
from protomodels.scoring.quick import QuickScore, quick_score
from protomodels.settings import MASS_MARGIN, policy
from protomodels.walker.front import improved
from protomodels.walker.scores import Scores
from protomodels.walker.steady import LARGEST_FALL, is_steady, nearby

X_D, X_T1 = 1000001, 1000006
MODEL = ProtoModel({LBP: 200.0, X_D: 700.0, X_T1: 800.0}, {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}})


def of(K: float | None, model: ProtoModel = MODEL) -> QuickScore:
    counts = Parsimony(model.n_particles, 0, 0.0)
    return QuickScore(model, cross_sections(model), counts, K, 0.0, 1.0, 1.0, frozenset())


def test_each_mass_is_moved_up_and_down_where_that_is_allowed() -> None:
    moved = [
        {p: m - MODEL.masses[p] for p, m in one.masses.items() if m != MODEL.masses[p]} for one in nearby(MODEL, 0.5)
    ]
    assert moved == [{pid: step} for pid in MODEL.masses for step in (-0.5, 0.5)]
    lightest = ProtoModel({LBP: 10.0, X_D: 700.0}, {X_D: {(LBP, 1): 1.0}})
    assert len(list(nearby(lightest, 0.5))) == 3, "no X_Z1 is lighter"


@pytest.mark.parametrize("fall", [0.9 * LARGEST_FALL, 1.1 * LARGEST_FALL, None])
@pytest.mark.parametrize("pid", list(MODEL.masses))
def test_a_fall_of_k_beside_any_mass_counts(pid: int, fall: float | None) -> None:
    def score(model: ProtoModel, floor: float) -> QuickScore | None:
        K = 5.0 if model.masses[pid] >= MODEL.masses[pid] else None if fall is None else 5.0 - fall
        return of(K, model) if K is None or K >= floor else None

    assert is_steady(score, of(5.0), MASS_MARGIN) == (fall is not None and fall < LARGEST_FALL)
    assert is_steady(score, of(5.0), 0.0) and is_steady(score, of(None), MASS_MARGIN)


def test_the_search_keeps_nothing_that_stands_on_exact_masses(scorer: Scorer) -> None:
    """With a margin so wide that K of the demo model falls within it; only where the policy asks for it."""
    for margin, kept in ((0.0, True), (MASS_MARGIN, True), (60.0, False)):
        choice = replace(policy("default"), mass_margin=margin)
        scores = Scores(replace(scorer, policy=choice, n_runners_up=0), settle=True)
        first = scores.of(MODEL, -math.inf)
        assert first is not None and scores.scaled(first, -math.inf) is not None
        assert (scores.kept(first, -math.inf) is not None) == kept
        if not kept:
            raw = quick_score(scorer, MODEL)
            assert raw is not None and raw.K is not None
            near = [quick_score(scorer, one) for one in nearby(MODEL, margin)]
            assert min(one.K for one in near if one is not None and one.K is not None) < raw.K - LARGEST_FALL


def test_a_model_of_ones_own_that_stands_on_exact_masses_is_improved_all_the_same(scorer: Scorer) -> None:
    wide = replace(scorer, policy=replace(policy("default"), mass_margin=60.0))
    found = improved(wide, MODEL)
    assert found.before.K is not None and found.after.K is not None and found.gain >= 0.0


def test_no_margin_by_policy_paper_and_without_guards() -> None:
    assert policy("paper").mass_margin == policy("default", guards=False).mass_margin == 0.0
    assert policy("default").mass_margin == policy("paper", guards=True).mass_margin == MASS_MARGIN
    with pytest.raises(ConfigError, match="mass_margin"):
        replace(policy("default"), mass_margin=-1.0)
