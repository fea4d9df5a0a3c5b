"""A campaign on thousands of cores, simulated from rates that were measured: where does it saturate?

python -m benchmarks.runs.large_campaign [--write docs/cluster/large_campaign.md]

Each run has a driver, which needs its time for every chunk that comes back; all drivers share a storage, which takes so
many chunks a second.  A chunk takes a core the seconds that were asked for, scattered as steps are.

Rates: docs/runs.md
(`benchmarks.runs.driver`, `benchmarks.runs.run_size`), docs/performance.md (`benchmarks.speed.run_speed`).
"""

from __future__ import annotations

import argparse
import heapq
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DRIVER_SECONDS = 0.64e-3
"""Of a driver's own time, a chunk."""
STORAGE_CHUNKS = 1150.0
"""A second, by PostgreSQL on one of our cores."""
STEP_SECONDS = 0.36e-3
"""The mean step, database 1.2.4, policy "paper"."""
RUN_BYTES = 2.7e6
"""In PostgreSQL, of 50 x 1,000 steps."""
SCATTER = 0.15
"""Of the logarithm of a chunk's time: thousands of steps with a long tail each."""
SIMULATED = 120.0


@dataclass(frozen=True)
class Campaign:
    """So many cores, on so many runs at a time, with chunks of so many seconds."""

    cores: int
    runs: int
    chunk: float


@dataclass(frozen=True)
class Outcome:
    """Shares of the time: cores at work, the busiest driver, the storage."""

    cores: float
    driver: float
    storage: float


def simulate(campaign: Campaign, rng: np.random.Generator) -> Outcome:
    """Let it work for two minutes; the first quarter is left out."""
    begin = SIMULATED / 4.0
    commit = 1.0 / STORAGE_CHUNKS
    driver_free = np.zeros(campaign.runs)
    driver_busy = np.zeros(campaign.runs)
    storage_free, storage_busy, core_busy = 0.0, 0.0, 0.0
    waiting = [(float(t), n % campaign.runs) for n, t in enumerate(rng.uniform(0.0, campaign.chunk, campaign.cores))]
    heapq.heapify(waiting)
    while waiting and waiting[0][0] < SIMULATED:
        now, run = heapq.heappop(waiting)
        # the driver takes the chunk, the storage commits it; then the core gets its next one
        taken = max(now, driver_free[run]) + DRIVER_SECONDS
        driver_free[run] = taken
        stored = max(taken, storage_free) + commit
        storage_free = stored
        seconds = campaign.chunk * float(np.exp(rng.normal(-(SCATTER**2) / 2.0, SCATTER)))
        if now > begin:
            driver_busy[run] += DRIVER_SECONDS
            storage_busy += commit
        core_busy += max(0.0, min(stored + seconds, SIMULATED) - max(stored, begin))
        heapq.heappush(waiting, (stored + seconds, run))
    span = SIMULATED - begin
    return Outcome(core_busy / (span * campaign.cores), float(driver_busy.max()) / span, storage_busy / span)


def report() -> str:
    """Tables: what saturates, and what campaigns cost."""
    rng = np.random.default_rng(1)
    lines = [
        "<!-- written by: python -m benchmarks.runs.large_campaign -->",
        "",
        "# A large campaign, simulated",
        "",
        "| cores | runs at a time | seconds a chunk | cores at work | busiest driver | storage | written, MB/s |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for cores, runs, chunk in (
        (1_000, 1, 2.0),
        (1_000, 20, 2.0),
        (3_000, 1, 2.0),
        (10_000, 1, 2.0),
        (10_000, 200, 2.0),
        (10_000, 1, 10.0),
        (10_000, 200, 10.0),
        (10_000, 200, 30.0),
    ):
        found = simulate(Campaign(cores, runs, chunk), rng)
        shares = " | ".join(f"{share:.0%}" for share in (found.cores, found.driver, found.storage))
        written = cores * found.cores / STEP_SECONDS * RUN_BYTES / 50_000 / 1e6
        lines.append(f"| {cores:,} | {runs} | {chunk:g} | {shares} | {written:.0f} |")
    lines += ["", "| universes of 50 x 1,000 steps | walkers | core hours | hours on 10,000 cores | PostgreSQL |"]
    lines.append("| --- " * 5 + "|")
    for universes in (1, 50, 1_000, 10_000):
        walkers = 50 * universes
        hours = walkers * 1000 * STEP_SECONDS / 3600.0
        # a walker is a chain: it cannot be on two cores
        wall = max(1000 * STEP_SECONDS / 3600.0, hours / 10_000)
        size = f"{universes * RUN_BYTES / 1e6:,.0f} MB"
        lines.append(f"| {universes:,} | {walkers:,} | {hours:,.1f} | {wall:.3f} | {size} |")
    return "\n".join(lines)


def main() -> None:
    """Print it, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    text = report()
    print(text)
    if given.write:
        given.write.write_text(text + "\n")


if __name__ == "__main__":
    main()
