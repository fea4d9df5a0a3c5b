"""What a user keeps in the working directory is never imported, let alone executed, by processes of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import COMMAND

NAMES = ("cli", "api", "database", "walker", "runs", "statistics", "results")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working directory with modules that end whoever imports them."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(f"raise SystemExit('{name}.py of the user was executed')\n")
    return tmp_path


def output_of(*command: str, folder: Path) -> str:
    """What a command answers; what it reports where it answers nothing."""
    environment = os.environ | {"PROTOMODELS_STORAGE": f"sqlite:///{folder / 'runs.db'}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    assert "of the user was executed" not in done.stdout + done.stderr
    return done.stdout or done.stderr


@pytest.mark.parametrize("executor", ["process", "ray"])
def test_runs_and_runners(folder: Path, executor: str) -> None:
    size = ("--walkers", "1", "--steps", "2", "--seed", "4", "--format", "json")
    how = ("--executor", executor, "--workers", "1")
    assert json.loads(output_of(COMMAND, "run", *size, *how, folder=folder))["state"] == "completed"
    if executor == "process":
        output_of(COMMAND, "run", *size, "--queue", "--detach", folder=folder)
        log = output_of(COMMAND, "runner", *how, "--until-idle", folder=folder)
        assert "taking up run" in log and "has ended (0)" in log
        runs = json.loads(output_of(COMMAND, "list", "--format", "json", folder=folder))
        assert [run["state"] for run in runs] == ["completed", "completed"]


def test_processes_that_read_results(folder: Path) -> None:
    """Also where this process itself imports from the working directory, as Python does with ``-c``."""
    program = (
        "from importlib.util import find_spec\n"
        "from pathlib import Path\n"
        "from protomodels.results.build import workers\n"
        "def here(found):\n"
        "    return [spec.name for spec in found if spec is not None and Path(spec.origin).parent == Path.cwd()]\n"
        f"assert 'cli' in here([find_spec(name) for name in {NAMES!r}])\n"
        "with workers(1) as pool:\n"
        f"    print(here([pool.submit(find_spec, name).result() for name in {NAMES!r}]))\n"
    )
    assert output_of(sys.executable, "-c", program, folder=folder) == "[]\n"
