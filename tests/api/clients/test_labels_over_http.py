"""Names, notes and tags of runs over HTTP, and with the commands that use it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from protomodels.client import Client
from protomodels.database import Storage
from protomodels.errors import ConfigError
from tests.api.asking import SMALL, Serve, is_problem
from tests.command_line import Cli

RUNS = "/api/v1/runs"


def test_runs_are_called_changed_and_found(client: TestClient) -> None:
    named = SMALL | {"name": "stop-7", "note": "first", "tags": ["b", "a"]}
    made = client.post(RUNS, json=named).json()
    path = f"{RUNS}/{made['id']}"
    assert (made["name"], made["note"], made["tags"]) == ("stop-7", "first", ["a", "b"])
    other = client.post(RUNS, json=SMALL | {"tags": ["a"]}).json()["id"]

    def found(**wanted: object) -> list[str]:
        return [run["id"] for run in client.get(RUNS, params=wanted).json()["items"]]  # type: ignore[arg-type]

    assert found(name="stop-7") == [made["id"]] and found(tag="a") == [other, made["id"]]
    assert found(tag=["a", "b"]) == [made["id"]]
    is_problem(client.post(RUNS, json=named), 422, "a name that no other run has")
    changed = client.patch(path, json={"note": "second"}).json()
    assert (changed["name"], changed["note"], changed["tags"]) == ("stop-7", "second", ["a", "b"])
    changed = client.patch(path, json={"name": None, "tags": []}).json()
    assert (changed["name"], changed["note"], changed["tags"]) == (None, "second", [])
    assert client.get(path).json()["note"] == "second"
    for wrong in ({"name": "a b"}, {"name": "latest"}, {"note": "\0"}, {"tags": [""]}, {"title": "x"}):
        is_problem(client.patch(path, json=wrong), 422)
    is_problem(client.patch(f"{RUNS}/r00000001", json={}), 404)
    refused = client.put(path, json={})
    is_problem(refused, 405)
    assert set(refused.headers["allow"].split(", ")) >= {"DELETE", "GET", "PATCH"}


@pytest.mark.parametrize("url", ["sqlite file"], indirect=True)
def test_the_client_and_the_commands(serve: Serve, storage: Storage, tmp_path: Path) -> None:
    url = serve()
    cli = Cli(tmp_path)
    with Client(url) as client:
        run = client.create_run(name="mine", tags=["a"], walkers=1, steps=1).id
        assert client.label(run, note="words", tags=["a", "b"]).tags == ("a", "b")
        assert client.label(run, name="").name is None and client.label(run, name="ours").name == "ours"
        assert [found.id for found in client.runs(tag=["a", "b"])] == [run] == [r.id for r in client.runs(name="ours")]
        with pytest.raises(ConfigError, match="name"):
            client.label(run, name="best")
    assert cli("tag", "ours", "c", "--server", url).stdout == f"run {run} (ours)\ntags  a b c\nnote  words\n"
    assert "tags  b c\n" in cli("tag", "ours", "a", "--remove", "--server", url).stdout
    assert "note  other\n" in cli("note", "ours", "other", "--server", url).stdout
    assert "(theirs)" in cli("name", "ours", "theirs", "--server", url).stdout
    assert "cancelled" in cli("cancel", "theirs", "--server", url).stdout
    begun = ("run", "-w", "1", "-n", "1", "--name", "third", "--tag", "b", "--detach", "--server", url)
    cli(*begun)
    listed = cli("list", "--tag", "b", "--server", url).stdout
    assert "third #b" in listed and "theirs #b #c" in listed
    found = storage.get_run(run)
    assert (found.name, found.note, found.tags, str(found.state)) == ("theirs", "other", ("b", "c"), "cancelled")
