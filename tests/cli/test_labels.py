"""A run is called something when it begins or later, and commands take its name for its id."""

from __future__ import annotations

from pathlib import Path

import protomodels as pm
from tests.command_line import Cli

SMALL = ("-w", "1", "-n", "12", "-s", "3", "--executor", "inline")


def test_a_name_stands_for_an_id_everywhere(cli: Cli, tmp_path: Path) -> None:
    run = cli.json("run", *SMALL, "--name", "mine", "--note", "first try", "--tag", "a", "--tag", "b")["run"]
    cli("run", *SMALL)
    assert cli.json("status", "mine")["run"] == run
    assert [row["run"] for row in cli.json("list", "--tag", "a", "--tag", "b")] == [run]
    assert cli.json("list", "--tag", "c") == []
    assert "note: first try" in cli("status", "mine").stdout
    assert {row["run"] for row in cli.json("hiscores", "--run", "mine")} == {run}
    assert "error: name: got mine; allowed: a name that no other" in cli("run", *SMALL, "--name", "mine", code=2).stderr
    assert cli.json("diff", "mine", "latest")["identical"]
    assert cli.json("replay", "mine")["run"] == run
    assert run in cli("watch", "mine").stdout and "completed" in cli("logs", "mine").stdout
    assert cli("plot", "mine", "-o", "x.svg").stdout == "x.svg\n"
    cli("export", "mine", "mine.zip")
    assert cli.json("name", "mine", "ours") == {"run": run, "name": "ours", "note": "first try", "tags": ["a", "b"]}
    assert cli.json("tag", "ours", "a", "--remove")["tags"] == ["b"]
    assert cli.json("note", "ours", "")["note"] == "" and cli.json("tag", "ours", "c")["tags"] == ["b", "c"]
    storage = f"sqlite:///{tmp_path / 'runs.db'}"
    assert {found.run for found in pm.hiscores(storage, run="ours")} == {run}
    assert cli.json("name", "ours", "--remove")["name"] is None
    assert "run: got ours; allowed: the id or the name" in cli("status", "ours", code=2).stderr
    cli("delete", run, "--yes")
    again = cli.json("import", "mine.zip")["run"]
    assert cli.json("status", "mine")["run"] == again
