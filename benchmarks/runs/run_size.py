"""A whole run of 50 x 1,000 steps on real results: its time, and its size in each storage.

python -m benchmarks.runs.run_size [--results smodels-1.2.4.tar.xz] [--walkers 50] [--steps 1000] [--seed 1]
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from benchmarks.common import REFERENCE, RESULTS, machine, postgresql
from protomodels.database import HiscoreQuery, open_storage
from protomodels.predictor import load_results
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.new import table_sha256


def main() -> None:
    """Print time, best K and sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", default=str(RESULTS / "smodels-1.2.4.tar.xz"))
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    predictor = load_results(given.results)
    table = str(REFERENCE / "combinable_2020.json")
    sizes = {"policy": "paper", "combinable": table, "combinable_sha256": table_sha256(table)}
    config = RunConfig(given.results, given.seed, given.walkers, given.steps, **sizes)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir="/tmp", prefix="pm")))
        server = stack.enter_context(postgresql())
        urls = {"PostgreSQL": server, "SQLite": f"sqlite:///{folder / 'runs.db'}"}
        for name, url in urls.items():
            with open_storage(url) as storage:
                before = _size(name, server.replace("+psycopg", ""), folder)
                run = Run.create(storage, config, predictor)
                start = time.monotonic()
                run.execute(Execution("process"))
                seconds = time.monotonic() - start
                after = _size(name, server.replace("+psycopg", ""), folder)
                kept = len(storage.hiscores(HiscoreQuery(run=run.id, distinct=False), limit=100_000))
                best = storage.progress(run.id).best_K
            added = {table: round((size - before.get(table, 0)) / 1e6, 2) for table, size in after.items()}
            largest = sorted(added.items(), key=lambda item: -item[1])[:5]
            print(
                f"{name}: {seconds:.0f} s, best K {best:.3f}, {kept} proto-models kept, "
                f"{sum(added.values()):.1f} MB: " + ", ".join(f"{table} {size} MB" for table, size in largest),
                flush=True,
            )


def _size(name: str, uri: str, folder: Path) -> dict[str, int]:
    """Bytes of each table with its indexes; of the file as a whole for SQLite."""
    if name == "SQLite":
        with sqlite3.connect(folder / "runs.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return {"file": (folder / "runs.db").stat().st_size}
    query = "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 2200"
    with psycopg.connect(uri) as connection:
        return dict(connection.execute(query).fetchall())


if __name__ == "__main__":
    main()
