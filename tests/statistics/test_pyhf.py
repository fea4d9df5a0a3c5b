"""Simplified likelihoods against the full ones of small pyhf documents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from protomodels.statistics.pyhf_document import JsonRegions, json_regions
from protomodels.statistics.pyhf_full import full_log_likelihood_ratio
from protomodels.statistics.pyhf_simplified import accuracy, simplified, simplified_model

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


def test_the_simplified_form_follows_the_full_one(regions: JsonRegions) -> None:
    model = simplified_model(regions)
    for signal in ([6.0, 0.0], [3.0, 9.0], [0.5, 14.0]):
        full = full_log_likelihood_ratio(regions, signal, MU)
        np.testing.assert_allclose(model.log_likelihood_ratio(signal, MU), full, rtol=0.07, atol=0.02)
    assert 0.0 < accuracy(regions, 3, np.random.default_rng(1)) < 1.0


def test_a_control_region_sets_the_mean_and_the_width() -> None:
    background, covariance = simplified(json_regions(document(True), LISTED))
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
    moved = JsonRegions(other, regions.names, regions.signal, regions.control)
    for mine, theirs in zip(simplified(regions), simplified(moved), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_regions_by_name_by_suffix_and_by_order() -> None:
    spec = document(False)
    assert json_regions(spec, LISTED).signal == (("SR1_cuts", 0), ("SR2_cuts", 0))
    unnamed = [{"smodels": "A", "pyhf": "A", "type": "SR"}, {"smodels": "B", "pyhf": "B", "type": "SR"}]
    assert json_regions(spec, unnamed).signal == (("SR1_cuts", 0), ("SR2_cuts", 0))
    with pytest.raises(ValueError, match="3 signal regions for 2 bins"):
        json_regions(spec, [*unnamed, {"smodels": "C", "pyhf": "C", "type": "SR"}])
