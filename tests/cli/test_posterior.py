"""``protomodels posterior``: sampled, shown again, interrupted and gone on with, left to a runner, exported."""

from __future__ import annotations

import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from protomodels.database import open_storage
from tests.command_line import COMMAND, Cli

SHORT = ("--prior-only", "--chains", "2", "--sweeps", "20", "--warm-up", "5", "--seed", "3", "--executor", "inline")


def test_sampled_and_shown_again(cli: Cli) -> None:
    found: Any = cli.json("posterior", "demo", *SHORT)
    assert {"run", "converged", "particles", "contents", "log_bayes_factor", "diagnostics"} <= set(found)
    assert set(found["particles"]["X_t1"]) == {"probability", "error", "prior"} and len(found["particles"]) == 19
    assert {"particles", "probability", "error"} <= set(found["contents"][0])
    assert set(found["log_bayes_factor"]) >= {"value", "error"} and found["converged"] is False
    assert cli.json("posterior", found["run"]) == found
    shown = cli("posterior", found["run"]).stdout
    assert "converged        no" in shown and "2 chains, 4 are needed" in shown and "Standard Model" in shown
    again: Any = cli.json("posterior", *SHORT, "--executor", "process", "--workers", "2")
    assert again["run"] != found["run"] and again["contents"] == found["contents"]
    replayed = cli("replay", found["run"], "--walker", "1").stdout
    assert "identical" in replayed
    assert "posterior: got p00000000" in cli("posterior", "p00000000", code=2).stderr


def test_with_data_of_a_universe_and_another_prior(cli: Cli) -> None:
    options = ("--universe", "4", "--prior", "heaviest=800", "--prior", "contents=each", "--rungs", "3")
    found: Any = cli.json("posterior", *SHORT[1:], "--sweeps", "8", "--moves", "3", *options, "--target", "best")
    assert found["target"] == "best" and not found["prior_only"] and len(found["diagnostics"]["betas"][0]) == 3
    masses = [q for q in found["quantities"] if q["name"].startswith("m(")]
    assert masses and all(q["high95"] <= 800.0 for q in masses)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--prior", "spread"), "prior: got spread; allowed: NAME=NUMBER"),
        (("--prior", "spreed=2"), "prior: got spreed"),
        (("--chains", "0"), "chains"),
        (("--target", "worst"), "--target"),
        (("--results", "nowhere"), "nowhere"),
    ],
)
def test_what_is_wrong_is_said(cli: Cli, options: tuple[str, str], said: str) -> None:
    assert said in cli("posterior", *SHORT, *options, code=2).stderr


def test_ctrl_c_and_resume(cli: Cli, tmp_path: Path) -> None:
    whole: Any = cli.json("posterior", *SHORT, "--sweeps", "1500")
    arguments = [COMMAND, "posterior", *SHORT, "--sweeps", "1500", "--chunk", "10"]
    end = time.monotonic() + 120.0
    with subprocess.Popen(arguments, env=cli.environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            with open_storage(tmp_path / "runs.db") as storage:
                while (newest := storage.list_posteriors(1)[0]).id == whole["run"] or newest.sweeps_done == 0:
                    assert time.monotonic() < end and process.poll() is None
                    time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    paused = re.search(r"(p[0-9a-f]{8}) is paused and kept", said)
    assert process.returncode == 130 and paused is not None, said
    assert cli.json("status", paused.group(1))["state"] == "paused"  # type: ignore[index]
    resumed: Any = cli.json("resume", paused.group(1), "--executor", "inline")
    assert resumed["run"] == paused.group(1)
    assert {**resumed, "run": ""} == {**whole, "run": ""}


def test_left_to_a_runner(cli: Cli) -> None:
    queued: Any = cli.json("posterior", *SHORT, "--queue")
    other: Any = cli.json("posterior", *SHORT, "--queue")
    assert queued["state"] == "queued"
    assert cli("cancel", other["run"]).stdout == f"posterior {other['run']} is cancelled\n"
    cli("runner", "--executor", "inline", "--until-idle")
    assert cli.json("posterior", queued["run"])["diagnostics"]["draws"] == 40  # type: ignore[index]
    rows: Any = cli.json("posterior", "--list")
    assert [(row["posterior"], row["state"], row["converged"]) for row in rows] == [
        (other["run"], "cancelled", None),
        (queued["run"], "completed", False),
    ]
    assert queued["run"] in cli("status", queued["run"]).stdout
    assert cli("delete", other["run"], "--yes").stdout == f"posterior {other['run']} is deleted\n"


def test_figures(cli: Cli, tmp_path: Path) -> None:
    found: Any = cli.json("posterior", *SHORT, "--sweeps", "200")
    cli("plot", found["run"], "--to", "figures")
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert names == {"contents.svg", "corner.svg", "spectrum.svg"}  # of a prior no signals are predicted
    assert cli("plot", found["run"], "--kind", "corner", "--to", "c.svg").stdout == "c.svg\n"
    assert "kind: got limits" in cli("plot", found["run"], "--kind", "limits", code=2).stderr


def test_exported_for_arviz(cli: Cli, tmp_path: Path) -> None:
    pytest.importorskip("arviz_base", reason="arviz-base of the extra arviz is not installed")
    xarray = pytest.importorskip("xarray")
    found: Any = cli.json("posterior", *SHORT, "--export", "draws.nc")
    with xarray.open_datatree(tmp_path / "draws.nc", engine="h5netcdf") as tree:
        draws = tree["posterior"]
        assert draws["mass"].shape[:2] == (2, 20) and tree.attrs["run"] == found["run"]
        for name, row in found["particles"].items():
            share = float(draws["present"].sel(particle=name).mean()) if name in draws["particle"] else 0.0
            assert share == pytest.approx(row["probability"])
        there = draws["present"].values
        assert ((draws["mass"].values > 0.0) == there).all()  # NaN where it is not there
        assert (tree["sample_stats"]["lp"] == tree["sample_stats"]["log_prior"]).all()
    assert "ends with .nc" in cli("posterior", found["run"], "--export", "draws.zarr", code=2).stderr
