"""The command as a user meets it: its JSON contracts, its explanations, and one clear error for each bad input."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from protomodels.results.demo import HIDDEN
from tests.command_line import COMMAND, Cli


def test_evaluate_keeps_its_contract(cli: Cli) -> None:
    answer = cli.json("evaluate", str(HIDDEN))
    assert isinstance(answer, dict)
    assert {"K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm", "combination", "critic", "seconds"} <= set(
        answer
    )
    assert set(answer["combination"][0]) == {"analysis", "region", "type", "observed", "expected", "signal", "llr"}
    assert set(answer["critic"][0]) == {"analysis", "region", "type", "r_obs", "r_exp", "signal"}
    wanted = {"analysis", "region", "type", "topologies", "signal", "r_obs", "r_exp", "cls_obs", "cls_exp"}
    assert len(answer["results"]) > 20 and wanted <= set(answer["results"][0])
    assert answer["coverage"]["share_seen"] > 0.9 and answer["warnings"] == []
    assert max(row["r_obs"] for row in answer["results"]) >= answer["critic"][0]["r_obs"]
    assert answer["K"] > 5 and 0 < answer["mu_hat"] <= answer["mu_max"]
    assert re.fullmatch("[0-9a-f]{64}", answer["results_fingerprint"])
    paper = cli.json("evaluate", str(HIDDEN), "--policy", "paper")
    assert isinstance(paper, dict) and paper["reference_order"] == "NLO+NLL"
    # larger cross sections meet the same limits earlier
    assert answer["reference_order"] == "NNLO_approx+NNLL" and answer["mu_max"] < paper["mu_max"]


def test_evaluate_explains(cli: Cli) -> None:
    text = cli("evaluate", str(HIDDEN)).stdout
    for part in ("X_t1 830", "what drives K", "what holds it back", "Z^2 - prior", "X_d -> 100% X_Z1 d"):
        assert part in text


def test_a_combinability_table_of_ones_own_is_used(cli: Cli) -> None:
    table = cli.folder / "none.json"
    table.write_text('{"note": "nothing", "pairs": []}')
    answers = [cli.json("evaluate", str(HIDDEN), *extra) for extra in ((), ("--combinable", str(table)))]
    members = [len(a["combination"]) for a in answers if isinstance(a, dict)]
    assert members[1] < members[0] and members[1] <= 4


def test_run_keeps_its_contract(finished: tuple[Cli, dict[str, object]]) -> None:
    cli, answer = finished
    assert set(answer) == {"run", "state", "best_K", "best_protomodel", "steps", "steps_per_second"}
    assert answer["state"] == "completed" and answer["steps"] == 30
    status = cli.json("status", str(answer["run"]))
    assert isinstance(status, dict) and status["steps"] == 30 and status["best_K"] == answer["best_K"]


def test_hiscores_and_show(finished: tuple[Cli, dict[str, object]]) -> None:
    cli, answer = finished
    found = cli.json("hiscores", "--run", str(answer["run"]))
    assert isinstance(found, list) and found[0]["K"] == answer["best_K"]
    assert [h["K"] for h in found] == sorted((h["K"] for h in found), reverse=True)
    with_lbp = cli.json("hiscores", "--particle", "X_Z1")
    assert isinstance(with_lbp, list) and len(with_lbp) == len(found)
    text = cli("show", str(answer["best_protomodel"])).stdout
    parts = ("Verdict: ", "how robust", "error bars", "What could it be?")
    for part in ("what drives K", "what holds it back", "and without ...", "X_Z1 is stable", "GeV", *parts):
        assert part in text
    shown = cli.json("show", str(answer["best_protomodel"]))
    assert isinstance(shown, dict) and shown["without_particle"] and shown["without_analysis"]
    robustness = found[0]["robustness"]
    wanted = {"verdict", "without_strongest_analysis", "without_each_experiment", "smallest_within_5_percent"}
    assert wanted | {"largest_multiplier", "share_at_edges"} <= robustness.keys() and shown["robustness"] == robustness
    same = cli.json("hiscores", "--verdict", robustness["verdict"], "--sort", "without_strongest")
    assert isinstance(same, list) and {h["verdict"] for h in same} == {robustness["verdict"]}
    slha = cli.folder / "again.slha"
    slha.write_text(cli("show", str(answer["best_protomodel"]), "--format", "slha").stdout)
    from_slha = cli.json("evaluate", str(slha))
    assert isinstance(from_slha, dict) and from_slha["K"] == pytest.approx(shown["K"], abs=0.05)
    # what is shown can be evaluated again, and scores the same
    model = cli.folder / "again.json"
    model.write_text(json.dumps(shown["model"]))
    again = cli.json("evaluate", str(model))
    assert isinstance(again, dict) and again["K"] == pytest.approx(shown["K"], abs=1e-9)
    judged = cli.json("evaluate", str(model), "--robustness")
    assert isinstance(judged, dict) and judged["robustness"]["verdict"] == robustness["verdict"] and judged["errors"]


def test_the_same_seed_gives_the_same_run(finished: tuple[Cli, dict[str, object]]) -> None:
    cli, answer = finished
    other = cli.json("run", "--walkers", "2", "--steps", "15", "--seed", "4", "--executor", "inline")
    assert isinstance(other, dict) and other["best_K"] == answer["best_K"] and other["run"] != answer["run"]


def test_a_finished_run_compares_with_the_hidden_model(cli: Cli) -> None:
    done = cli("run", "--walkers", "2", "--steps", "15", "--seed", "4", "--executor", "inline")
    assert "The demo results are SYNTHETIC" in done.stdout and "30/30 steps" in done.stderr
    assert "\r" not in done.stderr, "plain lines off a terminal"


def _committed(cli: Cli) -> int:
    """Steps in the storage, seen without the time that a command takes."""
    file = cli.folder / "runs.db"
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT coalesce(sum(steps_done), 0) FROM runs").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet


def test_ctrl_c_keeps_what_is_done_and_resume_goes_on(cli: Cli) -> None:
    command = [COMMAND, "run", "--walkers", "2", "--steps", "300", "--seed", "4", "--workers", "2"]
    # where tests run in the background of a shell, interrupts are ignored: not in this process
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        env=cli.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL) and None,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and _committed(cli) == 0 and process.poll() is None:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "paused and kept" in errors
    rows = cli.json("status")
    assert isinstance(rows, list) and rows[0]["state"] == "paused" and 0 < rows[0]["steps"] < 600
    resumed = cli.json("resume", rows[0]["run"])
    assert isinstance(resumed, dict) and resumed["state"] == "completed" and resumed["steps"] == 600
    whole = cli.json("run", "--walkers", "2", "--steps", "300", "--seed", "4")
    assert isinstance(whole, dict) and whole["best_K"] == resumed["best_K"]


def _model(folder: Path, document: object) -> str:
    file = folder / "model.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(file)


BAD_MODELS = {
    "unknown pid": ({"masses": {"1000022": 100, "1000099": 500}}, "1000099"),
    "unknown channel": (
        {"masses": {"1000022": 100, "1000006": 600}, "decays": {"1000006": {"1000022,11": 1.0}}},
        "a channel of X_t1",
    ),
    "branching sum": (
        {"masses": {"1000022": 100, "1000006": 600}, "decays": {"1000006": {"1000022,6": 0.7}}},
        "branching ratios that sum to 1",
    ),
    "nan mass": ('{"masses": {"1000022": NaN}}', "got nan"),
    "not json": ("{", "not JSON"),
}


@pytest.mark.parametrize("name", BAD_MODELS)
def test_a_bad_model_gets_one_clear_error(name: str, cli: Cli) -> None:
    document, message = BAD_MODELS[name]
    done = cli("evaluate", _model(cli.folder, document), "--format", "json", code=2)
    assert done.stdout == "" and message in done.stderr
    assert done.stderr.count("\n") == 1 and done.stderr.startswith("error: ") and "Traceback" not in done.stderr


def test_other_bad_input_gets_one_clear_error_and_nothing_is_written(cli: Cli) -> None:
    (cli.folder / "empty").mkdir()
    (cli.folder / "cut.tar.xz").write_bytes(b"\xfd7zXZ\x00 cut")
    (cli.folder / "table.json").write_text('{"pairs": [["A"]]}')
    run = ["run", "--walkers", "1", "--steps", "1"]
    cases = {
        "missing.json": ["evaluate", "missing.json"],
        "not found": [*run, "--results", "missing"],
        "undamaged": [*run, "--results", str(cli.folder / "cut.tar.xz")],
        "without any globalInfo": [*run, "--results", str(cli.folder / "empty")],
        "walkers": ["run", "--walkers", "0"],
        "steps": ["run", "--steps", "0"],
        "--storage": [*run, "--storage", "nonsense://x"],
        "table.json": [*run, "--combinable", str(cli.folder / "table.json")],
        "nobody.json": [*run, "--combinable", "nobody.json"],
        "X_nothing": ["hiscores", "--particle", "X_nothing"],
        "r00000000": ["resume", "r00000000"],
        "99": ["show", "99"],
    }
    for message, arguments in cases.items():
        done = cli(*arguments, code=2)
        assert message in done.stderr and "Traceback" not in done.stderr, (message, done.stderr)
    assert cli.json("status") == []


def test_results_list_and_info(cli: Cli) -> None:
    info = cli.json("results", "info", "demo")
    assert isinstance(info, dict) and len(info["analyses"]) >= 16
    listed = cli.json("results", "list")
    assert isinstance(listed, list) and any(r["name"] == "demo" for r in listed)
    shown = cli("results", "info").stdout
    assert "CMS-DEMO" in shown and "maps for models of any kind" in shown
    assert info["compiled"]["not_compiled"] == {}


def test_doctor_finds_this_installation_in_order(cli: Cli) -> None:
    rows = cli.json("doctor")
    assert isinstance(rows, list) and all(row["ok"] for row in rows), rows
    assert {"packages", "environment", "storage", "ray", "results"} <= {row["check"] for row in rows}


def test_doctor_says_what_is_wrong(cli: Cli) -> None:
    wrong = {"PROTOMODELS_STORAGES": "x", "RAY_ADDRESS": "127.0.0.1:9", "PROTOMODELS_STORAGE": "mysql://x"}
    cli.environment |= wrong
    out = cli("doctor", code=1).stdout
    said = dict(line.removeprefix("FAIL ").split(": ", 1) for line in out.splitlines() if line.startswith("FAIL"))
    assert "PROTOMODELS_STORAGES: nothing reads them" in said["environment"]
    assert "nobody answers at RAY_ADDRESS 127.0.0.1:9" in said["ray"] and "mysql" in said["storage"]
    assert "python" not in said and "demo results" not in said


def test_db_upgrade_on_a_new_storage(cli: Cli) -> None:
    assert "up to date" in cli("db", "upgrade").stdout
