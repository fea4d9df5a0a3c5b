"""Runs of one kind, finished or taken up where they stopped: what the other scripts of this folder look at.

python -m benchmarks.paper.runs KIND [--runs 10] [--walkers 50] [--steps 1000]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from benchmarks.common import REFERENCE, RESULTS, machine
from protomodels.cache import cache_directory
from protomodels.database import RunState, Storage, open_storage
from protomodels.predictor import Predictor, load_results
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.new import table_sha256

FOLDER: Final = Path(os.environ.get("PROTOMODELS_REPRODUCTION", cache_directory() / "reproduction"))
"""Where the runs are kept: hours of work, outside the project."""

OLD, NEW = str(RESULTS / "smodels-1.2.4.tar.xz"), str(RESULTS / "smodels-3.0.0.tar.xz")
TABLE_2020, TABLE_2024 = str(REFERENCE / "combinable_2020.json"), str(REFERENCE / "combinable_2024.json")


@dataclass(frozen=True)
class Kind:
    """What the runs of one kind share; their seeds are 1, 2, 3, ..."""

    results: str
    policy: str
    regions: str
    combinable: str | None
    search: str


KINDS: Final = {
    "paper": Kind(OLD, "paper", "best", TABLE_2020, "paper"),
    "refined": Kind(OLD, "paper", "best", TABLE_2020, "refined"),
    "default": Kind(OLD, "default", "best", TABLE_2020, "refined"),
    "newest": Kind(NEW, "default", "combined", TABLE_2024, "refined"),
    "newest-rules": Kind(NEW, "default", "combined", None, "refined"),
}


def add_arguments(parser: argparse.ArgumentParser, runs: int = 10) -> None:
    """The options that say which runs are meant."""
    parser.add_argument("--runs", type=int, default=runs)
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=1000)


def config_of(kind: Kind, seed: int, walkers: int, steps: int) -> RunConfig:
    """The config of the run of this kind with this seed."""
    return RunConfig(
        kind.results,
        seed,
        walkers,
        steps,
        policy=kind.policy,
        regions=kind.regions,
        combinable=kind.combinable,
        combinable_sha256=table_sha256(kind.combinable),
        search=kind.search,
    )


def storage_url() -> str:
    """The storage of all these runs."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{FOLDER / 'runs.db'}"


def finished(storage: Storage, predictor: Predictor, config: RunConfig) -> str:
    """The id of the completed run with this config; walked, or walked to its end, where it is not there yet."""
    stored = storage.find_run(config.to_json(), predictor.fingerprint)
    if stored is not None and stored.state is RunState.COMPLETED:
        return stored.id
    run = Run.create(storage, config, predictor) if stored is None else Run.resume(storage, stored.id, predictor)
    wall, core = time.monotonic(), _core_seconds()
    run.execute(Execution("process"))
    line = {"run": run.id, "wall_s": time.monotonic() - wall, "core_s": _core_seconds() - core, "whole": stored is None}
    with (FOLDER / "seconds.jsonl").open("a") as handle:
        handle.write(json.dumps(line | {"machine": machine()}) + "\n")
    return run.id


def seconds_of(run: str) -> dict[str, float] | None:
    """Wall and core seconds of a run that was walked in one go; None for others."""
    path = FOLDER / "seconds.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    found = [line for line in lines if line["run"] == run and line["whole"]]
    return found[0] if found else None


def _core_seconds() -> float:
    """Of this process and of the workers it has waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(u.ru_utime + u.ru_stime for u in used)


def main() -> None:
    """Walk what is missing, with a line a run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=KINDS)
    add_arguments(parser)
    given = parser.parse_args()
    print(machine(), asdict(KINDS[given.kind]), flush=True)
    predictor = load_results(KINDS[given.kind].results)
    with open_storage(storage_url(), upgrade=True) as storage:
        for seed in range(1, given.runs + 1):
            run = finished(storage, predictor, config_of(KINDS[given.kind], seed, given.walkers, given.steps))
            print(f"seed {seed}: {run}, best K {storage.progress(run).best_K:.3f}, {seconds_of(run)}", flush=True)


if __name__ == "__main__":
    main()
