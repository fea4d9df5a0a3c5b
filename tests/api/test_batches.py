"""Batches over HTTP: queued, judged as a scan judges, read page by page and as a table, cancelled, deleted."""

from __future__ import annotations

import csv
import gzip
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from fastapi.testclient import TestClient

from protomodels.api.security.tokens import make_token
from protomodels.campaign.scan import evaluate_many
from protomodels.campaign.scan.batches import judge_batch
from protomodels.campaign.scan.judge import COMMON
from protomodels.cli.score import remote_scan
from protomodels.client import Client
from protomodels.database import Storage, open_storage
from protomodels.errors import NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.spectrum import spectrum_of
from tests.api.asking import Serve, Service, is_problem
from tests.campaign.scan.points import POINT, write_points
from tests.command_line import Cli

MODELS = [
    *({"name": f"stop{m}.slha", "text": POINT.format(stop=m, lightest=100, sigma=0.05)} for m in (500, 700, 900)),
    {"name": "torn.slha", "text": "BLOCK MASS\n 1000006\n"},
    {"name": "model.json", "text": '{"masses": {"X_Z1": 100, "X_t1": 600}, "decays": {"X_t1": {"1000022,6": 1.0}}}'},
]
BATCH: dict[str, Any] = {"name": "points", "models": MODELS}


def judge(storage: Storage, demo: Predictor) -> None:
    lease = storage.lease("me")
    assert lease is not None
    judge_batch(storage, lease, demo, Execution("inline", workers=1))


def test_the_life_of_a_batch(client: TestClient, storage: Storage, demo: Predictor) -> None:
    sent = client.post("/api/v1/batches", json=BATCH | {"masses": True})
    batch = sent.json()["id"]
    assert sent.status_code == 202 and sent.headers["location"] == f"/api/v1/batches/{batch}"
    path = f"/api/v1/batches/{batch}"
    assert (sent.json()["state"], sent.json()["n_models"], sent.json()["models_done"]) == ("queued", 5, 0)
    assert [row["row"] for row in client.get(f"{path}/rows").json()["items"]] == [None] * 5
    judge(storage, demo)
    found = client.get(path).json()
    assert (found["state"], found["models_done"], found["errors"]) == ("completed", 5, 1)
    assert found["settings"]["policy"] == "default" and found["settings"]["sigmacut"] == 0.005
    assert list(found["columns"])[: len(COMMON)] == list(COMMON) and found["columns"]["r_obs"] == "number"

    page = client.get(f"{path}/rows", params={"limit": 3}).json()
    rest = client.get(f"{path}/rows", params={"limit": 3, "after": page["next"]}).json()
    rows = page["items"] + rest["items"]
    assert [row["name"] for row in rows] == [model["name"] for model in MODELS] and rest["next"] is None
    assert "1000006" in rows[3]["error"] and rows[3]["row"]["error"] == rows[3]["error"]
    # the very rows of a scan
    spectra = [spectrum_of(model["text"], model["name"]) for model in MODELS[:3]]
    assert [row["row"] for row in rows[:3]] == list(evaluate_many(spectra, demo, workers=1, masses=True))

    table = client.get(f"{path}/table.csv")
    assert table.headers["content-type"].startswith("text/csv") and batch in table.headers["content-disposition"]
    lines = list(csv.DictReader(io.StringIO(table.text)))
    assert [float(line["r_obs"]) for line in lines[:3]] == [row["row"]["r_obs"] for row in rows[:3]]
    assert lines[0]["mass:X_t1"] == "500.0" and lines[3]["error"] == rows[3]["error"]
    frame = parquet.read_table(io.BytesIO(client.get(f"{path}/table.parquet").content))
    assert frame.column_names == list(lines[0]) and frame["r_obs"].to_pylist()[1] == rows[1]["row"]["r_obs"]
    is_problem(client.get(f"{path}/table.xls"), 422, "format")

    is_problem(client.post(f"{path}/cancel"), 409, "cannot become cancelled")
    assert client.delete(path).status_code == 204
    is_problem(client.get(path), 404, f"batch: got {batch}")


def test_a_list_in_pages(client: TestClient) -> None:
    ids = [client.post("/api/v1/batches", json=BATCH).json()["id"] for _ in range(3)]
    page = client.get("/api/v1/batches", params={"limit": 2}).json()
    assert [item["id"] for item in page["items"]] == ids[:0:-1]
    rest = client.get("/api/v1/batches", params={"before": page["next"]}).json()
    assert [item["id"] for item in rest["items"]] == ids[:1] and rest["next"] is None
    assert client.post(f"/api/v1/batches/{ids[0]}/cancel").json()["state"] == "cancelled"
    is_problem(client.post(f"/api/v1/runs/{ids[1]}/cancel"), 404, "run: got")
    assert client.get("/api/v1/runs").json()["items"] == []


def test_a_batch_at_work_is_cancelled_by_its_runner(client: TestClient, storage: Storage, demo: Predictor) -> None:
    batch = client.post("/api/v1/batches", json=BATCH).json()["id"]
    lease = storage.lease("me")
    assert lease is not None
    assert client.post(f"/api/v1/batches/{batch}/cancel").json()["state"] == "cancelling"
    is_problem(client.delete(f"/api/v1/batches/{batch}"), 409, "cancel it first")
    judge_batch(storage, lease, demo, Execution("inline", workers=1))
    found = client.get(f"/api/v1/batches/{batch}").json()
    assert found["state"] in ("cancelled", "completed")  # all may have been done before it looked


def test_the_same_request_makes_one_batch(client: TestClient) -> None:
    key = {"Idempotency-Key": "1"}
    first = client.post("/api/v1/batches", json=BATCH, headers=key).json()["id"]
    assert client.post("/api/v1/batches", json=BATCH, headers=key).json()["id"] == first
    is_problem(client.post("/api/v1/batches", json=BATCH | {"name": "x"}, headers=key), 422, "Idempotency-Key")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"models": []}, "body.models"),
        ({"models": MODELS * 201}, "body.models"),
        ({"models": [{"name": "", "text": "a"}]}, "body.models.0.name"),
        ({"models": [{"name": "a", "text": "x" * 1_000_001}]}, "body.models.0.text"),
        ({"models": [{"name": "a"}]}, "body.models.0.text"),
        ({"models": [{"name": "a", "text": "\ud800"}]}, "body.models.0.text"),
        ({"name": ""}, "body.name"),
        ({"policy": "some"}, "body.policy"),
        ({"seconds": 0}, "body.seconds"),
        ({"sigmacut": 0}, "body.sigmacut"),
        ({"workers": 3}, "body.workers"),
        ({"results": "/etc"}, "results"),
        ({"analyses": ["CMS-NO-1"]}, "analyses"),
        ({"combinable": {"a": 1}}, "combinable"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_queued(
    client: TestClient, storage: Storage, changes: dict[str, Any], field: str
) -> None:
    headers = {"Content-Type": "application/json"}  # half a surrogate pair has to be written as ASCII
    found = is_problem(client.post("/api/v1/batches", content=json.dumps(BATCH | changes), headers=headers), 422)
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


@pytest.fixture
def runner(url: str, demo: Predictor) -> Iterator[None]:
    """Judges what is queued, in a thread, until the test is over."""
    over = threading.Event()

    def run() -> None:
        with open_storage(url) as storage:
            while not over.wait(0.05):
                if (lease := storage.lease("me")) is not None:
                    judge_batch(storage, lease, demo, Execution("inline", workers=1))

    thread = threading.Thread(target=run)
    thread.start()
    yield
    over.set()
    thread.join()


def test_the_client(serve: Serve, storage: Storage, demo: Predictor) -> None:
    with Client(serve()) as client:
        made = client.submit_batch("points", [(m["name"], m["text"]) for m in MODELS], key="1", masses=True)
        assert (made.state, made.n_models, made.settings["masses"]) == ("queued", 5, True)
        assert client.submit_batch("points", [(m["name"], m["text"]) for m in MODELS], key="1", masses=True) == made
        other = client.submit_batch("other", [("a", "b")])
        assert [batch.id for batch in client.batches()] == [other.id, made.id]
        judge(storage, demo)
        found = client.batch(made.id)
        assert (found.state, found.models_done, found.errors) == ("completed", 5, 1)
        rows = list(client.rows(made.id))
        assert [row.position for row in rows] == [0, 1, 2, 3, 4] and rows[3].error and rows[0].row is not None
        assert client.table(made.id).decode().splitlines()[1].startswith("stop500.slha,")
        assert client.table(made.id, "parquet")[:4] == b"PAR1"
        assert client.cancel_batch(other.id).state == "cancelled"
        client.delete_batch(other.id)
        with pytest.raises(NotFoundError, match=f"batch: got {other.id}"):
            client.batch(other.id)


def test_pages_are_followed_to_their_end(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protomodels.client.batches._PAGE", 2)
    with Client(serve()) as client:
        ids = [client.submit_batch("x", [(m["name"], m["text"]) for m in MODELS]).id for _ in range(3)]
        assert [batch.id for batch in client.batches()] == ids[::-1]
        assert [row.name for row in client.rows(ids[0])] == [model["name"] for model in MODELS]


@pytest.mark.parametrize("url", ["sqlite file"], indirect=True)
def test_a_scan_by_a_service_is_one_of_here(
    serve: Serve, storage: Storage, runner: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli = Cli(tmp_path)
    points = write_points(tmp_path / "points", 7)
    for name, content in (("torn.slha", "BLOCK MASS\n 1000006\n"), ("empty.slha", ""), ("nul.slha", "BLOCK MASS\0")):
        (points / name).write_text(content)
    (points / "packed.slha.gz").write_bytes(gzip.compress((points / "point0001.slha").read_bytes()))
    server = ["--server", serve()]
    there = cli("scan", "points", "--to", "there.csv", "--masses", "--analyses", "all", *server)
    assert "there.csv: 11 models" in there.stdout and "11/11 models" in there.stderr
    cli("scan", "points", "--to", "here.csv", "--masses", "--analyses", "all", "--workers", "1")
    rows = []
    for name in ("there.csv", "here.csv"):
        with (tmp_path / name).open(newline="") as file:
            rows.append([row for row in csv.DictReader(file) if row["file"] != "points/nul.slha"])
    assert rows[0] == rows[1] and len(rows[0]) == 10
    assert [batch.n_models for batch in storage.list_batches()] == [10]
    # the same command takes what is there; what failed is asked for again
    cli("scan", "points", "--to", "there.csv", "--masses", "--analyses", "all", "--restart", *server)
    assert len(storage.list_batches()) == 1
    assert "--restart" in cli("scan", "points", "--to", "there.csv", *server, code=2).stderr
    asked = ("scan", "points", "--excesses", "--universes", "2", "--limits-only")
    cli(*asked, "--to", "there.csv", "--restart", *server)
    cli(*asked, "--to", "here.csv", "--restart", "--workers", "1")
    tables = []
    for name in ("there.csv", "here.csv"):
        with (tmp_path / name).open(newline="") as file:
            tables.append([row for row in csv.reader(file) if row[0] != "points/nul.slha"])
    assert tables[0] == tables[1] and any(name.startswith("cls_exp:") for name in tables[0][0])
    assert "body.sigmacut" in cli("scan", "points", "--to", "x.csv", "--sigmacut", "1e-12", *server, code=2).stderr


def test_many_files_are_many_batches(
    serve: Serve, storage: Storage, runner: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_scan, "MOST_MODELS", 3)
    monkeypatch.setattr(remote_scan, "_LOOK_SECONDS", 0.05)
    write_points(tmp_path / "points", 7)
    seen: list[int] = []
    with Client(serve()) as client:
        done = remote_scan.scan_remotely(
            client,
            [str(tmp_path / "points")],
            tmp_path / "t.csv",
            {"limits_only": True},
            lambda progress: seen.append(progress.done),
            pattern=None,
            restart=False,
        )
    assert (done.models, done.errors) == (7, 0) and seen[-1] == 7 and seen == sorted(seen)
    assert sorted(batch.n_models for batch in storage.list_batches()) == [1, 3, 3]
    with (tmp_path / "t.csv").open(newline="") as file:
        assert [Path(row["file"]).name for row in csv.DictReader(file)] == [f"point000{i}.slha" for i in range(7)]
