"""The dashboard in a real browser: the main path, from the form that launches a run to its global p-value.

It needs Chromium (`make browser` installs it).  Figures of the pages are left in the folder that
PROTOMODELS_SCREENSHOTS names.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from protomodels.api.settings import PREFIX
from tests.command_line import COMMAND


def playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
        return path if Path(path).exists() else None


BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or playwrights_own()
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WAIT = 120_000.0
"""Milliseconds; a run of the demo takes seconds, but two cores may be busy."""

needs_browser = pytest.mark.skipif(
    BROWSER is None and "CI" not in os.environ, reason="no Chromium here: `make browser` installs it"
)
pytestmark = needs_browser


class Service:
    """`protomodels serve` with `protomodels runner` beside it, on one storage."""

    def __init__(self, storage: str, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.storage = storage
        self._log = (folder / "service.log").open("wb")
        self._serving = self._start("serve", "--port", str(self.port), "--storage", storage)
        self.runner = self.start_runner()
        until = time.monotonic() + 60.0
        while True:
            try:
                assert httpx.get(f"{self.url}/readyz").status_code == 200
                break
            except httpx.TransportError:
                assert time.monotonic() < until and self._serving.poll() is None, (folder / "service.log").read_text()
                time.sleep(0.2)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603
            [COMMAND, *arguments], stdout=self._log, stderr=self._log, start_new_session=True
        )

    def start_runner(self, *options: str) -> subprocess.Popen[bytes]:
        return self._start(
            "runner", "--executor", "inline", "--lease", "6", "--chunk", "5", "--storage", self.storage, *options
        )

    def kill_runner(self) -> None:
        """With its children, at once."""
        os.killpg(self.runner.pid, signal.SIGKILL)
        # the process of a run has a group of its own
        subprocess.run(["pkill", "-KILL", "-f", f"protomodels.cli.worker.*{self.storage}"], check=False)  # noqa: S603, S607
        self.runner.wait()

    def close(self) -> None:
        for process in (self.runner, self._serving):
            if process.poll() is None:
                process.terminate()
        for process in (self.runner, self._serving):
            process.wait(60)
        self._log.close()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, demo: object) -> Iterator[Service]:
    assert demo is not None  # compiled by now
    folder = tmp_path_factory.mktemp("dashboard")
    running = Service(f"sqlite:///{folder / 'runs.db'}", folder)
    yield running
    running.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert BROWSER is not None, "Chromium is missing: `make browser` installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    context = browser.new_context(base_url=service.url, viewport={"width": 1200, "height": 900})
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == [], "the console shows errors"


def look(page: Page, name: str) -> None:
    """Draw all charts of a page, tab by tab, and keep a picture of each where pictures are wanted."""
    tabs = [tab.get_attribute("id") for tab in page.locator("[role=tab]").all()]
    for number, tab in enumerate(tabs or [None]):
        if tab is not None:
            page.click(f"#{tab}")
        for place in page.locator("[data-plot]:visible").all():
            place.scroll_into_view_if_needed()
            place.locator("svg.main-svg").first.wait_for(timeout=WAIT)
        page.evaluate("scrollTo(0, 0)")
        if "PROTOMODELS_SCREENSHOTS" in os.environ:
            folder = Path(os.environ["PROTOMODELS_SCREENSHOTS"])
            folder.mkdir(parents=True, exist_ok=True)
            shown = f"{name}-{number}-{tab}" if tab else name
            page.screenshot(path=folder / f"{shown}.png", full_page=True)


def beyond(page: Page, steps: int) -> None:
    """Wait until the page shows more steps than these, without being loaded again."""
    until = time.monotonic() + WAIT / 1000.0
    while int(page.locator("#steps").inner_text()) <= steps:
        assert time.monotonic() < until, page.inner_text("main")
        page.wait_for_timeout(100)


def launch(page: Page, **fields: str) -> None:
    page.goto("/new")
    for name, value in fields.items():
        page.fill(f"#f-{name}", value)
    page.click("text=Launch")
    page.wait_for_url("**/runs/r*", timeout=WAIT)


def test_the_main_path(page: Page, service: Service) -> None:
    page.goto("/")
    assert page.title().startswith("Start")
    page.click("nav >> text=New run")
    look(page, "new")
    launch(page, walkers="2", steps="60", seed="3")
    steps = page.locator("#steps")
    beyond(page, 0)
    page.locator("#state.completed").wait_for(timeout=WAIT)
    assert steps.inner_text() == "120"
    look(page, "run")
    best = page.locator("#best").inner_text()

    page.locator("h2:has-text('Best proto-models') + .wide >> a[href^='/protomodels/']").first.click()
    page.locator(f"text=K = {best}").first.wait_for()
    look(page, "protomodel")
    assert page.locator("figure svg.main-svg").count() >= 8
    text = page.locator("main").text_content() or ""
    assert "ln L" in text and "Signal over limit" in text
    bars = page.locator("[data-plot$='contributions']")
    assert bars.get_attribute("role") == "figure" and "DEMO" in (bars.get_attribute("aria-label") or "")

    number = page.url.rsplit("/", 1)[1]
    page.goto(f"/compare?a={number}&b={number}")
    look(page, "compare")
    page.goto("/hiscores?particle=X_Z1")
    assert page.locator("svg.thumb").count() >= 1
    page.click("thead >> text=Z")
    page.wait_for_url("**sort=Z**")
    assert page.locator("th[aria-sort]").inner_text().startswith("Z")
    look(page, "hiscores")
    page.click("thead >> text=verdict")
    page.wait_for_url("**/glossary#verdict")
    look(page, "glossary")
    page.goto("/results")
    page.click("text=demo")
    look(page, "results")

    page.goto("/")
    look(page, "start")
    page.click("text=those of no campaign")
    look(page, "runs")
    page.locator("tbody a").first.click()
    page.click("text=global p-value")
    page.fill("#f-universes", "2")
    look(page, "campaigns")
    page.locator("form[data-kind=pvalue] button").click()
    page.wait_for_url("**/campaigns/c*", timeout=WAIT)
    until = time.monotonic() + WAIT / 1000.0
    while "of 2 universes" not in page.locator(".lead").inner_text():
        assert time.monotonic() < until, page.inner_text("main")
        page.wait_for_timeout(500)
        page.reload()
    assert page.locator(".lead").inner_text().startswith("p = ")
    look(page, "pvalue")


def test_a_demo_run_by_one_button_and_two_runs_overlaid(page: Page, service: Service) -> None:
    launch(page, walkers="1", steps="3", seed="5")
    page.locator("#state.completed").wait_for(timeout=WAIT)
    other = page.url.rsplit("/", 1)[1]
    page.goto("/")
    page.click("text=Launch a demo run")
    page.wait_for_url("**/runs/r*", timeout=WAIT)
    beyond(page, 20)
    first = page.locator("#found tbody tr").first.locator("td.n").first
    page.locator("#found tbody a").first.wait_for(timeout=WAIT)
    # the table is made again while the run goes on, and the header with it
    assert page.evaluate("document.querySelector('#best').textContent") == first.inner_text()
    page.fill("[name=beside]", other)
    page.click("text=lay over")
    page.wait_for_url(f"**beside={other}**")
    look(page, "overlaid")
    assert other in (page.locator("[data-plot*='/plots/climb']").get_attribute("aria-label") or "")
    stop = page.locator("button:has-text('cancel')")
    if stop.count():
        stop.click()


def test_what_is_wrong_is_said_beside_its_field(browser: Browser, service: Service) -> None:
    # the browser itself reports the refused request in its console
    page = browser.new_page(base_url=service.url)
    page.goto("/campaigns?run=r0")
    page.locator("form[data-kind=pvalue] button").click()
    wrong = page.locator(".field.wrong")
    wrong.wait_for(timeout=WAIT)
    assert "f-run" in (wrong.locator("label").get_attribute("for") or "")
    assert page.evaluate("document.activeElement.name") == "run"
    page.goto("/runs/r0")
    assert "r0" in page.locator("[role=alert].bad").inner_text()
    page.close()


def test_a_runner_that_was_killed_shows_and_its_run_resumes_from_the_page(page: Page, service: Service) -> None:
    launch(page, walkers="2", steps="100000", seed="4")
    beyond(page, 0)
    service.kill_runner()
    killed = time.monotonic()
    page.locator("#state.crashed").wait_for(timeout=WAIT)
    assert time.monotonic() - killed < 6.0 + 10.0, "the lease is 6 s; what is left is for a busy machine"
    look(page, "crashed")
    page.click("button:has-text('resume')")
    page.locator("#state.queued").wait_for(timeout=WAIT)
    service.runner = service.start_runner("--no-recover")
    page.locator("#state.running").wait_for(timeout=WAIT)
    done = int(page.locator("#steps").inner_text())
    beyond(page, done)
    page.click("button:has-text('cancel')")
    page.locator("#state.cancelled").wait_for(timeout=WAIT)


def test_narrow_and_dark(browser: Browser, service: Service) -> None:
    context = browser.new_context(
        base_url=service.url, viewport={"width": 390, "height": 800}, color_scheme="dark", device_scale_factor=2
    )
    page = context.new_page()
    found = httpx.get(f"{service.url}{PREFIX}/hiscores", params={"limit": 1}).json()
    paths = ("/", "/runs", "/new", "/hiscores", "/hiscores?group=content", "/posteriors", "/batches", "/glossary")
    for path in (*paths, f"/protomodels/{found[0]['id']}" if found else "/campaigns"):
        page.goto(path)
        look(page, "dark" + path.replace("/", "-"))
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, f"{path} is {wide} pixels wide"
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(20, 24, 29)"
    context.close()
