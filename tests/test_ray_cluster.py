"""A cluster of two machines' worth of nodes that have not seen the results; one of them is lost during the run."""

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

from database import RunState, open_storage
from predictor import Predictor
from predictor.cache import cache_directory
from tests.test_executors import chains
from walker import Execution, Progress, Run, RunConfig
from walker.executors.environment import set_ray_environment

StartNode = Callable[[str], Path]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, StartNode]]:
    """The address of a Ray head with one CPU, and a function that adds a node.

    Each node has a cache of its own (the function gives its folder), which shares only the kernels' machine code.
    """
    set_ray_environment(None)  # or this process and the nodes might differ in their tokens
    ray = Path(sys.executable).with_name("ray")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"127.0.0.1:{port}"

    def start(name: str, *where: str) -> Path:
        cache = tmp_path / name
        cache.mkdir()
        (cache / "kernels").symlink_to(cache_directory() / "kernels")
        environment = {**os.environ, "PROTOMODELS_CACHE": str(cache)}
        options = ["--num-cpus=1", "--object-store-memory=100000000"]
        command = [str(ray), "start", *where, *options]
        done = subprocess.run(command, env=environment, capture_output=True, timeout=90)  # noqa: S603 - ours
        assert done.returncode == 0, done.stderr
        return cache

    # the paths of Ray's sockets may have 107 characters
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="ray") as temporary:
        try:
            start("head", "--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={temporary}")
            yield address, lambda name: start(name, f"--address={address}")
        finally:
            for process in psutil.process_iter(["cmdline"]):
                if any(temporary in word for word in process.info["cmdline"] or ()):
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
    """The second node joins after the first commit, takes part, and is lost; the chains are those of one process."""
    address, start = cluster
    config = RunConfig(results="demo", seed=11, walkers=4, steps=150)
    second: list[Path] = []
    lost: list[int] = []

    def watch(progress: Progress) -> None:
        if not second:
            second.append(start("second"))
        elif not lost and any(second[0].glob("compiled-*/*.bin")):
            lost.append(progress.steps)
            lose("second")
        elif not lost:
            time.sleep(0.1)  # or all is done before the node has started a worker

    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as storage:
        run = Run.create(storage, config, demo)
        run.execute(Execution("ray", address=address, chunk=2), watch)
        beside = Run.create(storage, config, demo)
        beside.execute(Execution("inline"))
        assert storage.get_run(run.id).state is RunState.COMPLETED
    assert any((tmp_path / "head").glob("compiled-*/*.bin")) and lost[0] < 600
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    assert chains(url, run.id) == chains(url, beside.id)
