"""A p-value with the fit of its tail beside it, and several of one run side by side."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from protomodels.api.responses.campaigns import pvalue_values
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.campaign.side_by_side import PValues, pvalues_of
from protomodels.database import Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.plots.figure import Line
from protomodels.plots.front import plot
from protomodels.predictor import Predictor
from tests.campaign.searches import INLINE

K_FAKE = tuple(np.random.default_rng(1).gumbel(4.0, 1.5, 200).tolist())


def test_the_tail_is_fitted_where_few_of_many_reach() -> None:
    found = GlobalPValue(14.0, K_FAKE, wanted=200)
    assert found.tail.usable and found.tail.above == 50 and found.reaching == 0
    values = found.to_dict()["tail"]
    assert 0.0 < values["p"] < found.p and values["interval_95"][0] < values["p"] < values["interval_95"][1]
    assert values["reason"] == "" and not values["at_most"]
    assert GlobalPValue(14.0, K_FAKE, wanted=200).tail == found.tail  # no other random numbers
    note = found.report().notes[1]
    assert note.startswith(f"by a tail fit p = {values['p']:.2g} (Z = ") and "Anderson-Darling" in note
    assert pvalue_values(found)["tail"] == values and json.dumps(values, allow_nan=False)
    beyond = GlobalPValue(500.0, tuple(np.random.default_rng(2).beta(1.0, 3.0, 200).tolist()))
    assert beyond.tail.at_most and beyond.report().notes[1].startswith("by a tail fit p at most ")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (GlobalPValue(14.0, K_FAKE[:99]), "99 universes: at least 100 are needed"),
        (GlobalPValue(5.0, K_FAKE), "universes reach K, more than 10: counting says more"),
        (GlobalPValue(14.0, K_FAKE, (15.0, 16.0)), "of 2 universes only a lower bound of K is known"),
        (GlobalPValue(14.0, K_FAKE[:20] + (-np.inf,) * 180), "the upper 0.25 of 200 values holds fewer than 25"),
    ],
)
def test_without_a_fit_there_is_the_reason(found: GlobalPValue, reason: str) -> None:
    values = found.to_dict()["tail"]
    assert values["p"] is values["interval_95"] is None and reason in values["reason"]
    assert found.report().notes[1] == f"no tail fit: {values['reason']}"


def test_ten_that_reach_are_few_and_eleven_are_not() -> None:
    ordered = sorted(K_FAKE, reverse=True)
    assert GlobalPValue(ordered[9], K_FAKE).tail.usable
    assert "11 universes reach" in GlobalPValue(ordered[10], K_FAKE).tail.reason


def test_the_fitted_tail_is_drawn_with_its_own_area() -> None:
    found = GlobalPValue(14.0, K_FAKE)
    (line,) = [m for m in plot(found).panels[0].marks if isinstance(m, Line) and m.dash == "dash"]
    assert line.name == "universes: fitted tail" and line.x[0] == found.tail.threshold
    step = line.x[1] - line.x[0]
    assert float(line.y.sum() * step) == pytest.approx(0.25, abs=0.02)
    ends = GlobalPValue(500.0, tuple(np.random.default_rng(2).beta(1.0, 3.0, 200).tolist()))
    (line,) = [m for m in plot(ends).panels[0].marks if isinstance(m, Line) and m.dash == "dash"]
    assert line.x[-1] < 2.0 and np.isfinite(line.y).all()
    few = GlobalPValue(14.0, K_FAKE[:50])
    assert not [m for m in plot(few).panels[0].marks if isinstance(m, Line) and m.dash == "dash"]


def test_two_factors_side_by_side(storage: Storage, real: str, demo: Predictor) -> None:
    with pytest.raises(ConfigError, match=f"run: got {real}; allowed: a run with a campaign"):
        pvalues_of(storage, real)
    with pytest.raises(NotFoundError, match="r00000000"):
        pvalues_of(storage, "r00000000")
    asked = PValueConfig.of_run(storage, real, universes=2, seed=3)
    one = PValueCampaign.create(storage, asked, demo).walk(INLINE)
    less = PValueCampaign.create(storage, replace(asked, fudge=0.65), demo).walk(INLINE)
    begun = PValueCampaign.create(storage, replace(asked, seed=50), demo).answer()
    found = pvalues_of(storage, real)
    assert found.answers == (one, less, begun) and [a.fudge for a in found.answers] == [1.0, 0.65, 1.0]
    assert one.K_fake != less.K_fake
    (table,) = found.report().tables
    assert [row[2:5] for row in table.rows] == [
        ("1", "2 of 2", str(one.reaching)),
        ("0.65", "2 of 2", str(less.reaching)),
        ("1", "0 of 2", "0"),
    ]
    values = found.to_dict()
    assert values["run"] == real and values["campaigns"] == [a.to_dict() for a in found.answers]
    assert json.dumps(values, allow_nan=False) and "factor" in found._repr_html_()
    assert repr(found) == f"<PValues of run {real}: 3 campaigns>"
    names = [mark.name for mark in plot(PValues(real, (one, less))).panels[0].marks if isinstance(mark, Line)]
    assert names == [f"{a.campaign}, factor {a.fudge:g} (2 universes)" for a in (one, less)]


def test_a_row_shows_the_fit() -> None:
    found = GlobalPValue(14.0, K_FAKE, wanted=200, campaign="c1", fudge=0.65)
    (row,) = PValues("r1", (found,)).report().tables[0].rows
    assert row[:5] == ("c1", "14.000", "0.65", "200 of 200", "0") and row[-1].startswith(f"{found.tail.p:.2g} (")
