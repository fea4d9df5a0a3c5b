"""Posteriors over HTTP: queued, sampled by a runner, read with what they say, cancelled, deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.client import Client
from protomodels.database import Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.runs.posterior import PosteriorRun
from tests.api.asking import Serve, is_problem

ASKED: dict[str, Any] = {
    "prior_only": True,
    "chains": 2,
    "sweeps": 6,
    "warm_up": 2,
    "seed": 4,
    "prior": {"spread": 2.0},
}


def sample(storage: Storage, demo: Predictor) -> None:
    """What a runner does."""
    lease = storage.lease("me")
    assert lease is not None and lease.kind == "posterior"
    PosteriorRun.resume(storage, lease.run, demo).execute(Execution("inline"), lease=lease)


def test_the_life_of_a_posterior(client: TestClient, storage: Storage, demo: Predictor) -> None:
    sent = client.post("/api/v1/posteriors", json=ASKED)
    assert sent.status_code == 202, sent.text
    posterior, path = sent.json()["id"], sent.headers["location"]
    assert path == f"/api/v1/posteriors/{posterior}"
    assert (sent.json()["state"], sent.json()["n_sweeps"], sent.json()["settings"]["seed"]) == ("queued", 8, 4)
    assert client.get(path).json()["answer"] is None
    sample(storage, demo)
    found = client.get(path).json()
    answer = found["answer"]
    assert (found["state"], found["sweeps_done"]) == ("completed", 16) and answer["converged"] is False
    assert answer["reasons"] and set(answer["particles"]["X_t1"]) == {"probability", "error", "prior"}
    stored = json.loads(storage.get_posterior(posterior).answer_json or "")
    assert answer["contents"] == stored["contents"] and answer["quantities"] == stored["quantities"]
    is_problem(client.post(f"{path}/cancel"), 409, "cannot become cancelled")
    assert client.delete(path).status_code == 204
    is_problem(client.get(path), 404, f"posterior: got {posterior}")


def test_a_request_that_is_sent_again_makes_one_posterior(client: TestClient) -> None:
    key = {"Idempotency-Key": "1"}
    first = client.post("/api/v1/posteriors", json=ASKED, headers=key).json()["id"]
    assert client.post("/api/v1/posteriors", json=ASKED, headers=key).json()["id"] == first
    is_problem(client.post("/api/v1/posteriors", json=ASKED | {"seed": 5}, headers=key), 422, "Idempotency-Key")
    assert client.post("/api/v1/posteriors", json=ASKED).json()["id"] != first
    assert len(client.get("/api/v1/posteriors").json()["items"]) == 2


def test_cancelled_and_listed(client: TestClient) -> None:
    ids = [client.post("/api/v1/posteriors", json=ASKED | {"universe": {"seed": 3}}).json()["id"] for _ in range(3)]
    assert client.post(f"/api/v1/posteriors/{ids[0]}/cancel").json()["state"] == "cancelled"
    first = client.get("/api/v1/posteriors", params={"limit": 2}).json()
    rest = client.get("/api/v1/posteriors", params={"limit": 2, "before": first["next"]}).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1] and rest["next"] is None
    assert first["items"][0]["settings"]["universe"]["seed"] == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"chains": 0}, "chains"),
        ({"target": "worst"}, "target"),
        ({"prior": {"spreed": 1.0}}, "prior"),
        ({"warmup": 3}, "warmup"),
        ({"results": "nowhere"}, "results"),
    ],
)
def test_what_cannot_be_sampled_is_refused(client: TestClient, wrong: dict[str, Any], said: str) -> None:
    is_problem(client.post("/api/v1/posteriors", json=ASKED | wrong), 422, said)


def test_the_client(serve: Serve) -> None:
    with Client(serve()) as client:
        begun = client.create_posterior(**ASKED)
        assert client.posterior(begun.id).answer is None
        assert [one.id for one in client.posteriors()] == [begun.id]
        assert client.cancel_posterior(begun.id).state == "cancelled"
        client.delete_posterior(begun.id)
        with pytest.raises(NotFoundError, match=begun.id):
            client.posterior(begun.id)
        with pytest.raises(ConfigError, match="prior"):
            client.create_posterior(**ASKED | {"prior": {"spreed": 1.0}})
