"""What tests ask of the service, and what its errors look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
from fastapi.testclient import TestClient

SMALL = {"results": "demo", "walkers": 2, "steps": 5, "seed": 3}
Service = Callable[..., TestClient]
Serve = Callable[..., str]


def is_problem(answer: httpx.Response, status: int, words: str = "") -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail"} <= set(body) and body["status"] == status
    assert words in body["detail"]
    return body
