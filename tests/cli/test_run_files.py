"""Settings of a run in a TOML file."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.cli.search.run_files import read_run_file, write_run_file
from protomodels.database import open_storage
from protomodels.errors import ConfigError
from protomodels.runs import Execution
from protomodels.runs.new import new_config
from tests.command_line import Cli


def test_what_is_written_is_read(tmp_path: Path) -> None:
    table = tmp_path / 'a "table" µ.json'
    table.write_text('{"pairs": []}')
    config = new_config("demo", walkers=3, steps=7, combinable=table, guards=False, exchange=0)
    path = tmp_path / "run.toml"
    write_run_file(path, config, Execution("inline", chunk=5, lease_seconds=30.0))
    read = read_run_file(path)
    how = {name: read.pop(name) for name in ("executor", "chunk", "lease_seconds")}
    assert how == {"executor": "inline", "chunk": 5, "lease_seconds": 30.0}
    assert new_config(**read) == config  # also the seed that was drawn
    with pytest.raises(ConfigError, match=r"save: got .*run.toml; allowed: a path at which nothing is yet"):
        write_run_file(path, config, Execution())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("walker = 3", "bad.toml: got the key walker; allowed: results, walkers, steps, seed, policy"),
        ("walkers = 0", "bad.toml: walkers: got 0; allowed: a whole number between 1 and 100000"),
        ("seed = '5'", "bad.toml: seed: got 5; allowed: a whole number"),
        ("policy = 'mine'", "bad.toml: policy: got mine; allowed: one of paper, default"),
        ("strict = 1", "bad.toml: strict: got 1; allowed: true or false"),
        ("results = 3", "bad.toml: results: got 3; allowed: a text in quotes"),
        ("walkers", "bad.toml; allowed: a TOML file"),
    ],
)
def test_a_bad_file_is_one_clear_error(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_run_file(path)
    assert words in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.toml; allowed: a file that can be read \(No such file or directory\)"):
        read_run_file(tmp_path / "none.toml")


def test_a_run_from_a_file_goes_elsewhere_in_a_file(cli: Cli) -> None:
    (cli.folder / "small.toml").write_text('walkers = 2\nsteps = 4\nexecutor = "inline"\npolicy = "paper"\n')
    first = cli.json("run", "demo", "-c", "small.toml", "-n", "3", "-s", "9", "--save", "again.toml")
    again = cli.json("run", "-c", "again.toml")
    assert isinstance(first, dict) and isinstance(again, dict) and first["steps"] == 6
    with open_storage(cli.folder / "runs.db") as stored:
        assert stored.get_run(first["run"]).config_json == stored.get_run(again["run"]).config_json
    assert "got the key steps_" in _refused(cli, "steps_ = 1")
    exported = cli("export", "latest", "run.zip").stdout
    assert exported == f"run {again['run']} is in run.zip\n"
    elsewhere = ("--storage", "elsewhere.db")
    read = cli.json("import", "run.zip", *elsewhere)
    assert isinstance(read, dict) and (read["run"], read["state"], read["steps"]) == (again["run"], "completed", 6)
    replayed = cli.json("replay", again["run"], "--walker", "1", *elsewhere)
    assert isinstance(replayed, dict) and replayed["identical"]
    assert "allowed: a run that is not in this storage" in cli("import", "run.zip", *elsewhere, code=2).stderr


def _refused(cli: Cli, text: str) -> str:
    (cli.folder / "bad.toml").write_text(text)
    return cli("run", "-c", "bad.toml", code=2).stderr
