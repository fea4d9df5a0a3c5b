"""Likelihoods of small HistFactory documents: against pyhf, and the fast forms against the full ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyhf
import pytest

from protomodels.statistics.histfactory.background import background_model
from protomodels.statistics.histfactory.document import SETTINGS, JsonRegions, json_regions
from protomodels.statistics.histfactory.fast import fast_form
from protomodels.statistics.histfactory.full import full_likelihood
from protomodels.statistics.histfactory.model import Model, histfactory_model
from protomodels.statistics.histfactory.pyhf_fits import pyhf_log_likelihood_ratio, pyhf_log_likelihoods

MU = [0.5, 1.0, 2.0]


def sample(name: str, data: list[float], *modifiers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "data": data, "modifiers": list(modifiers)}


def norm(name: str, relative: float) -> dict[str, Any]:
    return {"name": name, "type": "normsys", "data": {"hi": 1.0 + relative, "lo": 1.0 - relative}}


def channel(name: str, top: dict[str, Any], z: float) -> dict[str, Any]:
    return {"name": name, "samples": [top, sample("z", [z], norm("z", 0.2))]}


def document(control: bool) -> dict[str, Any]:
    """Two signal regions; with a control region that fixes the size of one of their backgrounds."""
    free = [{"name": "mu_top", "type": "normfactor", "data": None}] if control else [norm("top", 0.2)]
    channels = [
        {
            "name": "SR1_cuts",
            "samples": [sample("top", [12.0], *free, norm("jes", 0.1)), sample("z", [5.0], norm("z", 0.2))],
        },
        {
            "name": "SR2_cuts",
            "samples": [sample("top", [30.0], *free, norm("jes", -0.05)), sample("z", [8.0], norm("z", 0.2))],
        },
    ]
    observations = [{"name": "SR1_cuts", "data": [21.0]}, {"name": "SR2_cuts", "data": [33.0]}]
    if control:
        channels.append(
            {"name": "CRtop_cuts", "samples": [sample("top", [200.0], *free), sample("z", [5.0], norm("z", 0.2))]}
        )
        observations.append({"name": "CRtop_cuts", "data": [230.0]})
    measurement = {"name": "m", "config": {"poi": "mu", "parameters": []}}
    return {"channels": channels, "observations": observations, "measurements": [measurement], "version": "1.0.0"}


LISTED = [
    {"smodels": "SRlow", "pyhf": "SR1", "type": "SR"},
    {"smodels": "SRhigh", "pyhf": "SR2", "type": "SR"},
    {"smodels": None, "pyhf": "CRtop_cuts", "type": "CR"},
]


@pytest.fixture(params=[False, True], ids=["constraints", "control region"])
def regions(request: pytest.FixtureRequest) -> JsonRegions:
    return json_regions(document(request.param), LISTED)


def everything() -> dict[str, Any]:
    """Two channels, one of two bins, with a modifier of each kind; variations of both signs and of one sign."""
    lumi = {"name": "lumi", "type": "lumi", "data": None}
    scale = {"name": "mu_top", "type": "normfactor", "data": None}
    jes = {"name": "jes", "type": "histosys", "data": {"hi_data": [11.0, 24.0], "lo_data": [10.5, 17.0]}}
    stat = {"name": "stat_SR", "type": "staterror", "data": [1.5, 2.0]}
    large = {"name": "large", "type": "normsys", "data": {"hi": 3.0, "lo": 0.01}}
    shape = {"name": "fakes_SR", "type": "shapesys", "data": [1.0, 0.5]}
    other = {"name": "jes", "type": "histosys", "data": {"hi_data": [130.0], "lo_data": [118.0]}}
    channels = [
        {
            "name": "SR",
            "samples": [sample("top", [10.0, 20.0], lumi, scale, jes, stat), sample("fakes", [3.0, 1.0], large, shape)],
        },
        {"name": "CR", "samples": [sample("top", [120.0], lumi, scale, other, norm("jer", 0.1)), sample("z", [9.0])]},
    ]
    observations = [{"name": "SR", "data": [19.0, 20.0]}, {"name": "CR", "data": [140.0]}]
    listed = {"name": "lumi", "auxdata": [1.0], "sigmas": [0.02], "bounds": [[0.9, 1.1]], "inits": [1.0]}
    measurement = {"name": "m", "config": {"poi": "mu", "parameters": [listed]}}
    return {"channels": channels, "observations": observations, "measurements": [measurement], "version": "1.0.0"}


EVERYTHING = JsonRegions(everything(), ("SRa", "SRb"), (("SR", 0), ("SR", 1)), ("CR",))


def near(model: Model, rng: np.random.Generator) -> Any:
    """Parameters within and beyond one standard deviation of their nominal values."""
    point = model.start + rng.uniform(-0.3, 0.3, len(model.start))
    wide = model.gaussian[model.width[model.gaussian] == 1.0]
    point[wide] += rng.uniform(-2.0, 2.0, len(wide))
    return np.where(model.fixed, model.start, np.clip(point, model.low, model.high))


def test_expected_events_and_constraints_are_those_of_pyhf() -> None:
    spec = everything()
    model, rng = histfactory_model(spec), np.random.default_rng(1)
    listed = spec["measurements"][0]["config"]["parameters"]
    document = {"channels": spec["channels"], "parameters": listed}
    theirs = pyhf.Model(document, poi_name=None, modifier_settings=SETTINGS, validate=False)
    auxiliary, offsets = np.array(theirs.config.auxdata), []
    for _ in range(20):
        point = near(model, rng)
        np.testing.assert_allclose(model.rates(point), theirs.expected_actualdata(point), rtol=1e-12)
        offsets.append(model.constraint(point)[0] - float(theirs.constraint_logpdf(auxiliary, point)))
    np.testing.assert_allclose(offsets, offsets[0], atol=1e-9)


def test_derivatives_are_those_by_differences() -> None:
    model, rng, step = histfactory_model(everything()), np.random.default_rng(2), 1e-5
    free = np.flatnonzero(~model.fixed)
    for _ in range(5):
        point, weights = near(model, rng), rng.normal(size=model.n_bins)
        slopes, bends = model.slopes(point)[1], model.bends(point, weights)
        for k in free:
            move = step * np.eye(len(point))[k]
            by_hand = (model.rates(point + move) - model.rates(point - move)) / (2.0 * step)
            np.testing.assert_allclose(slopes[:, k], by_hand, rtol=1e-5, atol=1e-5)
            turned = weights @ (model.slopes(point + move)[1] - model.slopes(point - move)[1]) / (2.0 * step)
            np.testing.assert_allclose(bends[k], turned, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("signal", [[6.0, 0.0], [0.0, 9.0], [4.0, 8.0]])
def test_the_full_likelihood_is_that_of_pyhf(regions: JsonRegions, signal: list[float]) -> None:
    for document in (regions, EVERYTHING):
        full = full_likelihood(document)
        ours = full.log_likelihood_ratio(signal, MU)
        np.testing.assert_allclose(ours, pyhf_log_likelihood_ratio(document, signal, MU), atol=2e-4)
        points = np.array([full.best.point, full.best_with(np.array(signal)).point])
        there = pyhf_log_likelihoods(document, np.array([[0.0, 0.0], signal]), points)
        assert there[1] - there[0] == pytest.approx(ours[1], abs=1e-7)


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    full = full_likelihood(EVERYTHING)
    together = full.log_likelihood_ratio([4.0, 8.0], [2.0, 0.3, 1.0])
    alone = [full.log_likelihood_ratio([4.0, 8.0], [mu])[0] for mu in (2.0, 0.3, 1.0)]
    np.testing.assert_allclose(together, alone, atol=1e-7)


def test_the_fast_form_follows_the_full_one(regions: JsonRegions) -> None:
    for document in (regions, EVERYTHING):
        full = full_likelihood(document)
        form = fast_form(full)
        assert max(form.difference.values()) < 0.05
        for signal in ([6.0, 0.0], [3.0, 9.0], [0.5, 14.0]):
            ours = form.model.log_likelihood_ratio(signal, [0.5, 1.0])
            np.testing.assert_allclose(ours, full.log_likelihood_ratio(signal, [0.5, 1.0]), atol=0.05)


def test_where_first_order_is_not_enough() -> None:
    """A large logarithmic uncertainty: Gaussian backgrounds are a tenth off in ln L, the fitted form is not."""
    spec = document(False)
    for each in spec["channels"]:
        each["samples"] = [sample("top", [40.0], norm("top", 0.5))]
    full = full_likelihood(json_regions(spec, LISTED))
    form, signal = fast_form(full), [12.0, 25.0]
    exact = full.log_likelihood_ratio(signal, [1.0])
    assert abs(background_model(full).log_likelihood_ratio(signal, [1.0]) - exact) > 0.1
    np.testing.assert_allclose(form.model.log_likelihood_ratio(signal, [1.0]), exact, atol=0.05)


def test_a_control_region_sets_the_mean_and_the_width() -> None:
    model = background_model(full_likelihood(json_regions(document(True), LISTED)))
    background, covariance = model.center, np.linalg.inv(model.weight)
    factor = 225.0 / 200.0  # (230 - 5) / 200
    np.testing.assert_allclose(background, [12.0 * factor + 5.0, 30.0 * factor + 8.0], rtol=1e-3)
    top = np.sqrt(230.0) / 200.0
    # more z in the control region leaves less for top
    own = (12.0 * top) ** 2 + (12.0 * factor * 0.1) ** 2 + (5.0 * 0.2 - 12.0 * 5.0 * 0.2 / 200.0) ** 2
    assert covariance[0, 0] == pytest.approx(own, rel=0.02)
    assert covariance[0, 1] < covariance[0, 0]


def test_the_data_of_the_signal_regions_do_not_move_the_backgrounds(regions: JsonRegions) -> None:
    other = dict(regions.spec)
    other["observations"] = [
        {**entry, "data": [3.0]} if entry["name"].startswith("SR") else entry for entry in other["observations"]
    ]
    mine = background_model(full_likelihood(regions))
    theirs = background_model(full_likelihood(replace(regions, spec=other)))
    np.testing.assert_array_equal(mine.center, theirs.center)
    np.testing.assert_array_equal(mine.weight, theirs.weight)


def test_regions_by_name_by_suffix_and_by_order() -> None:
    spec = document(False)
    assert json_regions(spec, LISTED).signal == (("SR1_cuts", 0), ("SR2_cuts", 0))
    unnamed = [{"smodels": "A", "pyhf": "A", "type": "SR"}, {"smodels": "B", "pyhf": "B", "type": "SR"}]
    assert json_regions(spec, unnamed).signal == (("SR1_cuts", 0), ("SR2_cuts", 0))
    with pytest.raises(ValueError, match="3 signal regions for 2 bins"):
        json_regions(spec, [*unnamed, {"smodels": "C", "pyhf": "C", "type": "SR"}])
