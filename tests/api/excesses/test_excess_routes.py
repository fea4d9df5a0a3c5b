"""Small excesses over HTTP: batches that record them, cuts on rows and tables, the selection, figures, a table."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.api.security.tokens import make_token
from protomodels.campaign.excesses import Criteria, excesses, recorder
from protomodels.campaign.scan import ScanSettings, scan
from protomodels.campaign.scan.batches import BatchSettings, judge_batch
from protomodels.client import Client
from protomodels.database import NewBatch, Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from tests.api.asking import Serve, Service, is_problem
from tests.campaign.excesses.tables import OWN, A, B, row, write
from tests.campaign.scan.points import POINT

HIGH = (0.01, 0.2, 2.5)
ROWS = [
    *(row(f"{i}.slha", {A: HIGH, B: HIGH}, stop=500.0 + i, chance={i % 4: [0, {A: [0.2, 2.5]}]}) for i in range(12)),
    row("excluded.slha", {A: HIGH}, excluding=1),
    row("one.slha", {B: HIGH}, stop=900.0),
    {"file": "torn.slha", "error": "no SLHA"},
]
ASKED: dict[str, Any] = {"excesses": True, "universes": 4, "masses": True}


@pytest.fixture
def url(new_storage: Callable[[str], str]) -> str:
    """The rows of batches are tested on all databases; what is made of them does not depend on one."""
    return new_storage("sqlite file")


@pytest.fixture
def stored(storage: Storage, demo: Predictor) -> Callable[..., str]:
    """stored(rows, ...): the id of a complete batch with these rows, and changes of its settings."""

    def make(rows: list[dict[str, Any]] = ROWS, **changes: Any) -> str:
        settings, columns = BatchSettings(**ASKED | changes), {name: str(kind) for name, kind in OWN.items()}
        models = [(one["file"], "x") for one in rows]
        new = NewBatch("points", settings.to_json(), json.dumps(columns), demo.fingerprint, models)
        batch = storage.create_batch(new)
        lease = storage.lease_batch(batch, "me")
        done = {place: (json.dumps(one), one.get("error")) for place, one in enumerate(rows)}
        storage.commit_rows(batch, done, lease.attempt)
        storage.set_batch_state(batch, "completed")
        return batch

    return make


def test_a_batch_records_what_a_scan_does(
    client: TestClient, storage: Storage, demo: Predictor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("points")
    texts = {f"{mass}.slha": POINT.format(stop=mass, lightest=100, sigma=0.3) for mass in (500, 700, 900)}
    models = [{"name": str(folder / name), "text": text} for name, text in texts.items()]
    asked = {"name": "points", "models": models, "excesses": True, "universes": 3, "universe_seed": 5}
    batch = client.post("/api/v1/batches", json=asked).json()["id"]
    lease = storage.lease("me")
    assert lease is not None
    judge_batch(storage, lease, demo, Execution("inline", workers=1))
    for name, text in texts.items():
        (folder / name).write_text(text)
    also, settings = recorder(demo, 3, 5), ScanSettings(workers=1, masses=True)
    scan(folder, folder / "here.csv", demo, also=also, settings=settings)
    there = client.get(f"/api/v1/batches/{batch}/table.csv").text
    assert there == (folder / "here.csv").read_text() and "cls_exp:" in there and "mass:X_t1" in there
    answer = client.get("/api/v1/excesses", params={"batch": batch, "cls": 0.2, "z": 1.5, "analyses": 1}).json()
    own = excesses(folder / "here.csv", demo, Criteria(0.2, 1.5, 1)).to_dict()
    assert answer["counts"] == own["counts"] and answer["selected"] == own["selected"]
    is_problem(client.post("/api/v1/batches", json=asked | {"excesses": False}), 422, "universes only with excesses")
    is_problem(client.post("/api/v1/batches", json=asked | {"universes": 201}), 422, "body.universes")


def test_rows_and_tables_are_cut(client: TestClient, stored: Callable[..., str]) -> None:
    path, where = f"/api/v1/batches/{stored()}", "mass:X_t1 >= 503 and n_excluding < 1"
    page = client.get(f"{path}/rows", params={"where": where, "limit": 6}).json()
    rest = client.get(f"{path}/rows", params={"where": where, "limit": 6, "after": page["next"]}).json()
    assert [one["position"] for one in page["items"]] == [3, 4, 5, 6, 7, 8]
    assert [one["position"] for one in rest["items"]] == [9, 10, 11, 13] and rest["next"] is None
    both = {"where": [where, "file != 'one.slha'"]}
    lines = list(csv.DictReader(io.StringIO(client.get(f"{path}/table.csv", params=both).text)))
    assert [line["file"] for line in lines] == [f"{i}.slha" for i in range(3, 12)]
    assert [one["name"] for one in client.get(f"{path}/rows", params={"where": "error != ''"}).json()["items"]] == [
        "torn.slha"
    ]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"where": "open('x') == 1"}, "query.where"),
        ({"where": "omega < 1"}, "query.where"),
        ({"where": "'a' + 1 < 2"}, "query.where"),
        ({"where": ["1 < 2"] * 21}, "query.where"),
        ({"where": "x" * 2001}, "query.where"),
        ({"filter": "x"}, "query.filter"),
    ],
)
def test_wrong_cuts_are_named(
    client: TestClient, stored: Callable[..., str], parameters: dict[str, Any], field: str
) -> None:
    batch = stored(ROWS[:1])
    for path in (f"/api/v1/batches/{batch}/rows", f"/api/v1/batches/{batch}/table.csv", "/api/v1/excesses"):
        asked = parameters | ({"batch": batch} if path.endswith("excesses") else {})
        found = is_problem(client.get(path, params=asked), 422)
        assert found["field"].startswith(field) and {"value", "allowed"} <= set(found)


def test_the_selection(client: TestClient, stored: Callable[..., str]) -> None:
    batches = [stored(ROWS[:5]), stored(ROWS[5:])]
    answer = client.get("/api/v1/excesses", params={"batch": batches, "limit": 5}).json()
    assert answer["counts"] == {
        "models": 15, "errors": 1, "cut": 0, "excluded": 1, "sensitive": 14, "not_excluded": 13, "n_universes": 4,
    }  # fmt: skip
    assert answer["selected"] == {"data": 12, "chance": [0, 0, 0, 0], "p": 0.2}
    assert answer["by_number"] == {
        "1": {"data": 1, "chance": [3, 3, 3, 3], "p": 1.0},
        "2": {"data": 12, "chance": [0, 0, 0, 0], "p": 0.2},
    }
    assert answer["analyses"][A]["sensitive"] == 13 and answer["common"]["models"] == [[13, 12], [12, 12]]
    first = answer["models"][0]
    assert (first["file"], first["orthogonal"]) == ("0.slha", [A, B]) and first["values"]["mass:X_t1"] == 500.0
    assert first["seen"][0] == {
        "analysis": A, "region": "SR1", "cls_exp": 0.01, "cls_obs": 0.2, "z": 2.5,
        "topologies": ["T2tt"], "particles": ["X_t1", "X_Z1"],
    }  # fmt: skip
    files = [model["file"] for model in answer["models"]]
    while answer["next"] is not None:
        given = {"batch": batches, "limit": 5, "after": answer["next"]}
        answer = client.get("/api/v1/excesses", params=given).json()
        files += [model["file"] for model in answer["models"]]
    assert len(files) == 12 and len(set(files)) == 12
    given = {"batch": batches, "analyses": 1, "excluding": 1, "where": "mass:X_t1 > 505"}
    other = client.get("/api/v1/excesses", params=given).json()
    assert (other["selected"]["data"], other["counts"]["cut"]) == (8, 6)
    assert other["criteria"]["where"] == ["mass:X_t1 > 505"] and other["criteria"]["excluding"] == 1
    lines = list(csv.DictReader(io.StringIO(client.get("/api/v1/excesses/models.csv", params=given).text)))
    assert len(lines) == 2 * 6 + 1 + 1 and lines[0]["analysis"] in (A, B)


def test_new_rows_are_seen(client: TestClient, storage: Storage, stored: Callable[..., str]) -> None:
    batch = stored(ROWS[:4])
    assert client.get("/api/v1/excesses", params={"batch": batch}).json()["selected"]["data"] == 4
    storage.delete_batch(batch)
    is_problem(client.get("/api/v1/excesses", params={"batch": batch}), 404, f"batch: got {batch}")


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({}, "query.batch"), ({"batch": ["b"] * 21}, "query.batch"), ({"batch": "x" * 17}, "query.batch"),
        ({"cls": 0.3}, "query.cls"), ({"cls": 0}, "query.cls"), ({"z": 1.0}, "query.z"), ({"z": "nan"}, "query.z"),
        ({"analyses": 0}, "query.analyses"), ({"excluding": 4}, "query.excluding"), ({"limit": 1001}, "query.limit"),
        ({"after": -1}, "query.after"),
    ],
)  # fmt: skip
def test_parameters_are_checked(client: TestClient, parameters: dict[str, Any], field: str) -> None:
    given = {"batch": "b20260101-000000"[:16]} | parameters if parameters else {}
    assert is_problem(client.get("/api/v1/excesses", params=given), 422)["field"].startswith(field)


def test_batches_of_one_scan_alone(client: TestClient, stored: Callable[..., str]) -> None:
    one, other, plain = stored(ROWS[:2]), stored(ROWS[:2], universe_seed=1), stored(ROWS[:2], excesses=False)
    for batches, words in (
        ([one, other], "batches of one scan"),
        ([one, one], "each batch once"),
        ([plain], "records small excesses"),
    ):
        assert is_problem(client.get("/api/v1/excesses", params={"batch": batches}), 422, words)["field"] == "batch"
    broken = stored([row("a.slha", {A: (7.0, 0.2, 2.5)})])
    found = is_problem(client.get("/api/v1/excesses", params={"batch": broken}), 422, "a.slha: cls_exp")
    assert found["field"] == "batch"


def test_figures_and_clusters(client: TestClient, stored: Callable[..., str]) -> None:
    pytest.importorskip("sklearn")
    batches = [stored(ROWS), stored([row("no stop", {})])]
    answer = client.get("/api/v1/excesses", params={"batch": batches, "clusters": True}).json()
    assert answer["clusters"]["clustered"] == 12 and answer["clusters"]["n_models"]["chance"] == [0, 0, 0, 0]
    given = {"batch": batches, "x": "mass:X_t1", "y": "mass:X_Z1"}
    plane = client.get("/api/v1/excesses/plots/plane", params=given).json()
    assert "small excess: 13" in plane["alt"] and "excluded: 1" in plane["alt"] and "synthetic" in plane["alt"]
    assert client.get("/api/v1/excesses/plots/matrix", params={"batch": batches}).json()["alt"].count(A)
    svg = client.get("/api/v1/excesses/plots/clusters", params={"batch": batches, "format": "svg"})
    assert svg.headers["content-type"] == "image/svg+xml" and b"<svg" in svg.content
    wrong = client.get("/api/v1/excesses/plots/plane", params={"batch": batches, "x": "mass:X_q"})
    assert is_problem(wrong, 422)["field"] == "query.x, query.y"
    is_problem(client.get("/api/v1/excesses/plots/pie", params={"batch": batches}), 422, "path.kind")


def test_a_table_that_comes_with_the_request(client: TestClient, service: Service, tmp_path: Any) -> None:
    rows = [{**one, "omega": 0.1 * place} for place, one in enumerate(ROWS)]
    content = write(tmp_path / "t.csv", rows).read_bytes()
    headers = {"Content-Type": "text/csv"}

    def ask(body: bytes, **given: Any) -> Any:
        return client.post("/api/v1/excesses", content=body, params=given, headers=headers)

    answer = ask(content, where="omega < 0.55").json()
    assert (answer["selected"]["data"], answer["counts"]["cut"], answer["table"]) == (6, 8, "table.csv")
    assert len(answer["models"]) == 6 and answer["clusters"] is None
    for body, given, field in (
        (content, {"where": "omga < 1"}, "query.where"),
        (content, {"results": "/etc"}, "results"),
        (content.replace(b"n_excluding", b"other", 1), {}, "body"),
        (content + b"torn,row\n", {}, "body"),
        (content.replace(b"[0, ", b"[[, ", 1), {}, "chance"),
        (b"", {}, "body"),
        (b"\xff\xfe", {}, "body"),
        (b"PK\x03\x04 no table", {}, "body"),
    ):
        assert is_problem(ask(body, **given), 422)["field"].startswith(field)
    small = service(max_body=100, max_batch=1000)
    is_problem(small.post("/api/v1/excesses", content=content, headers=headers), 413, "1000 bytes")


def test_the_page(client: TestClient, stored: Callable[..., str]) -> None:
    pytest.importorskip("sklearn")
    batch, plain = stored(), stored(excesses=False)
    assert f'href="/excesses?batch={batch}"' in client.get(f"/batches/{batch}").text
    assert "/excesses?" not in client.get(f"/batches/{plain}").text
    text = client.get("/excesses", params={"batch": batch}).text
    assert "12 of 15 models of points are small excesses" in text and "Synthetic demo results" in text
    assert "clusters of models; by chance 0.0" in text and "by chance: mean and central 68% of 4 universes" in text
    where = "mass:X_t1 < 505 or file == '<b>&amp;'"
    given = {"batch": batch, "where": ["", where], "x": "mass:X_t1", "y": "mass:X_Z1", "z": 2.4}
    text = client.get("/excesses", params=given).text
    assert "5 of 15 models" in text and "<b>" not in text
    links = [unescape(link) for link in re.findall(r'(?:href|data-plot)="(/api/v1/excesses[^"]*)"', text)]
    assert len({link.split("?")[0] for link in links}) >= 4
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, (link, answer.text)
    assert client.get(links[0]).json()["selected"]["data"] == 5
    browser = {"Accept": "text/html"}
    page = client.get("/excesses", params={"batch": batch, "where": "open(1) < 2"}, headers=browser)
    assert page.status_code == 422 and "query.where" in page.text
    assert client.get("/excesses", headers=browser).status_code == 422
    assert client.get("/excesses", params={"batch": "b0"}, headers=browser).status_code == 404


def test_who_may_ask(service: Service, storage: Storage, stored: Callable[..., str]) -> None:
    batch = stored()
    stranger = service(host="192.0.2.1")
    is_problem(stranger.get("/api/v1/excesses", params={"batch": batch}), 401)
    reader = service(make_token(storage, "r", "read"), host="192.0.2.1")
    assert reader.get("/api/v1/excesses", params={"batch": batch}).status_code == 200


def test_the_client(serve: Serve, stored: Callable[..., str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("protomodels.client.excesses._PAGE", 5)
    batch = stored()
    with Client(serve()) as client:
        found = client.excesses([batch], analyses=1, where=["mass:X_t1 < 505"], limit=2)
        assert found.selected.data == 5 and len(found.models) == 2 and found.next == "2"
        assert len(list(client.excess_models([batch]))) == 12
        assert len(client.excess_table([batch]).splitlines()) == 25
        path = write(tmp_path / "t.csv", ROWS)
        for table in (path, str(path), path.read_bytes()):
            assert client.excesses_of_table(table, z=2.4).selected.data == 12
        assert [one.name for one in client.rows(batch, ["n_excluding > 0"])] == ["excluded.slha"]
        assert len(client.table(batch, where=["n_excluding > 0"]).splitlines()) == 2
        with pytest.raises(ConfigError, match=r"query\.where: got print"):
            client.excesses([batch], where=["print(1) < 2"])
        with pytest.raises(NotFoundError):
            client.excesses(["b-none"])
