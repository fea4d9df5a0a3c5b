"""Every error is a problem (RFC 9457) that names the field."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from protomodels.api.settings import PREFIX
from protomodels.database import Storage
from tests.api.asking import SMALL, Service, is_problem


def test_every_error_is_a_problem(client: TestClient) -> None:
    is_problem(client.get("/nowhere"), 404)
    is_problem(client.put(f"{PREFIX}/runs"), 405)
    is_problem(client.post(f"{PREFIX}/runs", content=b"{"), 422)
    body = is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "walkers": 0}), 422)
    assert body["field"] == "body.walkers" and body["value"] == "0"
    is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "colour": 1}), 422, "colour")
    is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "results": "/etc/passwd"}), 422, "results")
    is_problem(client.get(f"{PREFIX}/runs?limit=0"), 422, "limit")
    body = is_problem(
        client.get(f"{PREFIX}/runs?limti=7"), 422, "query.limti: got 7; allowed: one of before, kind, limit"
    )
    assert body["field"] == "query.limti"
    is_problem(client.get(f"{PREFIX}/meta?x="), 422, "query.x")
    answer = client.get(f"{PREFIX}/runs")
    assert answer.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in answer.headers
    assert "server" not in answer.headers


def test_a_nul_is_refused_wherever_it_is(client: TestClient) -> None:
    """PostgreSQL has no text with one."""
    for path in (
        "/runs/%00",
        "/runs?before=%00",
        "/runs?results=%00",
        "/hiscores?run=%00",
        "/campaigns/power?campaign=%00&K=1",
    ):
        is_problem(client.get(PREFIX + path), 422, "NUL")
    is_problem(client.post(f"{PREFIX}/campaigns", json={"kind": "pvalue", "run": "r\0"}), 422, "NUL")


def test_a_storage_that_is_away_is_no_fault_of_the_caller(
    service: Service, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from protomodels.database import UnavailableError

    client = service()

    def away(*_: object, **__: object) -> None:
        raise UnavailableError("the server is away")

    monkeypatch.setattr(Storage, "latest_run", away)
    answer = client.get("/readyz")
    is_problem(answer, 503)
    assert answer.headers["retry-after"] == "1"
    monkeypatch.setattr(Storage, "latest_run", lambda *_: 1 / 0)
    body = is_problem(client.get("/readyz"), 500)
    assert "division" not in body["detail"]
