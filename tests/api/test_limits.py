"""What many or malicious requests may do to the service: little."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.api.cache import SharedCache
from protomodels.api.results import WAITING, BusyError, Results
from protomodels.api.security.limits import Streams
from protomodels.api.settings import PREFIX
from protomodels.client.runs import RETURNS
from protomodels.database import Storage
from protomodels.predictor import Predictor
from protomodels.runs import Run, RunConfig
from tests.api.asking import SMALL, Service, is_problem

MODEL = {"masses": {"1000022": 100.0, "1000001": 500.0}, "decays": {"1000001": {"1000022,1": 1.0}}}


def test_invented_methods_are_one_in_the_metrics(client: TestClient) -> None:
    for method in ("BREW", "X" * 5000, "TRACE"):
        assert client.request(method, f"{PREFIX}/runs").status_code == 405
    text = client.get("/metrics").text
    assert 'method="OTHER"' in text and "BREW" not in text and "XXX" not in text


def test_an_error_of_ours_goes_through_the_guard(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("not to be shown")

    monkeypatch.setattr(Storage, "list_runs", broken)
    answer = client.get(f"{PREFIX}/runs")
    assert "not to be shown" not in is_problem(answer, 500)["detail"]
    assert answer.headers["x-request-id"] and "content-security-policy" in answer.headers
    page = client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 500 and "<h1" in page.text
    assert 'status="500"' in client.get("/metrics").text


@pytest.mark.parametrize(
    "body",
    [
        '{"results": "\\ud800", "model": {}}',
        '{"model": {"masses": {"\\ud800": 1}}}',
        f'{{"model": {{"masses": {{"1000022": {"9" * 400}}}}}}}',
        f'{{"model": {{"masses": {{"{"9" * 5000}": 100.0}}}}}}',
        f'{{"model": {{"masses": {{"1000022": {"9" * 5000}}}}}}}',
    ],
)
def test_odd_texts_and_numbers_are_bad_input(client: TestClient, body: str) -> None:
    answer = client.post(f"{PREFIX}/evaluate", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    is_problem(answer, answer.status_code)


def test_odd_places_are_refused_or_unknown(client: TestClient) -> None:
    assert client.post(f"{PREFIX}/runs", json=SMALL, headers={"Origin": "http://["}).status_code == 403
    assert client.get(f"/protomodels/{10**30}").status_code == 422
    assert client.get("/compare", params={"a": 10**30, "b": 1}).status_code == 422
    assert client.get(f"{PREFIX}/hiscores", params={"particle": ["X_t1"] * 21}).status_code == 422
    is_problem(client.get(f"{PREFIX}/hiscores", params={"particle": "9" * 5000}), 422)


def test_those_who_compute_wait_in_a_short_line(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    results: Results = client.app.state.services.results  # type: ignore[attr-defined]
    held = [results.exclusive() for _ in range(WAITING)]
    for turn in held:
        turn.__enter__()
    with pytest.raises(BusyError), results.exclusive():
        pass
    with results.exclusive(in_background=True):  # campaigns wait
        pass
    answer = client.post(f"{PREFIX}/evaluate", json={"model": MODEL})
    is_problem(answer, 503, "try again")
    assert answer.headers["retry-after"] and client.get("/healthz").status_code == 200
    for turn in held:
        turn.__exit__(None, None, None)
    assert client.post(f"{PREFIX}/evaluate", json={"model": MODEL}).status_code == 200


def test_what_many_ask_for_is_made_once() -> None:
    cache: SharedCache[int] = SharedCache(2)
    made: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        begun.set()
        go_on.wait(10.0)
        made.append(1)
        return len(made)

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(cache.get("key", make))) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert begun.wait(10.0)
    go_on.set()
    for thread in threads:
        thread.join(10.0)
    assert found == [1] * 5 and made == [1]


def test_streams_are_counted_by_caller(service: Service, storage: Storage, demo: Predictor) -> None:
    client = service(streams=1)
    run = Run.create(storage, RunConfig("demo", 4, 2, 15), demo).id
    streams: Streams = client.app.state.services.streams  # type: ignore[attr-defined]
    url = f"{PREFIX}/runs/{run}/events?seconds=0"
    assert client.get(url).status_code == 200
    with streams.one_more("address 127.0.0.1"):
        is_problem(client.get(url), 429, "1 event streams")
    assert client.get(url).status_code == 200


def test_a_list_goes_on_where_a_run_was_deleted(client: TestClient) -> None:
    runs = [client.post(f"{PREFIX}/runs", json=SMALL).json()["id"] for _ in range(3)]
    page: dict[str, Any] = client.get(f"{PREFIX}/runs", params={"limit": 2}).json()
    assert [r["id"] for r in page["items"]] == [runs[2], runs[1]]
    assert client.post(f"{PREFIX}/runs/{runs[1]}/cancel").status_code == 200
    assert client.delete(f"{PREFIX}/runs/{runs[1]}").status_code == 204
    rest = client.get(f"{PREFIX}/runs", params={"before": page["next"]}).json()
    assert [r["id"] for r in rest["items"]] == [runs[0]]
    is_problem(client.get(f"{PREFIX}/runs", params={"before": "r0"}), 404)


def test_a_client_comes_back_for_half_a_minute() -> None:
    assert 20.0 < sum(min(0.2 * 3.0**failure, 10.0) for failure in range(1, RETURNS + 1)) < 60.0
