"""Pages of proto-models, runs, hiscores, analyses and timelines in a browser: wide and narrow, light and dark.

It needs Chromium (`make browser` installs it), and leaves pictures in the folder that PROTOMODELS_SCREENSHOTS names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from protomodels.database import ContributionRecord, LimitRecord, ResultsRecord, Storage
from protomodels.files import load_model
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.demo import HIDDEN
from tests.api.asking import Serve
from tests.api.pages.test_dashboard_pages import GLUINO, LIGHTEST, STOP, model, walked
from tests.api.test_dashboard import BROWSER, FLAGS, WAIT, look, needs_browser

pytestmark = needs_browser
SHARES = (
    ContributionRecord("CMS-DEMO-2016-01", "synthetic_SR1", "EM", 14.0, 8.0, 5.0, 2.4),
    ContributionRecord("ATLAS-DEMO-2016-02", None, "UL", 5.1, 3.9, 1.8, 0.9),
)
LIMITS = (LimitRecord("ATLAS-DEMO-2016-02", None, "UL", 0.8, 0.6, 1.8),)


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert BROWSER is not None, "Chromium is missing: `make browser` installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def base(storage: Storage, serve: Serve, demo: CompiledPredictor) -> str:
    """The address of a service with a run of the demo results."""
    found = [model(f"t{i}", 4.0 - i, STOP, LIGHTEST, mass=830.0 - 60.0 * i) for i in range(3)]
    # the best one is that of the demo: it has a K, which some pictures need
    hidden = load_model(HIDDEN)
    found[0] = replace(found[0], masses=dict(hidden.masses), model_json=HIDDEN.read_text())
    found.append(model("g", 3.5, GLUINO, STOP, LIGHTEST, mass=900.0))
    results = ResultsRecord(demo.fingerprint, "demo", "1", len(demo.catalog.analyses))
    walked(storage, *(replace(one, contributions=SHARES, limits=LIMITS) for one in found), results=results)
    return serve()


Colour = Literal["light", "dark"]
VIEWS: tuple[tuple[int, Colour], ...] = ((1400, "light"), (390, "dark"), (1400, "dark"), (390, "light"))


@pytest.mark.parametrize(("width", "colour"), VIEWS)
def test_pages_fit(browser: Browser, base: str, storage: Storage, width: int, colour: Colour) -> None:
    best = storage.hiscores()[0]
    context = browser.new_context(base_url=base, viewport={"width": width, "height": 900}, color_scheme=colour)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    pages = {
        "protomodel": f"/protomodels/{best.id}",
        "run": f"/runs/{best.run}",
        "hiscores": "/hiscores?columns=K,spectrum,masses,mu-hat,verdict",
        "analyses": "/results/demo",
        "analysis": "/results/demo/ATLAS-DEMO-2016-02",
        "timeline": f"/protomodels/{best.id}/timeline",
    }
    for name, path in pages.items():
        page.goto(path)
        look(page, f"{name}-{width}-{colour}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is too wide"
    context.close()
    assert said == [], "the console shows errors"


def selected(page: Page) -> str:
    return page.locator("[role=tab][aria-selected=true]").inner_text()


def test_tabs_obey_the_keyboard_and_the_address(browser: Browser, base: str, storage: Storage) -> None:
    page = browser.new_page(base_url=base)
    path = f"/protomodels/{storage.hiscores()[0].id}"
    page.goto(path)
    assert selected(page) == "What it is" and page.locator("[role=tabpanel]:visible").count() == 1
    page.focus("#tab-what")
    page.keyboard.press("ArrowRight")
    assert selected(page) == "Why it scores" and page.evaluate("document.activeElement.id") == "tab-why"
    assert page.locator("#why table:visible").count() == 1
    page.keyboard.press("End")
    assert selected(page) == "History" and page.url.endswith("#history")
    page.goto(f"{path}?from=elsewhere#robust")
    assert selected(page) == "How robust it is"
    # what is not in sight is computed meanwhile, and then drawn from what came
    expect(page.locator("#prepared")).to_be_empty(timeout=WAIT)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("#tab-limits")
    page.locator("#limits svg.main-svg").first.wait_for(timeout=WAIT)
    assert not [url for url in asked if "/plots/limits" in url]
    page.close()


def test_without_scripts_all_parts_are_there(browser: Browser, base: str, storage: Storage) -> None:
    context = browser.new_context(base_url=base, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/protomodels/{storage.hiscores()[0].id}")
    assert page.locator("section:visible").count() == page.locator("[data-tabs] a").count() == 6
    page.click("#tab-history")
    assert re.search("#history$", page.url)
    context.close()
