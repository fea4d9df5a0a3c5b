"""The page of a proto-model: its parts are all there without a script, each with a link that leads to it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from protomodels.api.pages.parts.tabs import protomodel_tabs
from protomodels.database import Storage
from protomodels.plots import kinds
from protomodels.plots.figure import Figure
from tests.api.pages.test_dashboard_pages import GLUINO, LIGHTEST, STOP, model, walked


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


def test_each_part_has_a_link_and_all_pictures_have_a_part(client: TestClient, storage: Storage) -> None:
    run = walked(storage, model("a", 3.0, STOP, LIGHTEST))
    text = client.get(f"/protomodels/{storage.hiscores(run)[0].id}").text
    links = re.findall(r'href="#([\w-]+)" id="tab-', text)
    assert links == [tab.key for tab in protomodel_tabs()] == re.findall(r'<section id="([\w-]+)"', text)
    assert set(re.findall(r'data-plot="\S*/plots/(\w+)"', text)) == set(kinds.KINDS)
    for words in ("Not judged", "What could it be?", "Twice", "Contributions", "branching ratios", "SLHA"):
        assert words in text, words
    robust = text[text.index('<section id="robust"') : text.index('<section id="could-be"')]
    assert "plots/without" in robust and "Not judged" in robust and "plots/masses" not in robust


def test_a_section_of_one_s_own_is_a_tab(monkeypatch: pytest.MonkeyPatch) -> None:
    own = kinds.FigureKind("own", "My section", "Mine", "", lambda _: Figure(()))
    monkeypatch.setitem(kinds.KINDS, "own", own)
    assert (protomodel_tabs()[-1].title, protomodel_tabs()[-1].kinds) == ("My section", (own,))


def test_its_history_names_the_same_content_elsewhere(client: TestClient, storage: Storage) -> None:
    walked(storage, model("a", 3.0, STOP, LIGHTEST), model("c", 5.0, GLUINO, STOP, LIGHTEST, mass=400.0))
    walked(storage, model("b", 2.0, STOP, LIGHTEST, mass=700.0))
    number = {(m.K, len(m.masses)): m.id for m in storage.hiscores()}
    text = client.get(f"/protomodels/{number[3.0, 2]}").text
    found = text[text.index('<section id="history"') :]
    assert re.findall(r'href="/protomodels/(\d+)"', found) == [str(number[2.0, 2])]
    everything = re.search(r'href="(/hiscores\?exact=1&amp;particle=[^"]*)"', found)
    assert everything is not None
    both = client.get(everything[1].replace("&amp;", "&")).text
    assert both.count('href="/protomodels/') == 2
