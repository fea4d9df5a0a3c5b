"""Figures: each is drawn in both ways from one description."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import plotly.graph_objects
import pytest

from protomodels.campaign.timeline.changes import Change, Step
from protomodels.campaign.timeline.history import History, Standing
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.plots.climb import climb_figure, walkers_figure
from protomodels.plots.densities import density_figure, p_value_figure
from protomodels.plots.figure import Axis, Bars, Figure, Line, Panel, Points, Rule
from protomodels.plots.paper import render, save
from protomodels.plots.planes import plane_figure
from protomodels.plots.protomodels import (
    Bound,
    Share,
    contribution_figure,
    decay_figure,
    limit_figure,
    spectrum_figure,
)
from protomodels.plots.scans import scan_figure
from protomodels.plots.scoring import combination_figure, likelihood_figure, without_figure
from protomodels.plots.spectra import closure_figure
from protomodels.plots.timeline import timeline_figure
from protomodels.plots.web import plotly as drawn_for_the_web
from protomodels.scoring.credible import mass_plane
from protomodels.scoring.explanation import Explanation, explain
from protomodels.scoring.influence import Influence
from protomodels.scoring.scans import mass_scan
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.tails import tail_fit

MASSES = {LBP: 100.0, 1000001: 600.0}
MODEL = ProtoModel(MASSES, {1000001: {(LBP, 1): 1.0}})


@pytest.fixture(scope="module")
def behind(scorer: Scorer) -> Explanation:
    found = explain(scorer.evaluate(MODEL))
    assert found is not None
    return found


def _followed() -> History:
    """A model that is seen in the second release, by one new analysis."""
    new = Influence("CMS-1", 2.0, 0.5, 2.5, None, 1.0, math.inf)
    step = Step("1", "2", ("CMS-1",), (), (Change("CMS-1", "new", "1 signal region", None, new),))
    seen = Standing("2", 2.0, 1.9, 1.0, 1.0, "CMS-1", ("CMS-1",), (), None)
    unseen = Standing("1", None, None, None, math.inf, "", (), ("X_d",), "no result sees the model")
    return History(MODEL, "the model", (unseen, seen), (step,))


@pytest.fixture(scope="module")
def pictures(scorer: Scorer, behind: Explanation) -> Mapping[str, Figure]:
    rng = np.random.default_rng(1)
    highest = {"one": np.maximum.accumulate(rng.normal(3.0, 1.0, (3, 20)), axis=1)}
    x, y = np.linspace(500.0, 700.0, 7), np.linspace(50.0, 200.0, 6)
    K = rng.normal(2.0, 1.0, (4, 10))
    K[1, 3:] = np.nan
    tail = rng.exponential(2.0, 200).tolist()
    return {
        "climb": climb_figure(highest, 50, 6.9, "published"),
        "walkers": walkers_figure(np.arange(10.0), K),
        "density": density_figure(3.0, {"here": [1.0, 2.0, 4.0], "one": [2.0]}),
        "tail": density_figure(12.0, {"here": tail}, (), {"here": tail_fit(tail, 12.0, rng)}),
        "p": p_value_figure({name: rng.random(50) for name in "abcde"}),
        "plane": plane_figure(mass_plane(scorer, MODEL, 1000001, LBP, x, y), "plane"),
        "scans": scan_figure([mass_scan(scorer, MODEL, pid, n=5) for pid in MASSES], "scans"),
        "timeline": timeline_figure(("1", "2"), [_followed()]),
        "closure": closure_figure(MASSES, [MASSES, {LBP: 90.0}]),
        "spectrum": spectrum_figure(MASSES),
        "decays": decay_figure(MODEL),
        "contributions": contribution_figure([Share("CMS-1 SR", "events", 5.0, 2.0, 3.0, 0.7)]),
        "limits": limit_figure([Bound("CMS-1 SR", 0.9, 0.7), Bound("CMS-2", 1.1, None)], 1.3),
        "likelihoods": likelihood_figure(behind),
        "without": without_figure(behind),
        "combination": combination_figure(behind),
    }


def test_each_picture_is_drawn_for_papers(pictures: Mapping[str, Figure]) -> None:
    for name, picture in pictures.items():
        svg = render(picture)
        assert svg.startswith(b"<?xml") and svg.count(b"<path") > 5, name
        assert render(picture) == svg, f"{name}: not the same file again"
    assert render(pictures["climb"], "png").startswith(b"\x89PNG")
    assert render(pictures["climb"], "pdf").startswith(b"%PDF")


def test_each_picture_is_drawn_for_pages(pictures: Mapping[str, Figure]) -> None:
    for name, picture in pictures.items():
        figure = drawn_for_the_web(picture)
        text = json.dumps(figure, allow_nan=False)  # ValueError where something is not JSON
        known = json.loads(text)
        checked = plotly.graph_objects.Figure(data=known["data"], layout=known["layout"])  # knows what plotly.js takes
        assert checked.data, name
        assert known["alt"] and picture.alt == known["alt"], name


def test_both_show_the_same_values() -> None:
    x, y = np.array([1.0, 2.0, 3.0]), np.array([2.0, np.nan, 5.0])
    panel = Panel(Axis("x", log=True, low=1.0, high=100.0), Axis("y"), (Line(x, y, "line", 3), Points(x, y)))
    figure = drawn_for_the_web(Figure((panel, panel, panel), columns=2))
    assert [t["x"] for t in figure["data"]] == [[1.0, 2.0, 3.0]] * 6
    assert figure["data"][0]["y"] == [2.0, None, 5.0] and figure["data"][0]["line"]["color"] == "#94a4a2"
    assert figure["layout"]["xaxis"]["range"] == [0.0, 2.0]
    assert [t["xaxis"] for t in figure["data"]] == ["x", "x", "x2", "x2", "x3", "x3"]
    assert figure["layout"]["yaxis3"]["domain"][0] == 0.0 and figure["layout"]["yaxis"]["domain"][1] == 1.0


def test_names_are_read_from_top_to_bottom() -> None:
    panel = Panel(Axis("K"), Axis(names=("first", "second")), (Bars(np.array([1.0, 2.0])), Rule(0.0, vertical=True)))
    assert drawn_for_the_web(Figure((panel,)))["layout"]["yaxis"]["range"] == [1.5, -0.5]
    assert b"<text" not in render(Figure((panel,)))  # letters are drawn: the same everywhere


def test_the_sum_of_the_curves_peaks_at_mu_hat(behind: Explanation) -> None:
    total = behind.llr.sum(axis=0)
    step = behind.mu[1] - behind.mu[0]
    assert (
        abs(
            behind.mu[int(np.argmax(np.where(behind.mu <= behind.evaluation.mu_max, total, -np.inf)))]
            - behind.score.mu_hat
        )
        <= step
    )
    chosen = list(behind.chosen)
    assert all(behind.combinable[a, b] for a in chosen for b in chosen if a != b)
    assert [behind.candidates[c] for c in chosen] and behind.ablation.K == behind.score.K


def test_nothing_is_written_where_it_cannot_be(tmp_path: Path) -> None:
    picture = spectrum_figure(MASSES)
    save(picture, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes() == render(picture)
    with pytest.raises(ConfigError, match=r"\.svg"):
        save(picture, tmp_path / "a.exe")
    with pytest.raises(ConfigError, match="can be written"):
        save(replace(picture, title="t"), tmp_path / "no" / "a.png")


def test_a_figure_of_matplotlib_can_be_changed_and_leaves_others_alone() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    picture = spectrum_figure(MASSES)
    canvas = picture.to_matplotlib()
    assert len(canvas.axes) == len(picture.panels) and dict(matplotlib.rcParams) == before
    assert canvas.axes[0].get_ylabel() == picture.panels[0].y.label
    canvas.axes[0].set_ylim(0.0, 5.0)
    assert picture.to_matplotlib().axes[0].get_ylim() != (0.0, 5.0)
