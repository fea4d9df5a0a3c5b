"""A run is taken from a runner that is gone, waited for where it may be, and left to one that lives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from protomodels.cli.search.takeover import Held, freed, is_gone
from protomodels.database import RunState, Storage, open_storage
from protomodels.runs.lease import runner_name
from tests.storages import new_run


def of_a_process_that_ended() -> str:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return f"{socket.gethostname()}:{ended.pid}"


def asked(storage: Storage, run: str) -> tuple[Held, list[str]]:
    said: list[str] = []
    found = freed(
        lambda: storage.get_run(run),
        lambda reason: storage.set_state(run, RunState.CRASHED, reason),
        storage.expire_leases,
        said.append,
    )
    return found, said


def test_who_is_gone() -> None:
    assert not is_gone(runner_name()) and not is_gone(f"{socket.gethostname()}:{os.getppid()}")
    assert is_gone(of_a_process_that_ended())
    number = of_a_process_that_ended().rpartition(":")[2]
    assert not is_gone(f"another-machine:{number}") and not is_gone("no number") and not is_gone("")


def test_a_runner_that_is_gone_a_silent_one_and_one_that_lives(tmp_path: Path) -> None:
    with open_storage(tmp_path / "runs.db") as storage:
        run = storage.create_run(new_run())
        assert asked(storage, run)[1] == []  # nobody has it
        gone = of_a_process_that_ended()
        assert storage.lease(gone, run=run, seconds=600.0) is not None
        found, said = asked(storage, run)
        assert found.state is RunState.CRASHED and said == [f"{run}: its runner {gone} is gone, and is not waited for"]
        assert storage.get_run(run).reason == f"its runner {gone} is gone"
        assert storage.lease("elsewhere:1", run=run, seconds=1.0) is not None
        start = time.monotonic()
        found, said = asked(storage, run)
        assert found.state is RunState.CRASHED and time.monotonic() - start > 0.5
        assert said[0].startswith(f"{run}: waiting for a sign of life of its runner elsewhere:1")
        lease = storage.lease("elsewhere:2", run=run, seconds=60.0)
        assert lease is not None
        beat = threading.Timer(0.3, storage.heartbeat, (lease, 60.0))
        beat.start()
        found, _ = asked(storage, run)
        beat.join()
        assert found.state is RunState.RUNNING and found.runner == "elsewhere:2"
