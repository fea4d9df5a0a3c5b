"""How long a browser takes to show a page for the first time."""

from __future__ import annotations

import shutil
import time

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from benchmarks.service.filled import Filled

TIMES = 10


def first_views(url: str, filled: Filled) -> str:
    """A table of times: first contentful paint, and until the charts in sight are drawn."""
    lines = [
        "| page | first paint, ms: median, longest | charts in sight, ms: median, longest |",
        "| --- | --- | --- |",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, path in (
            ("runs", "/"),
            ("run", f"/runs/{filled.runs[3]}"),
            ("hiscores", "/hiscores"),
            ("proto-model", f"/protomodels/{filled.protomodels[0]}"),
        ):
            found = np.array([_look(browser, url + path) for _ in range(TIMES)])
            shown = [f"{np.median(own):.0f}, {own.max():.0f}" for own in found.T]
            lines.append(f"| {name} | {shown[0]} | {shown[1]} |")
        browser.close()
    return "\n".join(lines)


def _look(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds until the first paint, and until the charts in sight are drawn, with an empty cache."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url)
    for place in page.locator("[data-plot]").all():
        box = place.bounding_box()
        if box is not None and box["y"] < 900.0:
            place.locator("svg.main-svg").first.wait_for()
    drawn = 1000.0 * (time.perf_counter() - start)
    entries = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)"
    while not (painted := page.evaluate(entries)):
        page.wait_for_timeout(50)
    context.close()
    return float(painted[0]), drawn
