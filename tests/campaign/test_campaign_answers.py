"""Answers of campaigns: short in a terminal, tables in a notebook, plain values and data frames for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import pytest

from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.closure_result import ClosureResult
from protomodels.campaign.front import closure, power, pvalue
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.power import PowerCurve, power_point
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import Storage, open_storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.results.demo import HIDDEN
from protomodels.runs import RunConfig
from protomodels.runs.front import run

INJECTED = {1000001: 700.0, LBP: 200.0}
FOUND = ClosureAnswer(
    INJECTED,
    (
        ClosureResult("r1", 8.5, {1000004: 650.0, LBP: 210.0}, {1000001: 650.0, LBP: 210.0}),
        ClosureResult("r2", None, {}, {1000001: None, LBP: None}),
    ),
    wanted=3,
    campaign="c1",
)


def test_the_texts_of_version_0_1_0_are_the_identity_of_campaigns() -> None:
    """Written by that version: a config with these values has this text, so that its campaign is found again."""
    text = (
        '{"K": 6.5, "bounds": false, "fudge": 0.65, "kind": "pvalue", "run": "r1", "seed": 3, "universes": 20,'
        ' "width": null}'
    )
    assert PValueConfig("r1", 6.5, 20, 3, 0.65).to_json() == text
    assert PValueConfig.from_json(text) == PValueConfig("r1", 6.5, 20, 3, 0.65)
    config = ClosureConfig("technical", RunConfig("demo", 0).to_json(), HIDDEN.read_text())
    stored = json.loads(config.to_json())
    assert list(stored) == ["base", "closure", "fudge", "kind", "runs", "seed", "signal", "strength"]
    assert ClosureConfig.from_json(config.to_json()) == config
    with pytest.raises(ConfigError, match=r"campaign: got .*allowed: a stored closure test"):
        ClosureConfig.from_json(text)


def test_a_closure_answer_is_a_sequence_that_shows_itself() -> None:
    assert len(FOUND) == 2 and FOUND[0].run == "r1" and [f.complete for f in FOUND] == [True, False]
    assert (FOUND.complete, FOUND.near) == (1, 1)
    assert repr(FOUND) == "<ClosureAnswer: injected proto-model found in 1 of 2 runs>"
    report = FOUND.report()
    assert report.title == "injected: X_d 700, X_Z1 200 GeV"
    assert report.tables[0].rows[0] == ("r1", "8.500", "X_c 650, X_Z1 210", "650 (-50)", "210 (+10)")
    assert report.tables[0].rows[1] == ("r2", "-", "", "-", "-")
    assert "<td>X_c 650, X_Z1 210</td>" in FOUND._repr_html_()
    values = FOUND.to_dict()
    assert values["found"][1] == {"run": "r2", "K": None, "masses": {}, "partner": {1000001: None, LBP: None}} | {
        "complete": False
    }
    frame = FOUND.to_dataframe()
    assert list(frame.columns) == ["run", "K", "complete", "X_d", "X_Z1"] and frame["X_d"][0] == 650.0


def test_a_global_p_value_shows_itself() -> None:
    found = GlobalPValue(1.0, (-math.inf, 0.5, 2.0), (1.5,), 9, "c2")
    assert repr(found) == "<GlobalPValue p = 0.600: 2 of 4 universes reach K = 1.000>"
    values = found.to_dict()
    assert values["K_fake"] == [None, 0.5, 2.0] and (values["universes"], values["p"]) == (4, 0.6)
    assert json.dumps(values, allow_nan=False)
    assert "global p-value of K = 1.000: p = 0.600" in found._repr_html_()
    assert found.to_dataframe()["bound"].tolist() == [False, False, False, True]
    assert GlobalPValue(1.0, ()).to_dict()["p"] is None and GlobalPValue(1.0, ()).to_dict()["interval_95"] == [0.0, 1.0]
    assert GlobalPValue(1.0, ()).report().title == "no universe is finished yet"


def test_a_power_curve_shows_itself() -> None:
    curve = PowerCurve(6.0, (power_point(0.5, FOUND, INJECTED, 6.0), power_point(2.0, FOUND[:1], INJECTED, 6.0)))
    assert repr(curve) == "<PowerCurve: runs that reach K = 6 by strength: 0.5: 1/2, 2: 1/1>"
    assert [p["runs"] for p in curve.to_dict()["points"]] == [2, 1]
    assert curve.to_dataframe()["reaching"].tolist() == [1, 1]
    assert "95% interval" in curve._repr_html_()


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    with open_storage(tmp_path_factory.mktemp("campaigns") / "runs.db") as opened:
        yield opened


def test_campaigns_from_python_are_those_of_the_command(storage: Storage, demo: Predictor) -> None:
    judged = run(demo, walkers=2, steps=6, seed=21, executor="inline", storage=storage)
    found = pvalue(judged.id, universes=2, executor="inline", storage=storage)
    assert found.n == found.wanted == 2 and found.campaign.startswith("c")
    again = pvalue(judged.id, universes=2, executor="inline", storage=storage)
    assert again == found and again.campaign == found.campaign
    with pytest.raises(NotFoundError, match="run: got r0"):
        pvalue("r0", storage=storage)
    told: list[int] = []
    small = {"runs": 2, "walkers": 1, "steps": 3, "executor": "inline", "storage": storage, "results": demo}
    answer = closure(HIDDEN, **small, on_answer=lambda a: told.append(len(a)))  # type: ignore[arg-type]
    assert told == [1, 2] and len(answer) == answer.wanted == 2
    assert closure(HIDDEN, **small) == answer  # type: ignore[arg-type]
    curve = power(HIDDEN, strengths=[0.0], **small)  # type: ignore[arg-type]
    assert (curve[0].strength, curve[0].n) == (0.0, 2)
    before = len(storage.list_campaigns())
    for wrong, field in (({"kind": "other"}, "kind"), ({"runs": 0}, "runs"), ({"fudge": 0.0}, "universe.fudge")):
        with pytest.raises(ConfigError, match=field):
            closure(HIDDEN, **{**small, **wrong})  # type: ignore[arg-type]
    assert len(storage.list_campaigns()) == before
