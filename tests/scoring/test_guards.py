"""The guards of policy default: policy paper has none of them, and what a multiplier costs."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protomodels.files import model_from_dict
from protomodels.prior import VISIBLE, parsimony
from protomodels.production import CrossSections, cross_sections
from protomodels.scoring import Scorer
from protomodels.scoring.quick import quick_score
from protomodels.settings import policy
from tests.scoring.test_gradient import MODEL, X_D, X_T1

STORED = json.loads((Path(__file__).parent / "paper_scores.json").read_text())
"""30 random models on the demo, scored by the program as it was before there were guards (commit ebb2509), in
hexadecimal floats."""


def sections_of(kappas: list[float], reference: float = 10.0) -> CrossSections:
    """Productions with these multipliers, whatever they are."""
    known = np.full((len(kappas), 2), reference)
    pairs = tuple((-1000001 - i, 1000001 + i) for i in range(len(kappas)))
    return CrossSections(pairs, (8.0, 13.0), known * np.array(kappas)[:, None], known)


CLOSE = {"mu_hat": 1e-6, "mu_max": 1e-12}
"""Relative; 1e-10 for the others.  Machine code made in another way differs in last bits, and the search for the
maximum ends within 1e-10 of it in ln L, which leaves mu-hat open by the square root of that."""


def test_policy_paper_scores_as_before_there_were_guards(scorer: Scorer) -> None:
    """The same numbers; with the same machine code they were the same bits."""
    scorer = replace(scorer, policy=policy("paper"))
    assert len(STORED) == 30
    for entry in STORED:
        model = model_from_dict(entry["model"])
        found = scorer.evaluate(model)
        scaled = scorer.normalised(found).K
        values = {"K": found.K, "Z": found.Z, "mu_hat": found.mu_hat, "mu_max": found.mu_max, "K_scaled": scaled}
        for name, text in entry["scores"].items():
            expected = None if text is None else float.fromhex(text)
            near = CLOSE.get(name, 1e-10)
            assert values[name] == (None if expected is None else pytest.approx(expected, rel=near, abs=near)), name
        quick = quick_score(scorer, model)
        assert quick is not None and quick.K == found.K and found.parsimony.strength == 0.0


def test_a_multiplier_at_the_spread_costs_one_and_one_of_1_nothing() -> None:
    for kappas, cost in (([3.0], 1.0), ([1.0 / 3.0], 1.0), ([1.0], 0.0), ([9.0], 4.0), ([3.0, 9.0], 5.0)):
        assert parsimony(MODEL, sections_of(kappas), 3.0).strength == pytest.approx(cost, abs=1e-12)
        assert parsimony(MODEL, sections_of(kappas)).strength == 0.0
    counts = parsimony(MODEL, sections_of([3.0]), 3.0)
    assert counts.penalty - parsimony(MODEL, sections_of([3.0])).penalty == pytest.approx(1.0, abs=1e-12)


def test_equal_multipliers_cost_as_much_as_one() -> None:
    """Within 3% they are one, which costs the mean; apart they cost the sum."""
    one = parsimony(MODEL, sections_of([3.0]), 3.0).strength
    assert parsimony(MODEL, sections_of([3.0] * 5), 3.0).strength == pytest.approx(one, rel=1e-12)
    near = parsimony(MODEL, sections_of([3.0, 3.08]), 3.0).strength
    assert near == pytest.approx((1.0 + (math.log(3.08) / math.log(3.0)) ** 2) / 2.0, rel=1e-12)
    apart = parsimony(MODEL, sections_of([3.0, 3.1]), 3.0).strength
    assert apart == pytest.approx(1.0 + (math.log(3.1) / math.log(3.0)) ** 2, rel=1e-12)


def test_invisible_productions_cost_nothing() -> None:
    for reference, cost in ((0.9 * VISIBLE / 3.0, 0.0), (1.1 * VISIBLE / 3.0, 1.0)):
        assert parsimony(MODEL, sections_of([3.0], reference), 3.0).strength == pytest.approx(cost, abs=1e-12)


@pytest.mark.parametrize("factor", [0.3, 2.0])
def test_k_does_not_change_where_all_cross_sections_are_scaled(scorer: Scorer, factor: float) -> None:
    """The penalty is that of the model at its mu-hat, which is scaled the other way."""
    model = replace(
        MODEL,
        masses={pid: MODEL.masses[pid] for pid in (1000022, X_D, X_T1)},
        decays={X_D: {(1000022, 1): 1.0}, X_T1: {(1000022, 6): 1.0}},
        reference_order=scorer.policy.reference_order,
    )
    pairs = cross_sections(model).pairs
    scaled = replace(model, ssm={pair: factor * model.kappa(pair) for pair in pairs})
    one, other = scorer.evaluate(model), scorer.evaluate(scaled)
    assert one.K is not None and one.parsimony.strength > 0.1
    assert other.K == pytest.approx(one.K, abs=1e-3)
    assert other.mu_hat == pytest.approx((one.mu_hat or 0.0) / factor, rel=1e-4)
