"""Whole runs beside those of an earlier commit, in turns; then Ray beside processes.

    python -m benchmarks.speed.run_speed --before COMMIT [--uses default paper] [--walkers 50] [--steps 400]

``protomodels run`` with two workers and a new SQLite file each time.  Steps per second are those that the command
reports: from the first chunk handed out to the last one committed.  Wall time is that of the whole command, with
reading the results and starting the workers; CPU time and memory are those of all its processes together, looked at
while it runs (memory as PSS: shared pages are divided among who shares them).  Kernels are compiled and pages read by a
short run of each before the first round.  COMMIT may be a folder with the files of one; without it the new one is
measured alone.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.common import machine, spread
from benchmarks.earlier import HERE, Checkout, both
from benchmarks.speed.uses import USES, Use

WORKERS: Final = 2
LOOK_SECONDS: Final = 0.4
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes
    ----------
    rate: steps/s that the command reports.
    wall: s of the whole command.
    cpu: s of all its processes.
    memory: MiB of all its processes together, at most.
    K: the best.
    """

    rate: float
    wall: float
    cpu: float
    memory: float
    K: float


def main() -> None:
    """Print a line a run, and what the rounds say together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", help="commit to compare with, or a folder with its files")
    parser.add_argument("--uses", nargs="+", default=["default", "paper"], choices=USES)
    parser.add_argument("--executors", nargs="+", default=["process", "ray"], help="of the new one")
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    here = Checkout("here", HERE)
    with both(given.before) if given.before else nullcontext((here,)) as checkouts:
        ways = [(c, "process") for c in checkouts if c.folder != HERE]
        ways += [(checkouts[-1], executor) for executor in given.executors]
        for name in given.uses:
            _compare(ways, name, given.walkers, given.steps, given.rounds)


def _compare(ways: list[tuple[Checkout, str]], name: str, walkers: int, steps: int, rounds: int) -> None:
    use = USES[name]
    print(f"{name} use, {walkers} walkers x {steps} steps, {WORKERS} workers, {rounds} rounds", flush=True)
    for checkout, executor in ways:
        measured(checkout, executor, use, 4, 20, 0)
    found: dict[tuple[str, str], list[Measured]] = {(checkout.name, executor): [] for checkout, executor in ways}
    for number in range(rounds):
        for checkout, executor in ways if number % 2 else ways[::-1]:
            one = measured(checkout, executor, use, walkers, steps, number + 1)
            found[(checkout.name, executor)].append(one)
            print(f"   round {number + 1}, {checkout.name}, {executor}: {one}", flush=True)
    for (label, executor), rows in found.items():
        print(f"   {label}, {executor}: steps/s {spread([row.rate for row in rows])}")
        print(f"      wall s {spread([row.wall for row in rows])}; CPU s {spread([row.cpu for row in rows])}")
        print(f"      memory, MiB {spread([row.memory for row in rows])}; best K {spread([row.K for row in rows])}")
    first, *others = found.items()
    for key, rows in others:
        pairs = list(zip(first[1], rows, strict=True))
        rates, walls, cpus = (
            [getattr(new, part) / getattr(old, part) for old, new in pairs] for part in ("rate", "wall", "cpu")
        )
        print(f"   {', '.join(key)} / {', '.join(first[0])}, round by round: steps/s {spread(rates)};")
        print(f"      wall {spread(walls)}; CPU {spread(cpus)}")
    if {("here", "process"), ("here", "ray")} <= set(found):
        ratios = [b.rate / a.rate for a, b in zip(found["here", "process"], found["here", "ray"], strict=True)]
        print(f"   ray / process, steps/s: {spread(ratios)}, mean {statistics.mean(ratios):.3f}")


def measured(checkout: Checkout, executor: str, use: Use, walkers: int, steps: int, seed: int) -> Measured:
    """Walk, and look at the processes meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            *("run", *use.options, "--walkers", str(walkers), "--steps", str(steps), "--seed", str(seed)),
            *("--executor", executor, "--workers", str(WORKERS), "--storage", f"sqlite:///{folder}/runs.db"),
            *("--format", "json"),
        ]
        text = "import sys; sys.argv[0] = 'protomodels'; from {p}cli.main import main; main()"
        program = [sys.executable, "-P", "-c", text.replace("{p}", checkout.package), *command]
        environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"} | {
            "PYTHONPATH": str(checkout.folder)
        }
        cpu: dict[int, float] = {}
        begin, most = time.perf_counter(), 0.0
        with (Path(folder) / "answer.json").open("w+") as answer:
            process = subprocess.Popen(program, env=environment, stdout=answer, stderr=subprocess.PIPE)
            while process.poll() is None:
                memory = 0.0
                for pid in _family(process.pid):
                    seconds, mib = _used(pid)
                    cpu[pid] = max(cpu.get(pid, 0.0), seconds)
                    memory += mib
                most = max(most, memory)
                time.sleep(LOOK_SECONDS)
            wall = time.perf_counter() - begin
            if process.returncode != 0:
                assert process.stderr is not None
                raise SystemExit(f"the run failed: {process.stderr.read().decode()[-2000:]}")
            answer.seek(0)
            said = json.load(answer)
    return Measured(said["steps_per_second"], wall, sum(cpu.values()), most, said["best_K"])


def _family(root: int) -> list[int]:
    """The process and all that it, and they, have started and that are still there."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # gone meanwhile
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _used(pid: int) -> tuple[float, float]:
    """CPU seconds and MiB (PSS) of a process; nothing of one that is gone."""
    folder = Path("/proc") / str(pid)
    try:
        user, system = (folder / "stat").read_text().rpartition(")")[2].split()[11:13]
        lines = (folder / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0, 0.0
    memory = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return (int(user) + int(system)) / TICKS, memory / 1024.0


if __name__ == "__main__":
    main()
