"""Batches over HTTP: queued, judged as a scan judges, read page by page and as a table, cancelled, deleted."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow.parquet as parquet
import pytest
from fastapi.testclient import TestClient

from protomodels.api.security.tokens import make_token
from protomodels.campaign.scan import evaluate_many
from protomodels.campaign.scan.batches import judge_batch
from protomodels.campaign.scan.judge import COMMON
from protomodels.database import Storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.spectrum import spectrum_of
from tests.api.asking import Service, is_problem
from tests.campaign.scan.points import POINT

MODELS = [
    *({"name": f"stop{m}.slha", "text": POINT.format(stop=m, lightest=100, sigma=0.05)} for m in (500, 700, 900)),
    {"name": "torn.slha", "text": "BLOCK MASS\n 1000006\n"},
    {"name": "model.json", "text": '{"masses": {"X_Z1": 100, "X_t1": 600}, "decays": {"X_t1": {"1000022,6": 1.0}}}'},
]
BATCH: dict[str, Any] = {"name": "points", "models": MODELS}


@pytest.fixture
def asking(service: Service) -> TestClient:
    return service()


def judge(storage: Storage, demo: Predictor) -> None:
    lease = storage.lease("me")
    assert lease is not None
    judge_batch(storage, lease, demo, Execution("inline", workers=1))


def test_the_life_of_a_batch(asking: TestClient, storage: Storage, demo: Predictor) -> None:
    sent = asking.post("/api/v1/batches", json=BATCH | {"masses": True})
    batch = sent.json()["id"]
    assert sent.status_code == 202 and sent.headers["location"] == f"/api/v1/batches/{batch}"
    path = f"/api/v1/batches/{batch}"
    assert (sent.json()["state"], sent.json()["n_models"], sent.json()["models_done"]) == ("queued", 5, 0)
    assert [row["row"] for row in asking.get(f"{path}/rows").json()["items"]] == [None] * 5
    judge(storage, demo)
    found = asking.get(path).json()
    assert (found["state"], found["models_done"], found["errors"]) == ("completed", 5, 1)
    assert found["settings"]["policy"] == "default" and found["settings"]["sigmacut"] == 0.005
    assert list(found["columns"])[: len(COMMON)] == list(COMMON) and found["columns"]["r_obs"] == "number"

    page = asking.get(f"{path}/rows", params={"limit": 3}).json()
    rest = asking.get(f"{path}/rows", params={"limit": 3, "after": page["next"]}).json()
    rows = page["items"] + rest["items"]
    assert [row["name"] for row in rows] == [model["name"] for model in MODELS] and rest["next"] is None
    assert "1000006" in rows[3]["error"] and rows[3]["row"]["error"] == rows[3]["error"]
    # the very rows of a scan
    spectra = [spectrum_of(model["text"], model["name"]) for model in MODELS[:3]]
    assert [row["row"] for row in rows[:3]] == list(evaluate_many(spectra, demo, workers=1, masses=True))

    table = asking.get(f"{path}/table.csv")
    assert table.headers["content-type"].startswith("text/csv") and batch in table.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [float(line["r_obs"]) for line in lines[:3]] == [row["row"]["r_obs"] for row in rows[:3]]
    assert lines[0]["mass:X_t1"] == "500.0" and lines[3]["error"] == rows[3]["error"]
    frame = parquet.read_table(io.BytesIO(asking.get(f"{path}/table.parquet").content))
    assert frame.column_names == list(lines[0]) and frame["r_obs"].to_pylist()[1] == rows[1]["row"]["r_obs"]
    is_problem(asking.get(f"{path}/table.xls"), 422, "format")

    is_problem(asking.post(f"{path}/cancel"), 409, "cannot become cancelled")
    assert asking.delete(path).status_code == 204
    is_problem(asking.get(path), 404, f"batch: got {batch}")


def test_a_list_in_pages(asking: TestClient) -> None:
    ids = [asking.post("/api/v1/batches", json=BATCH).json()["id"] for _ in range(3)]
    page = asking.get("/api/v1/batches", params={"limit": 2}).json()
    assert [item["id"] for item in page["items"]] == ids[:0:-1]
    rest = asking.get("/api/v1/batches", params={"before": page["next"]}).json()
    assert [item["id"] for item in rest["items"]] == ids[:1] and rest["next"] is None
    assert asking.post(f"/api/v1/batches/{ids[0]}/cancel").json()["state"] == "cancelled"
    is_problem(asking.post(f"/api/v1/runs/{ids[1]}/cancel"), 404, "run: got")
    assert asking.get("/api/v1/runs").json()["items"] == []


def test_a_batch_at_work_is_cancelled_by_its_runner(asking: TestClient, storage: Storage, demo: Predictor) -> None:
    batch = asking.post("/api/v1/batches", json=BATCH).json()["id"]
    lease = storage.lease("me")
    assert lease is not None
    assert asking.post(f"/api/v1/batches/{batch}/cancel").json()["state"] == "cancelling"
    is_problem(asking.delete(f"/api/v1/batches/{batch}"), 409, "cancel it first")
    judge_batch(storage, lease, demo, Execution("inline", workers=1))
    found = asking.get(f"/api/v1/batches/{batch}").json()
    assert found["state"] in ("cancelled", "completed")  # all may have been done before it looked


def test_the_same_request_makes_one_batch(asking: TestClient) -> None:
    key = {"Idempotency-Key": "1"}
    first = asking.post("/api/v1/batches", json=BATCH, headers=key).json()["id"]
    assert asking.post("/api/v1/batches", json=BATCH, headers=key).json()["id"] == first
    is_problem(asking.post("/api/v1/batches", json=BATCH | {"name": "x"}, headers=key), 422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"models": []}, "body.models"),
        ({"models": MODELS * 201}, "body.models"),
        ({"models": [{"name": "a", "text": ""}]}, "body.models.0.text"),
        ({"models": [{"name": "a", "text": "x" * 1_000_001}]}, "body.models.0.text"),
        ({"models": [{"name": "a"}]}, "body.models.0.text"),
        ({"models": [{"name": "a", "text": "\ud800"}]}, "body.models.0.text"),
        ({"name": ""}, "body.name"),
        ({"policy": "some"}, "body.policy"),
        ({"seconds": 0}, "body.seconds"),
        ({"sigmacut": 0}, "body.sigmacut"),
        ({"workers": 3}, "body.workers"),
        ({"results": "/etc"}, "results"),
        ({"analyses": ["CMS-NO-1"]}, "--analyses"),
        ({"combinable": {"a": 1}}, "combinable"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_queued(
    asking: TestClient, storage: Storage, changes: dict[str, Any], field: str
) -> None:
    headers = {"Content-Type": "application/json"}  # half a surrogate pair has to be written as ASCII
    found = is_problem(asking.post("/api/v1/batches", content=json.dumps(BATCH | changes), headers=headers), 422)
    assert found["field"].startswith(field) and {"value", "allowed"} <= set(found)
    assert storage.list_batches() == []


def test_a_batch_may_be_larger_than_other_requests_and_not_much(service: Service) -> None:
    client = service(max_body=1000, max_batch=20_000)
    large = BATCH | {"models": MODELS[:1] * 20}
    assert client.post("/api/v1/batches", json=large).status_code == 202
    is_problem(client.post("/api/v1/batches", json=BATCH | {"models": MODELS[:1] * 100}), 413, "20000 bytes")
    is_problem(client.post("/api/v1/evaluate", json=large), 413, "1000 bytes")


def test_reading_tokens_queue_nothing(service: Service, storage: Storage) -> None:
    reader = service(make_token(storage, "r", "read"), host="192.0.2.1")
    is_problem(reader.post("/api/v1/batches", json=BATCH), 403)
    assert reader.get("/api/v1/batches").json()["items"] == []
