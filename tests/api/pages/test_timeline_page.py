"""K of a stored proto-model in several of the results on this machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from protomodels.api.pages import timelines
from protomodels.api.results import Results
from protomodels.api.settings import PREFIX
from protomodels.database import HiscoreRecord, ResultsRecord, Storage
from protomodels.files import load_model
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.demo import HIDDEN
from protomodels.results.store import opened_results
from tests.api.asking import is_problem
from tests.api.pages.test_dashboard_pages import LIGHTEST, STOP, model, walked

LATER = "a" * 64


def hidden() -> HiscoreRecord:
    """The model of the demo, which has a K."""
    masses = dict(load_model(HIDDEN).masses)
    return replace(model("a", 3.0, STOP, LIGHTEST), masses=masses, model_json=HIDDEN.read_text())


def results_of(demo: CompiledPredictor) -> ResultsRecord:
    return ResultsRecord(demo.fingerprint, demo.name, "1", len(demo.catalog.analyses))


@pytest.fixture(params=["sqlite file"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


def test_the_results_to_begin_with(demo: CompiledPredictor) -> None:
    own = next(info for info in opened_results() if info.fingerprint == demo.fingerprint)
    later, measured = (replace(own, name=n, fingerprint=n[0] * 64) for n in ("later-demo", "official"))
    part = replace(measured, fingerprint="p" * 64, n_analyses=1)
    known = [own, later, measured, part]
    assert timelines.suggestion(known, own.fingerprint) == [own.fingerprint, later.fingerprint]
    assert timelines.suggestion(known, measured.fingerprint) == [measured.fingerprint]
    assert timelines.suggestion(known, "unknown") == [measured.fingerprint]


def test_picture_and_tables_follow_the_model(
    client: TestClient, storage: Storage, demo: CompiledPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = CompiledPredictor(demo.arrays, dict(demo.meta), demo.catalog, LATER, "later-demo")
    load = Results.load
    monkeypatch.setattr(Results, "load", lambda own, name: other if name == LATER else load(own, name))
    info = next(info for info in opened_results() if info.fingerprint == demo.fingerprint)
    both = [info, replace(info, name="later-demo", fingerprint=LATER)]
    monkeypatch.setattr(timelines, "opened_results", lambda: both)
    number = storage.hiscores(walked(storage, hidden(), results=results_of(demo)))[0].id
    assert f'href="/protomodels/{number}/timeline"' in client.get(f"/protomodels/{number}").text
    first = client.get(f"/protomodels/{number}/timeline").text
    assert first.count(" checked") == 2 and "data-plot" not in first, "nothing is computed before it is asked for"
    chosen = f"results={demo.fingerprint}&results={LATER}"
    text = client.get(f"/protomodels/{number}/timeline?{chosen}").text
    links = [link.replace("&amp;", "&") for link in re.findall(r'data-(?:plot|part)="([^"]*)"', text)]
    assert links == [
        f"{PREFIX}/protomodels/{number}/timeline/plots/releases?{chosen}",
        f"/protomodels/{number}/timeline/tables?{chosen}",
    ]
    figure, tables = (client.get(link) for link in links)
    assert figure.json()["alt"].startswith(f"synthetic demo results: K in demo, later-demo: proto-model {number}: ")
    assert "unchanged" in tables.text and 'id="part"' in tables.text
    K = re.findall(r"-?\d+\.\d\d", figure.json()["alt"])
    assert len(K) == 2 and K[0] == K[1], "the same maps under another name"


def test_fewer_than_two_results_are_no_timeline(client: TestClient, storage: Storage, demo: CompiledPredictor) -> None:
    number = storage.hiscores(walked(storage, hidden(), results=results_of(demo)))[0].id
    text = client.get(f"/protomodels/{number}/timeline?results={demo.fingerprint}").text
    assert "data-plot" not in text
    plot = f"{PREFIX}/protomodels/{number}/timeline/plots/releases"
    is_problem(client.get(plot, params={"results": demo.fingerprint}), 422, "results")
    twice = [("results", demo.fingerprint), ("results", "demo")]
    is_problem(client.get(plot, params=twice), 422, "results")
    is_problem(client.get(plot, params=[("results", "a"), ("results", "b")]), 422, "results")
