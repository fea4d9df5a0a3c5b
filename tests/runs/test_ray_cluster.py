"""A cluster of nodes that have not seen the results; one joins during the run, takes part, and is lost."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from protomodels.cache import cache_directory
from protomodels.database import RunState, open_storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from tests.storages import chains

BIN = Path(sys.executable).parent
StartNode = Callable[[str], Path]
# with tokens off for all its members, whatever the environment of the tests says
ENVIRONMENT = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}


def free_port() -> int:
    """A free port above those of Ray's workers (10002 to 19999).

    The system's own choice could be 52365, where Ray's agent listens.
    """
    for port in range(20000, 30000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue  # something else listens there
            return port
    raise AssertionError("no port between 20000 and 29999 is free")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, StartNode]]:
    """The address of a Ray head with one CPU, and a function that adds a node.

    Each node has a cache of its own (the function gives its folder), which shares only the kernels' machine code.
    """
    port = free_port()
    address = f"127.0.0.1:{port}"

    def start(name: str, *where: str) -> Path:
        cache = tmp_path / name
        cache.mkdir()
        (cache / "kernels").symlink_to(cache_directory() / "kernels")
        command = [str(BIN / "ray"), "start", *where, "--num-cpus=1", "--object-store-memory=100000000"]
        done = subprocess.run(  # noqa: S603 - Ray's own command
            command, env=ENVIRONMENT | {"PROTOMODELS_CACHE": str(cache)}, capture_output=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return cache

    # the paths of Ray's sockets may have 107 characters
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="ray") as folder:
        try:
            start("head", "--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}")
            yield address, lambda name: start(name, f"--address={address}")
        finally:
            for process in psutil.process_iter(["cmdline"]):
                if any(folder in word for word in process.info["cmdline"] or ()):
                    process.kill()


def lose(name: str) -> None:
    """Kill everything that belongs to the node with this cache: its scheduler and its workers."""
    for process in psutil.process_iter():
        try:
            if process.environ().get("PROTOMODELS_CACHE", "").endswith(f"/{name}"):
                process.kill()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # it ended meanwhile, or is none of ours


def test_nodes_get_the_results_join_and_leave(demo: Predictor, tmp_path: Path, cluster: tuple[str, StartNode]) -> None:
    address, start = cluster
    config = RunConfig(results="demo", seed=11, walkers=4, steps=700)
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    options = ["--walkers", "4", "--steps", "700", "--seed", "11", "--chunk", "10", "--storage", url]
    command = [str(BIN / "protomodels"), "run", "--executor", "ray", "--ray-address", address, *options]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as driver:
        second = start("second")
        while driver.poll() is None and not any(second.glob("compiled-*/*.bin")):
            time.sleep(0.1)
        assert driver.poll() is None, "the run ended before the second node took part"
        lose("second")
        _, messages = driver.communicate(timeout=240)
        assert driver.returncode == 0, messages
    assert any((tmp_path / "head").glob("compiled-*/*.bin"))
    with open_storage(url) as storage:
        stored = storage.list_runs()[0]
        assert stored.state is RunState.COMPLETED
        beside = Run.create(storage, config, demo)
        beside.execute(Execution("inline"))
    assert chains(url, stored.id) == chains(url, beside.id)
