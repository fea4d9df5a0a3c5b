"""The table of hiscores: spectra with symbols, and the columns that its address asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from protomodels.api.pages.parts.columns import COLUMNS, SHOWN
from protomodels.api.pages.parts.spectra import thumbnail
from protomodels.database import Storage
from protomodels.particles import PARTICLES
from tests.api.pages.test_dashboard_pages import LIGHTEST, MEASURED, STOP, model, walked


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


def test_a_small_spectrum_has_each_particle_at_its_mass_with_its_symbol() -> None:
    tree = ElementTree.fromstring(str(thumbnail({pid: 100.0 + 50.0 * n for n, pid in enumerate(PARTICLES)})))  # noqa: S314
    heights = [float(line.get("y1", "nan")) for line in tree.iter("line")]
    assert len(heights) == len(PARTICLES) and heights == sorted(heights), "the heaviest first, and highest"
    texts = ["".join(text.itertext()) for text in tree.iter("text")]
    named = dict(zip((PARTICLES[pid].name for pid in reversed(PARTICLES)), texts, strict=True))
    assert (named["X_t1"], named["X_numu"], named["X_g"]) == ("Xt1", "Xνμ", "Xg")
    assert len(set(texts)) == len(texts)
    assert "X_Z1 163" in thumbnail({LIGHTEST: 163.0})


def headings(text: str) -> list[str]:
    head = text[text.index("<thead>") : text.index("</thead>")]
    return [re.sub("<[^>]*>", "", cell).strip(" ▾▴") for cell in re.findall(r"<th[^>]*>(.*?)</th>", head)]


def test_columns_are_those_of_the_address_in_its_order(client: TestClient, storage: Storage) -> None:
    walked(storage, model("a", 3.0, STOP, LIGHTEST), results=MEASURED)
    usual = headings(client.get("/hiscores").text)
    assert usual == ["proto-model", *(COLUMNS[name].shown for name in SHOWN)]
    text = client.get("/hiscores?columns=mu-hat,K&columns=run").text
    assert headings(text) == ["proto-model", "μ̂", "K", "run"]
    assert len(re.findall(r"<td", text[text.index("<tbody>") :])) == 4
    everything = client.get("/hiscores?columns=" + ",".join(COLUMNS)).text
    assert headings(everything) == ["proto-model", *(column.shown for column in COLUMNS.values())]
    checked = re.findall(r'name="columns" value="([\w-]+)" checked', text)
    assert sorted(checked) == ["K", "mu-hat", "run"]
    # other links of the page keep them
    link = re.search(r'href="(/hiscores\?[^"]*sort=K[^"]*)"', text)
    assert link is not None and headings(client.get(link[1].replace("&amp;", "&")).text) == headings(text)


def test_a_column_that_is_none_is_said(client: TestClient) -> None:
    text = client.get("/hiscores?columns=colour").text
    assert 'role="alert"' in text and "colour" in text and "mu-hat" in text
