"""How long pages of a full storage take: 20 requests a second, first come or not, on PostgreSQL.

python -m benchmarks.service.load [--rate 20] [--seconds 120] [--write docs/service/load.md]

Requests are sent when their time has come, whether or not those before them were answered; a time is that from when a
request was due until its answer was read whole.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import numpy as np

from benchmarks.common import machine, postgresql
from benchmarks.service.filled import Filled, fill
from benchmarks.service.first_view import first_views
from benchmarks.service.serving import serving
from protomodels.api.settings import PREFIX
from protomodels.database import open_storage

GOAL_MS = 50.0
Kinds = dict[str, Callable[[], str]]


def pages(filled: Filled, rng: np.random.Generator) -> Kinds:
    """List and detail pages, for people and for programs, by kind; each call gives another."""

    def run() -> str:
        return str(rng.choice(filled.runs))

    def model() -> str:
        return str(rng.choice(filled.protomodels))

    def particle() -> str:
        return str(rng.choice(["X_t1", "X_Z1", "X_g", "X_d", "X_u"]))

    def window() -> str:
        low = int(rng.integers(200, 1500))
        return f"particle={particle()}&min_mass={low}&max_mass={low + 300}&min_K={rng.uniform(0.0, 8.0):.2f}"

    return {
        "runs": lambda: "/",
        "runs, later page": lambda: f"/?before={run()}",
        "runs of a state": lambda: "/?state=completed",
        "run": lambda: f"/runs/{run()}",
        "hiscores": lambda: "/hiscores",
        "hiscores, searched": lambda: f"/hiscores?{window()}",
        "hiscores of a run": lambda: f"/hiscores?run={run()}",
        "proto-model": lambda: f"/protomodels/{model()}",
        "compare": lambda: f"/compare?a={model()}&b={model()}",
        "campaigns": lambda: "/campaigns",
        "API: runs": lambda: f"{PREFIX}/runs?before={run()}",
        "API: runs by K": lambda: f"{PREFIX}/runs?sort=K",
        "API: run": lambda: f"{PREFIX}/runs/{run()}",
        "API: walkers": lambda: f"{PREFIX}/runs/{run()}/walkers",
        "API: steps": lambda: f"{PREFIX}/runs/{run()}/steps/{rng.integers(50)}",
        "API: trace": lambda: f"{PREFIX}/runs/{run()}/trace",
        "API: hiscores": lambda: f"{PREFIX}/hiscores?{window()}",
        "API: proto-model": lambda: f"{PREFIX}/protomodels/{model()}",
        "API: spectrum": lambda: f"{PREFIX}/protomodels/{model()}/plots/spectrum",
        "API: contributions": lambda: f"{PREFIX}/protomodels/{model()}/plots/contributions",
    }


async def load(url: str, kinds: Kinds, rate: float, seconds: float, rng: np.random.Generator) -> dict[str, list[float]]:
    """Milliseconds by kind.

    Raises
    ------
    RuntimeError: where an answer is not 200.
    """
    times: dict[str, list[float]] = defaultdict(list)
    names = list(kinds)
    async with httpx.AsyncClient(base_url=url, timeout=30.0) as client:
        start = time.perf_counter()

        async def ask(due: float, name: str) -> None:
            await asyncio.sleep(max(0.0, start + due - time.perf_counter()))
            path = kinds[name]()
            answer = await client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:200]}")
            times[name].append(1000.0 * (time.perf_counter() - start - due))

        order = [names[int(n)] for n in rng.integers(len(names), size=int(rate * seconds))]
        await asyncio.gather(*(ask(n / rate, name) for n, name in enumerate(order)))
    return times


def table(times: dict[str, list[float]]) -> str:
    """Median, 99th percentile and longest of each kind, and of all."""
    lines = ["| page | requests | median, ms | p99, ms | longest, ms |", "| --- | --- | --- | --- | --- |"]
    everything = [t for own in times.values() for t in own]
    for name, own in [*sorted(times.items(), key=lambda item: -np.quantile(item[1], 0.99)), ("all", everything)]:
        median, p99 = np.quantile(own, [0.5, 0.99])
        lines.append(f"| {name} | {len(own)} | {median:.1f} | {p99:.1f} | {max(own):.1f} |")
    return "\n".join(lines)


def main() -> None:
    """Fill, ask, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    rng = np.random.default_rng(1)
    with postgresql() as storage:
        with open_storage(storage) as opened:
            filled = fill(opened, rng)
        with serving(storage, "--rate", "1000000") as url:
            kinds = pages(filled, rng)
            # the first of each kind: templates, results and database pages are read
            asyncio.run(load(url, kinds, 5.0, 2.0 * len(kinds), rng))
            times = asyncio.run(load(url, kinds, given.rate, given.seconds, rng))
            views = first_views(url, filled)
    text = "\n\n".join(
        [
            "<!-- written by: python -m benchmarks.service.load -->",
            "# Load",
            f"PostgreSQL with {filled.n_runs:,} runs, {filled.n_steps:,} steps, {filled.n_protomodels:,} proto-models "
            f"(filled in {filled.seconds:.0f} s); service, database and client share {machine()}.",
            f"{given.rate:g} requests a second for {given.seconds:g} s, of all kinds alike:",
            table(times),
            "In headless Chromium, with an empty cache, from the request on:",
            views,
        ]
    )
    print(text)
    if given.write:
        given.write.parent.mkdir(parents=True, exist_ok=True)
        given.write.write_text(text + "\n")


if __name__ == "__main__":
    main()
