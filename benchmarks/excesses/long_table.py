"""A long table: memory and time of the selection, which reads it in pieces.

    python -m benchmarks.excesses.long_table [--rows 1000000] [--keep FOLDER]

The table is made up: rows of twenty analyses of the demo results, three of which expect to exclude the model, masses,
a relic density to cut on, and what fifty universes give for every third of them.  Each reading is a process of its own,
one of a thousand rows among them: what programs and results need alone.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import os
import resource
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import machine
from protomodels.campaign.excesses import Criteria, Cut, excesses
from protomodels.campaign.scan.judge import COMMON, OPEN
from protomodels.predictor.loading import load_results

MODELS = 1000
"""Rows that differ in more than their names."""
UNIVERSES = 50


def write(path: Path, rows: int, analyses: list[str]) -> None:
    """A table of so many rows."""
    rng = np.random.default_rng(1)
    own = ["n_excluding", "n_universes", "chance", "Z", "K", "sigma_13", "mass:X_t1", "mass:X_Z1", "omega"]
    starts = [start for start in OPEN if start != "mass:"]
    names = [*COMMON, *own, *(start + name for name in analyses for start in starts)]
    models = [_row(rng, analyses) for _ in range(MODELS)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for number in range(rows):
            values = models[number % MODELS]
            writer.writerow([f"points/{number:07d}.slha", *(values.get(name, "") for name in names[1:])])


def _row(rng: np.random.Generator, analyses: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {"n_excluding": int(rng.integers(3)), "n_universes": UNIVERSES, "Z": rng.normal(2.0)}
    values |= {"mass:X_t1": rng.uniform(500, 1200), "mass:X_Z1": rng.uniform(50, 400), "omega": rng.uniform(0.0, 1.0)}
    expecting = [analyses[i] for i in rng.choice(len(analyses), 3, replace=False)]
    for name in expecting:
        values |= {
            f"cls_exp:{name}": rng.uniform(0.0, 0.2),
            f"cls_obs:{name}": rng.uniform(),
            f"z:{name}": rng.normal(),
        }
        values |= {f"region:{name}": "SR1", f"topologies:{name}": "T2tt", f"particles:{name}": "X_t1 X_Z1"}
    if rng.random() < 1.0 / 3.0:
        chosen = sorted(rng.choice(UNIVERSES, 5, replace=False).tolist())
        values["chance"] = json.dumps(
            {number: [0, {name: [rng.uniform(), rng.uniform(1.5, 3.0)] for name in expecting[:2]}] for number in chosen}
        )
    return values


def read(path: Path) -> tuple[int, int, float, float]:
    """Rows, selected models, seconds, and the most memory that the process had, MB."""
    start = time.process_time()
    found = excesses(path, "demo", Criteria(analyses=1, cuts=(Cut.of("omega < 0.9"),)))
    seconds = time.process_time() - start
    return found.counts.n, found.selected.data, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def main() -> None:
    """Tables of three lengths."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, default=None, help="a folder for the tables")
    arguments = parser.parse_args()
    analyses = list(islice(dict.fromkeys(load_results("demo").catalog.analysis.tolist()), 20))
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}; {len(analyses)} analyses, {UNIVERSES} universes")
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for rows in (MODELS, arguments.rows // 10, arguments.rows):
            path = folder / f"{rows}.csv"
            if not path.exists():
                partial = path.with_suffix(".part")
                write(partial, rows, analyses)
                partial.replace(path)
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
                n, selected, seconds, memory = alone.submit(read, path).result()
            size = path.stat().st_size / 1e6
            used = f"{seconds:6.1f} s of a processor, at most {memory:.0f} MB"
            print(f"{n:>9,} rows, {size:7.1f} MB: {used}; {selected} selected", flush=True)


if __name__ == "__main__":
    main()
