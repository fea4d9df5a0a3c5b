"""What operators rely on: metrics, logs, and that other sites' pages get nothing."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi.testclient import TestClient

from protomodels.api.logs import JsonLines
from protomodels.api.settings import PREFIX
from tests.api.asking import SMALL, Service, is_problem


def test_metrics_count_requests_and_runs(client: TestClient) -> None:
    client.post(f"{PREFIX}/runs", json=SMALL)
    for _ in range(3):
        client.get(f"{PREFIX}/runs/r0")
    client.get("/nowhere/at/all")
    text = client.get("/metrics").text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    seen = {name: value for name, value in lines.items() if name.startswith("protomodels_requests_total")}
    assert seen[f'protomodels_requests_total{{method="GET",route="{PREFIX}/runs/{{run}}",status="404"}}'] == "3.0"
    assert lines['protomodels_runs{state="queued"}'] == "1.0"
    assert not any("nowhere" in name or "r0" in name for name in seen), "a label for each path would never end"


def test_metrics_are_not_for_strangers(service: Service) -> None:
    is_problem(service(host="192.0.2.1", address="192.0.2.7").get("/metrics"), 401)


def test_each_request_is_a_line_of_json(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "api.requests"):
        answer = client.get(f"{PREFIX}/runs/r0?x=secret")
    record = next(r for r in caplog.records if r.name == "api.requests")
    line = json.loads(JsonLines().format(record))
    assert line["status"] == 422 and line["path"] == f"{PREFIX}/runs/r0" and line["method"] == "GET"
    assert line["request"] == answer.headers["x-request-id"] and line["ms"] > 0.0
    assert "secret" not in JsonLines().format(record)
    try:
        raise ValueError("broken\nin two lines")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it %s", ("broke",), __import__("sys").exc_info())
    text = JsonLines().format(record)
    assert "\n" not in text and "broken" in json.loads(text)["error"] and json.loads(text)["message"] == "it broke"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1"])
def test_a_name_of_another_site_that_leads_here_is_refused(client: TestClient, host: str) -> None:
    is_problem(client.get(f"{PREFIX}/runs", headers={"Host": host}), 403, "host")


def test_this_machine_s_names_are_its_own(client: TestClient) -> None:
    for host in ("localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000"):
        assert client.get(f"{PREFIX}/runs", headers={"Host": host}).status_code == 200
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9000"):
        is_problem(client.post(f"{PREFIX}/runs", json=SMALL, headers={"Origin": origin}), 403, "origin")
    assert client.post(f"{PREFIX}/runs", json=SMALL, headers={"Origin": str(client.base_url)}).status_code == 202


def test_headers_are_strict(client: TestClient) -> None:
    answer = client.get(f"{PREFIX}/runs")
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["x-frame-options"] == "DENY" and answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
