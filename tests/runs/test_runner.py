"""The real commands: runs that are queued, taken up by runners, killed, paused, and compared."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from protomodels.campaign.scan.batches import BatchSettings
from protomodels.database import NewBatch, RunState, open_storage
from protomodels.predictor import Predictor
from tests.campaign.scan.points import POINT

PROTOMODELS = str(Path(sys.executable).with_name("protomodels"))
LONG = ("--walkers", "4", "--steps", "200", "--seed", "3")


class Commands:
    """The command on one storage."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(  # noqa: S603
            [PROTOMODELS, *arguments, "--storage", self.url], capture_output=True, text=True, timeout=120
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code in (0, 1) else done.stderr

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--format", "json", code=code))

    def queue(self, *settings: str) -> str:
        run: str = self.json("run", "--queue", "--detach", *settings)["run"]
        return run

    @contextmanager
    def runner(self, *options: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [PROTOMODELS, "runner", "--storage", self.url, "--lease", "2", "--chunk", "5", *options]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@pytest.fixture(params=("sqlite", "postgresql"))
def commands(request: pytest.FixtureRequest, tmp_path: Path, demo: object) -> Commands:
    """The command on an empty storage of each kind."""
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return Commands(make() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'runs.db'}")


def until(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.05)


def test_a_runner_that_is_killed(commands: Commands) -> None:
    """Its processes end with it, the run shows as crashed, the next runner ends it as if nothing had happened."""
    run = commands.queue(*LONG)
    with open_storage(commands.url) as storage:
        with commands.runner() as runner:
            until(lambda: storage.get_run(run).steps_done > 50)
            family = psutil.Process(runner.pid).children(recursive=True)
            assert len(family) >= 2  # the run's process and its workers
            os.kill(runner.pid, signal.SIGKILL)
            gone, alive = psutil.wait_procs(family, timeout=5)
            assert len(gone) == len(family) and not alive
        stood = storage.get_run(run).steps_done
        until(lambda: commands.json("status", run)["state"] == "crashed", 20)
        assert "nothing was heard of" in commands.json("status", run)["reason"]
        with commands.runner("--until-idle") as second:
            assert second.wait(60) == 0
        record = storage.get_run(run)
        assert record.state is RunState.COMPLETED and record.attempt == 2 and stood < record.steps_done == 800
    alone = commands.json("run", *LONG, "--executor", "inline")
    assert alone["state"] == "completed" and alone["steps"] == 800 and alone["steps_per_second"] > 0
    assert commands.json("diff", run, alone["run"])["identical"]
    again = commands.json("replay", run, "--walker", "2", "--step", "20")
    assert again["identical"] and again["K"] == again["K_stored"]


def test_a_process_that_starts_longer_than_a_lease_keeps_its_run(tmp_path: Path, demo: object) -> None:
    """Its runner speaks for it: to import what walks takes longer than a second anywhere."""
    commands = Commands(f"sqlite:///{tmp_path / 'runs.db'}")
    run = commands.queue("--walkers", "2", "--steps", "20", "--seed", "3")
    with commands.runner("--lease", "1", "--until-idle") as runner:
        assert runner.wait(120) == 0
    with open_storage(commands.url) as storage:
        record = storage.get_run(run)
        assert record.state is RunState.COMPLETED and record.attempt == 1


def test_the_life_of_a_queued_run(tmp_path: Path, demo: object) -> None:
    commands = Commands(f"sqlite:///{tmp_path / 'runs.db'}")
    run = commands.queue("--walkers", "4", "--steps", "100000", "--seed", "3")  # longer than anybody waits
    assert commands.json("status", run)["state"] == "queued"
    assert [r["run"] for r in commands.json("list", "--state", "queued", "--sort", "K")] == [run]
    with open_storage(commands.url) as storage:
        with commands.runner() as runner:
            until(lambda: storage.get_run(run).steps_done > 20)
            commands("pause", run)
            until(lambda: not psutil.Process(runner.pid).children(recursive=True))
            paused = storage.get_run(run)
            assert paused.state is RunState.PAUSED
            commands("resume", run, "--queue", "--detach")
            until(lambda: storage.get_run(run).steps_done > paused.steps_done)
            runner.send_signal(signal.SIGTERM)
            assert runner.wait(30) == 0
        assert storage.get_run(run).state is RunState.QUEUED  # for the next runner
        with commands.runner():
            until(lambda: storage.get_run(run).state is RunState.RUNNING)
            commands("cancel", run)
            until(lambda: storage.get_run(run).state is RunState.CANCELLED)
    lines = [json.loads(line) for line in commands("logs", run, "--format", "json").splitlines()]
    words = " ".join(line["message"] for line in lines)
    assert "queued" in words and "attempt 1: executor process" in words and "best K" in words and "cancelled" in words
    assert "cannot become" in commands("pause", run, code=3)
    assert commands.json("hiscores", "--run", run, "--walker", "1")


def test_following_a_queued_run(tmp_path: Path, demo: object) -> None:
    commands = Commands(f"sqlite:///{tmp_path / 'runs.db'}")
    with commands.runner():
        answer = commands.json("run", "--queue", "--walkers", "2", "--steps", "20", "--seed", "1")
    assert answer["state"] == "completed" and answer["steps"] == 40 and answer["best_K"] is not None
    other = commands.json("run", "--walkers", "2", "--steps", "20", "--seed", "2", "--executor", "inline")
    found = commands.json("diff", answer["run"], other["run"], code=1)
    assert found["config"] == {"seed": [1, 2]} and set(found["chains"]) == {"0", "1"}
    assert "walker 0: the chains differ from step 1" in commands("diff", answer["run"], other["run"], code=1)
    assert "all 20 steps are identical" in commands("replay", other["run"], "--walker", "1")
    assert [r["run"] for r in commands.json("list")] == [other["run"], answer["run"]]


def test_bad_input_gets_one_clear_error(tmp_path: Path, demo: object) -> None:
    commands = Commands(f"sqlite:///{tmp_path / 'runs.db'}")
    for arguments in (["logs", "r0"], ["pause", "r0"], ["cancel", "r0"], ["replay", "r0"], ["diff", "r0", "r1"]):
        errors = commands(*arguments, code=2).strip().splitlines()
        assert errors[-1].startswith("error: run: got r0; allowed: the id or the name of a stored run")
    assert "exchange" in commands("run", "--exchange", "-1", code=2)
    assert "error: --storage" in Commands("oracle://me:secret@host/x")("list", code=2)


def test_a_batch_whose_runner_is_killed(commands: Commands, demo: Predictor) -> None:
    """The next runner judges what is missing; the rows are those of a batch that nobody disturbed."""
    models = [(f"p{i}", POINT.format(stop=400.0 + i / 2, lightest=100.0, sigma=0.01)) for i in range(1000)]
    new = NewBatch("points", BatchSettings().to_json(), "{}", demo.fingerprint, models)
    with open_storage(commands.url) as storage:
        batch = storage.create_batch(new)
        with commands.runner("--workers", "2") as runner:
            until(lambda: storage.get_batch(batch).models_done > 10)
            family = psutil.Process(runner.pid).children(recursive=True)
            assert len(family) == 3  # the batch's process and its workers
            os.kill(runner.pid, signal.SIGKILL)
            gone, alive = psutil.wait_procs(family, timeout=5)
            assert len(gone) == len(family) and not alive
        stood = storage.get_batch(batch).models_done
        kept = [row for row in storage.batch_rows(batch, limit=1000) if row.row_json is not None]
        assert stood == len(kept) < 1000
        alone = storage.create_batch(new)
        with commands.runner("--until-idle") as second:
            assert second.wait(120) == 0
        record = storage.get_batch(batch)
        assert (record.state, record.attempt) == (RunState.COMPLETED, 2)
        assert (record.leased_models, record.models_done, record.errors) == (stood, 1000, 0)
        rows = storage.batch_rows(batch, limit=1000)
        assert rows == storage.batch_rows(alone, limit=1000) and [rows[row.position] for row in kept] == kept
