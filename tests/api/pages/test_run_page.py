"""The page of a run: contents against K, and the analyses that drive its best proto-models."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from protomodels.api.settings import PREFIX
from protomodels.database import ContributionRecord, HiscoreRecord, Storage
from protomodels.plots.pages.modes import Driver, drivers_of, modes_figure
from tests.api.asking import is_problem
from tests.api.pages.test_dashboard_pages import GLUINO, LIGHTEST, STOP, model, walked


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


def with_shares(found: HiscoreRecord, **llr: float) -> HiscoreRecord:
    shares = [
        ContributionRecord(name.replace("_", "-"), "SR", "EM", 5.0, 3.0, 2.0, value) for name, value in llr.items()
    ]
    return replace(found, contributions=tuple(shares))


def test_drivers_are_means_over_all_of_them() -> None:
    one = with_shares(model("a", 3.0, LIGHTEST), CMS_1=2.0, ATLAS_1=0.5)
    other = with_shares(model("b", 2.0, LIGHTEST), CMS_1=1.0)
    assert drivers_of([one, other]) == [Driver("CMS-1", 2, 3.0, 4.0), Driver("ATLAS-1", 1, 0.5, 1.0)]
    assert drivers_of([]) == []


def test_contents_are_rows_the_best_first() -> None:
    found = [model("a", 1.0, STOP, LIGHTEST), model("b", 4.0, GLUINO, STOP, LIGHTEST), model("c", 2.0, STOP, LIGHTEST)]
    figure = modes_figure(found)
    stored, best = figure.panels[0].marks
    assert best.x.tolist() == [4.0, 2.0] and best.y.tolist() == [0.0, 1.0]  # type: ignore[union-attr]
    assert sorted(stored.x.tolist()) == [1.0, 2.0, 4.0]  # type: ignore[union-attr]
    assert figure.panels[0].y.names[1].endswith("$X_{Z}^{1}$") and "X_t1 X_Z1 2.00 (2)" in figure.alt
    assert "none yet" in modes_figure([]).alt


def test_the_page_shows_both_with_pictures(client: TestClient, storage: Storage) -> None:
    twins = [with_shares(model(f"t{i}", 9.0 - i, STOP, LIGHTEST, mass=300.0 + 100.0 * i), CMS_1=4.5) for i in range(3)]
    run = walked(storage, *twins, with_shares(model("g", 8.5, GLUINO, LIGHTEST), CMS_1=4.0, ATLAS_1=0.25))
    text = client.get(f"/runs/{run}").text
    rows = re.findall(r"exact=1&amp;particle=([^\"]*)\"[^>]*>(\d+)</a>", text)
    assert rows == [("X_t1%20X_Z1", "3"), ("X_g%20X_Z1", "1")]
    assert '<td class="n">4 of 4</td><td class="n">8.75</td><td class="n">9.00</td>' in text
    assert '<td class="n">1 of 4</td><td class="n">0.12</td><td class="n">0.50</td>' in text
    for kind, words in (("modes", "X_t1 X_Z1 9.00 (3)"), ("drivers", "CMS-1: in 4 of 4, mean 8.75")):
        path = f"{PREFIX}/runs/{run}/plots/{kind}"
        assert f'data-plot="{path}"' in text
        found = client.get(path).json()
        assert words in found["alt"] and "synthetic" in found["layout"]["title"]["text"]
        assert client.get(path, params={"format": "svg"}).content.startswith(b"<?xml")
        is_problem(client.get(f"{PREFIX}/runs/r0/plots/{kind}"), 404)
    labels = client.get(f"{PREFIX}/runs/{run}/plots/modes").json()["layout"]["yaxis"]["ticktext"]
    assert labels[0] == "X<sub>t</sub><sup>1</sup> X<sub>Z</sub><sup>1</sup>"


def test_a_run_that_found_nothing_has_its_page(client: TestClient, storage: Storage) -> None:
    run = walked(storage)
    assert client.get(f"/runs/{run}").text.count("none yet") >= 3
    for kind in ("modes", "drivers"):
        assert client.get(f"{PREFIX}/runs/{run}/plots/{kind}").status_code == 200
