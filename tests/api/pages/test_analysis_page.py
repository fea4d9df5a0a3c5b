"""The page of an analysis: its regions, its links, and its maps over masses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from fastapi.testclient import TestClient

from protomodels.api.results import Results
from protomodels.api.settings import PREFIX
from protomodels.plots.figure import Heat, Line
from protomodels.plots.pages.maps import axes_of, map_figure
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.maps import EFFICIENCY, OBSERVED, MapEntry, MassMap, maps_of, read_map
from tests.api.asking import is_problem

ANALYSIS = "ATLAS-DEMO-2012-02"
"""Of the demo results: with signal regions."""


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


def test_regions_and_maps_of_one_region(client: TestClient, demo: CompiledPredictor) -> None:
    assert f'href="/results/demo/{ANALYSIS}"' in client.get("/results/demo").text
    text = client.get(f"/results/demo/{ANALYSIS}").text
    catalog = demo.catalog
    rows = np.flatnonzero((catalog.analysis == ANALYSIS) & catalog.is_region)
    regions = catalog.region[rows].tolist()
    assert all(f"<td>{region}</td>" in text for region in regions) and "none in these results" in text
    entries = maps_of(demo.arrays, demo.meta["chains"], catalog, ANALYSIS)
    for region in regions[:2]:
        text = client.get(f"/results/demo/{ANALYSIS}?region={region}").text
        numbers = [int(n) for n in re.findall(r'data-plot="[^"]*/plots/map\?number=(\d+)"', text)]
        assert numbers == [e.number for e in entries if e.what != EFFICIENCY or e.label == region]
    figure = client.get(f"{PREFIX}/results/demo/analyses/{ANALYSIS}/plots/map?number={numbers[-1]}").json()
    assert "synthetic" in figure["layout"]["title"]["text"] and figure["data"][0]["type"] == "heatmap"
    is_problem(client.get(f"{PREFIX}/results/demo/analyses/{ANALYSIS}/plots/map?number=9999"), 404, "number")
    is_problem(client.get(f"{PREFIX}/results/demo/analyses/CMS-NOTHING/plots/map"), 404, "analysis")
    assert client.get("/results/demo/CMS-NOTHING").status_code == 404


def test_all_addresses_of_a_publication_are_links(
    client: TestClient, demo: CompiledPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "https://cern.ch/a; https://www.hepdata.net/record/1, https://smodels.github.io/b javascript:alert(1)"
    catalog = replace(demo.catalog, url=np.full(len(demo.catalog), said))
    monkeypatch.setattr(Results, "load", lambda *_: demo.with_catalog(catalog))
    text = client.get(f"/results/demo/{ANALYSIS}").text
    found = re.findall(r'<a href="([^"]*)" rel="noreferrer">(\w+)</a>', text)
    assert found == [
        ("https://cern.ch/a", "publication"),
        ("https://www.hepdata.net/record/1", "HEPData"),
        ("https://smodels.github.io/b", "SModelS"),
    ]
    assert "javascript:" not in text


def entry(what: str, *slots: int) -> MapEntry:
    return MapEntry(0, "T2", what, "X → jet MET, twice", 0, slots, 0, 1, 0)


def test_a_map_is_drawn_between_its_points() -> None:
    """Limits are interpolated in their logarithm: halfway between 1 and 100 fb is 10 fb."""
    corners = np.array([[100.0, 0.0], [300.0, 0.0], [100.0, 50.0], [300.0, 50.0]])
    masses = np.hstack([corners, corners])
    found = MassMap(entry(OBSERVED, 0, 1, 16, 17), masses, np.array([1.0, 100.0, 1.0, 100.0]))
    assert axes_of(found) == (0, 1)
    cells = map_figure(found).panels[0].marks[0]
    assert isinstance(cells, Heat) and cells.log
    assert cells.values[10] == pytest.approx(10.0 ** (2.0 * (cells.x - 100.0) / 200.0))


def test_of_points_that_differ_in_further_masses_the_best_is_drawn() -> None:
    corners = [(x, y) for x in (100.0, 300.0) for y in (0.0, 50.0)]
    masses = np.array([(x, 0.5 * (x + y) + shift, y) for x, y in corners for shift in (-10.0, 10.0)])
    for what, wanted in ((EFFICIENCY, 0.3), (OBSERVED, 0.1)):
        found = MassMap(entry(what, 0, 1, 2), masses, np.tile([0.1, 0.3], 4))
        assert axes_of(found) == (0, 2)
        cells = map_figure(found).panels[0].marks[0]
        assert isinstance(cells, Heat) and cells.values == pytest.approx(np.full_like(cells.values, wanted))


def test_a_map_of_one_mass_is_a_line() -> None:
    found = MassMap(entry(EFFICIENCY, 0, 16), np.array([[300.0, 300.0], [100.0, 100.0]]), np.array([0.2, 0.1]))
    line = map_figure(found).panels[0].marks[0]
    assert isinstance(line, Line) and line.x.tolist() == [100.0, 300.0] and line.y.tolist() == [0.1, 0.2]


def test_the_picture_of_a_map_has_its_numbers(demo: CompiledPredictor) -> None:
    found = read_map(demo.arrays, maps_of(demo.arrays, demo.meta["chains"], demo.catalog, ANALYSIS)[0])
    cells = map_figure(found).panels[0].marks[0]
    assert isinstance(cells, Heat)
    inside = cells.values[np.isfinite(cells.values)]
    assert found.values.min() - 1e-9 <= inside.min() and inside.max() <= found.values.max() + 1e-9
