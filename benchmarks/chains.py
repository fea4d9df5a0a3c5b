"""Chains and hiscores beside those of an earlier commit: python -m benchmarks.chains --before COMMIT

Three runs by the command line of both: the demo results (4 walkers x 400 steps), database 1.2.4 with policy "paper" and
its table of 2020, database 3.0.0 with combined regions and the table of 2024 (4 walkers x 50 steps each).  Compared
bit by bit, straight from the files of the storage: every number of every step, the states of the walkers and of their
random numbers, and every hiscore with its contributions and limits.  Exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
import tempfile
import zlib
from pathlib import Path

from benchmarks.common import REFERENCE, RESULTS, machine
from benchmarks.earlier import Checkout, both

RUNS = {
    "demo": ("--results", "demo", "--walkers", "4", "--steps", "400"),
    "1.2.4, paper": (
        *("--results", str(RESULTS / "smodels-1.2.4.tar.xz"), "--policy", "paper"),
        *("--combinable", str(REFERENCE / "combinable_2020.json"), "--walkers", "4", "--steps", "50"),
    ),
    "3.0.0, combined regions": (
        *("--results", str(RESULTS / "smodels-3.0.0.tar.xz"), "--regions", "combined"),
        *("--combinable", str(REFERENCE / "combinable_2024.json"), "--walkers", "4", "--steps", "50"),
    ),
}


def main() -> None:
    """Walk with both, and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", required=True, help="commit to compare with")
    parser.add_argument("--runs", nargs="+", default=list(RUNS), choices=list(RUNS))
    arguments = parser.parse_args()
    print(machine())
    same = True
    with both(arguments.before) as checkouts:
        for name in arguments.runs:
            old, new = (walked(checkout, RUNS[name]) for checkout in checkouts)
            for part in old:
                same = same and old[part] == new[part]
                verdict = "the same" if old[part] == new[part] else f"DIFFERENT from {old[part]}"
                print(f"{name}: {part}: {new[part]}, {verdict}")
    sys.exit(0 if same else 1)


def walked(checkout: Checkout, options: tuple[str, ...]) -> dict[str, str]:
    """What a run of a checkout leaves in its storage."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "runs.db"
        checkout.command("run", *options, "--seed", "1", "--storage", f"sqlite:///{file}", "--format", "json")
        return digests(file)


def digests(file: Path) -> dict[str, str]:
    """For each part of the only run of a storage: how much there is, and the SHA-256 of it."""
    with sqlite3.connect(file) as connection:
        chunks = connection.execute("SELECT walker, first_step, packed FROM chunks ORDER BY walker, first_step")
        steps = [step for walker, first, packed in chunks for step in _steps(walker, first, packed)]
        states = connection.execute("SELECT walker, step, state_json, rng_json FROM walkers ORDER BY walker").fetchall()
        models = [column[1] for column in connection.execute("PRAGMA table_info(protomodels)")]
        mu = ("mu_hat", "mu_max") if "mu_hat" in models else ("muhat", "mumax")
        columns = f'walker, step, "K", "Z", {", ".join(mu)}, n_particles, n_br, n_ssm, model_json, id'
        found = connection.execute(f"SELECT {columns} FROM protomodels ORDER BY walker, step")  # noqa: S608
        hiscores = found.fetchall()
        place = {row[-1]: n for n, row in enumerate(hiscores)}
        parts = []
        for table, columns in (
            ("contributions", "analysis, region, type, observed, expected, signal, llr"),
            ("limits", "analysis, region, type, r_obs, r_exp, signal"),
        ):
            rows = connection.execute(f"SELECT protomodel, position, {columns} FROM {table}").fetchall()  # noqa: S608
            parts.append(sorted((place[model], *rest) for model, *rest in rows))
    return {
        "steps": _digest(steps),
        "states": _digest(states),
        "hiscores": _digest([row[:-1] for row in hiscores]),
        "contributions": _digest(parts[0]),
        "limits": _digest(parts[1]),
    }


def _steps(walker: int, first: int, packed: bytes) -> list[tuple[object, ...]]:
    """The steps of a chunk with the bytes of their numbers: how chunks are cut depends on the machine."""
    raw = zlib.decompress(packed[1:])
    n, length = (int.from_bytes(raw[at : at + 4], "little") for at in (0, 4))
    moves = json.loads(raw[8 : 8 + length])
    at, columns = 8 + length, []
    for width in (8, 8, 8, 8, 4, 2, 1):
        columns.append([raw[at + i * width : at + (i + 1) * width] for i in range(n)])
        at += n * width
    names = [moves[int.from_bytes(place, "little")] for place in columns[5]]
    return [
        (walker, first + i, *(column[i].hex() for column in (*columns[:5], columns[6])), names[i]) for i in range(n)
    ]


def _digest(rows: list[tuple[object, ...]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr([value.hex() if isinstance(value, float) else value for value in row]).encode())
    return f"{len(rows)} rows, {digest.hexdigest()[:16]}"


if __name__ == "__main__":
    main()
