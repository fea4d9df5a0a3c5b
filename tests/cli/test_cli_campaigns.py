"""The campaign commands as a user meets them."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from protomodels.database import open_storage
from protomodels.results.demo import HIDDEN
from tests.command_line import COMMAND, Cli

SMALL = ("--walkers", "2", "--steps", "5", "--runs", "2")


def test_pvalue_keeps_its_contract(finished: tuple[Cli, dict[str, object]]) -> None:
    cli, run = finished
    picture = cli.folder / "density.svg"
    asked = ("pvalue", "--run", str(run["run"]), "--universes", "3", "--fudge", "0.65", "--plot", str(picture))
    answer = cli.json(*asked)
    assert picture.read_text().startswith("<?xml")
    assert isinstance(answer, dict)
    assert set(answer) == {
        "campaign", "K", "universes", "wanted", "reaching", "p", "interval_95", "p_density", "tail", "Z", "K_fake",
        "at_least", "fudge",
    }  # fmt: skip
    assert answer["K"] == run["best_K"] and answer["universes"] == answer["wanted"] == len(answer["K_fake"]) == 3
    assert answer["p"] == (1 + answer["reaching"]) / 4
    again = cli.json("pvalue", "--campaign", str(answer["campaign"]), "--no-walk")
    assert again == answer
    wider = cli.json("pvalue", "--run", str(run["run"]), "--universes", "3")
    both = cli.json("pvalue", "--run", str(run["run"]), "--compare", "--plot", str(picture))
    assert both == {"run": run["run"], "campaigns": [answer, wider]}
    assert isinstance(wider, dict) and (answer["fudge"], wider["fudge"]) == (0.65, 1.0)
    assert "global p-values of run" in cli("pvalue", "--run", str(run["run"]), "--compare").stdout
    assert "global p-value of K" in cli("pvalue", "--campaign", str(answer["campaign"]), "--no-walk").stdout
    listed = cli.json("campaigns")
    assert isinstance(listed, list) and [c["campaign"] for c in listed] == [wider["campaign"], answer["campaign"]]
    assert all(len(c["runs"]) == 3 for c in listed)
    assert str(answer["campaign"]) in cli("campaigns").stdout
    # hiscores of universes are not those of the data
    own = cli.json("hiscores", "--limit", "1000")
    assert isinstance(own, list) and {h["run"] for h in own} == {run["run"]}
    shown = cli.json("list")
    assert isinstance(shown, list) and sum(row["universe"] is not None for row in shown) == 6


def test_a_killed_pvalue_goes_on(cli: Cli) -> None:
    run = cli.json("run", "--walkers", "2", "--steps", "120", "--seed", "4", "--executor", "inline")
    assert isinstance(run, dict)
    command = [COMMAND, "pvalue", "--run", str(run["run"]), "--universes", "3", "--executor", "inline"]
    with subprocess.Popen(command, env=cli.environment, stderr=subprocess.PIPE, text=True, cwd=cli.folder) as process:  # noqa: S603
        assert process.stderr is not None
        name = next(line for line in process.stderr if line.startswith("campaign")).split()[1].rstrip(":")
        next(line for line in process.stderr if line.startswith("universe 1"))
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    answer = cli.json("pvalue", "--campaign", name, "--executor", "inline")
    undisturbed = Cli(cli.folder / "other")
    undisturbed.folder.mkdir()
    undisturbed.environment = {**os.environ, "PROTOMODELS_STORAGE": f"sqlite:///{undisturbed.folder / 'runs.db'}"}
    run = undisturbed.json("run", "--walkers", "2", "--steps", "120", "--seed", "4", "--executor", "inline")
    assert isinstance(run, dict)
    same = undisturbed.json("pvalue", "--run", str(run["run"]), "--universes", "3", "--executor", "inline")
    assert isinstance(answer, dict) and isinstance(same, dict)
    assert {**answer, "campaign": ""} == {**same, "campaign": ""}


def test_closure_keeps_its_contract(cli: Cli) -> None:
    for kind in ("technical", "physics"):
        answer = cli.json("closure", "--model", str(HIDDEN), "--kind", kind, *SMALL)
        assert isinstance(answer, dict) and set(answer) == {"campaign", "injected", "found"}
        assert len(answer["found"]) == 2
        assert set(answer["found"][0]) == {"run", "K", "masses", "partner", "complete"}
        assert cli.json("closure", "--campaign", answer["campaign"]) == answer
    assert "injected: X_t1 830" in cli("closure", "--campaign", answer["campaign"]).stdout


def test_power_keeps_its_contract(cli: Cli) -> None:
    answer = cli.json("power", "--model", str(HIDDEN), "--strengths", "0,2", *SMALL)
    assert isinstance(answer, dict) and [p["strength"] for p in answer["points"]] == [0.0, 2.0]
    assert set(answer["points"][0]) == {"strength", "runs", "reaching", "complete", "interval_95", "masses"}


def test_universe_shows_what_is_observed(cli: Cli) -> None:
    answer = cli.json("universe", "--seed", "3")
    assert isinstance(answer, dict)
    assert set(answer) == {"results", "fingerprint", "recipe", "observed", "limit_ratio", "sets", "unsampled"}
    assert cli.json("universe", "--seed", "3") == answer != cli.json("universe", "--seed", "4")
    assert "observed / expected limit" in cli("universe", "--model", str(HIDDEN), "--strength", "0.5").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pvalue",), "--run: got nothing"),
        (("pvalue", "--run", "r00000000"), "run: got r00000000"),
        (("pvalue", "--campaign", "c0"), "campaign: got c0"),
        (("pvalue", "--compare", "--campaign", "c0"), "--compare: got True; allowed: with --run"),
        (("pvalue", "--compare", "--run", "r00000000"), "run: got r00000000"),
        (("closure",), "--model: got nothing"),
        (("closure", "--model", "nowhere.json"), "nowhere.json"),
        (("closure", "--model", "77"), "protomodel: got 77"),
        (("closure", "--model", str(HIDDEN), "--runs", "0"), "runs: got 0"),
        (("power", "--model", str(HIDDEN), "--strengths", "1,x"), "--strengths: got 1,x"),
        (("power", "--model", str(HIDDEN), "--strengths", "-1"), "universe.strength: got -1.0"),
        (("closure", "--model", str(HIDDEN), *SMALL, "--steps", "0"), "steps: got 0"),
        (("universe", "--fudge", "0"), "universe.fudge: got 0.0"),
        (("universe", "--seed", "-1"), "universe.seed: got -1"),
    ],
)
def test_bad_input_is_one_clear_error(cli: Cli, arguments: tuple[str, ...], words: str) -> None:
    done = cli(*arguments, code=2)
    assert words in done.stderr and "Traceback" not in done.stderr and done.stdout == ""
    with open_storage(cli.environment["PROTOMODELS_STORAGE"]) as storage:
        assert storage.list_runs() == [] and storage.list_campaigns() == []  # nothing was stored
