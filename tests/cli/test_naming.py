"""What people type first: -h, short options, results as an argument, latest and best, delete."""

from __future__ import annotations

import csv
import os
import subprocess
from pathlib import Path

import pytest

from protomodels.cli.naming import protomodel_named, run_named
from protomodels.combiner.table_file import parse_table
from protomodels.database import open_storage
from protomodels.errors import ConfigError, ModelError, NotFoundError
from protomodels.files import load_model
from tests.command_line import COMMAND, Cli

SMALL = ("-w", "1", "-n", "12", "--executor", "inline")


@pytest.mark.parametrize("words", [("-h",), ("run", "-h"), ("results", "-h"), ("results", "list", "-h")])
def test_help_has_a_short_option(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli(*words).stdout.startswith("Usage: protomodels")


def test_words_name_runs_and_proto_models(cli: Cli) -> None:
    first = cli.json("run", "demo", *SMALL, "-s", "3")["run"]
    newest = cli.json("run", "-r", "demo", *SMALL, "-s", "4")["run"]
    assert cli.json("status", "latest")["run"] == newest
    best = cli.json("hiscores", "-n", "1")[0]
    rows = list(csv.DictReader(cli("hiscores", "-n", "1", "--format", "csv").stdout.splitlines()))
    assert [float(row["K"]) for row in rows] == [best["K"]] and float(rows[0]["X_Z1"]) > 0.0
    of_newest = cli.json("hiscores", "--run", "latest", "-n", "1", "--min-k", "-100")[0]
    assert of_newest["run"] == newest
    assert cli.json("show", "best", "--no-ablation")["id"] == best["id"]
    assert cli.json("show", "latest", "--no-ablation")["id"] == of_newest["id"]
    assert cli.json("replay", "latest")["run"] == newest
    assert "allowed: an id of `protomodels hiscores`, best, or latest" in cli("show", "first", code=2).stderr
    assert "results: got demo and other" in cli("run", "demo", "-r", "other", code=2).stderr
    assert cli("watch", "latest").stdout.startswith(f"run {newest} is completed")
    assert newest in cli("delete", "latest", "--yes").stdout
    assert [row["run"] for row in cli.json("list")] == [first]
    assert f"run: got {newest}" in cli("delete", newest, "--yes", code=2).stderr


def test_nothing_is_deleted_without_a_yes(cli: Cli) -> None:
    run = cli.json("run", *SMALL, "-s", "3")["run"]
    done = cli("delete", run, code=2)  # standard input is empty
    assert "nothing was deleted" in done.stderr
    assert [row["run"] for row in cli.json("list")] == [run]


def test_a_word_needs_something_stored(tmp_path: Path) -> None:
    with open_storage(f"sqlite:///{tmp_path / 'empty.db'}") as stored:
        assert run_named(stored, "r0000000c") == "r0000000c" and protomodel_named(stored, "12") == 12
        with pytest.raises(NotFoundError, match="run: got latest"):
            run_named(stored, "latest")
        for word, wrong in (("best", "protomodel: got best"), ("latest", "run: got latest")):
            with pytest.raises(NotFoundError, match=wrong):
                protomodel_named(stored, word)
        with pytest.raises(ConfigError, match="protomodel: got worst"):
            protomodel_named(stored, "worst")


@pytest.mark.parametrize("words", [("--help",), ("list",), ("list", "--format", "json")], ids=" ".join)
def test_a_reader_that_has_gone_is_no_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    """As in ``protomodels list | head -0``: through typer, rich, and plain writing."""
    reader, writer = os.pipe()
    os.close(reader)
    environment = {**os.environ, "PROTOMODELS_STORAGE": f"sqlite:///{tmp_path / 'runs.db'}"}
    done = subprocess.run([COMMAND, *words], stdout=writer, stderr=subprocess.PIPE, env=environment, check=False)  # noqa: S603
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_shell_completes_commands_and_options() -> None:
    for words, wanted in (("protomodels exp", "export"), ("protomodels export --st", "--storage")):
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_PROTOMODELS_COMPLETE": "complete_bash"}
        done = subprocess.run([COMMAND], capture_output=True, text=True, env={**os.environ, **asked}, check=True)  # noqa: S603
        assert done.stdout.split() == [wanted]


def test_what_is_wrong_with_a_file_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none.json: got no such file; allowed: "):
        load_model(tmp_path / "none.json")
    with pytest.raises(ModelError, match="got is a directory; allowed: "):
        load_model(tmp_path)
    with pytest.raises(ConfigError, match=r"t.json: pair: got an unknown key; allowed: note, pairs, combinable"):
        parse_table('{"pair": []}', "t.json")
