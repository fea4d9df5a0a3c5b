"""K of hiscores that are known, commit by commit: which change of the program moved which K.

    python -m benchmarks.known_hiscores --commits 0.1.0=260c145 "third moments=COMMIT" ...

Forty proto-models: the four best of each published run (arXiv:2012.12246), and the twenty best that a short run of the
first commit finds on database 3.0.0 with combined regions.  Each is evaluated by the command line of every commit on
database 3.0.0 with policy "default", the rules or the table of 2024 for what may be combined, and on 1.2.4 with policy
"paper" and its table of 2020, where nothing may change.  A column for each commit; what moved is said below the table.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.common import REFERENCE, RESULTS, machine, spread
from benchmarks.earlier import Checkout, checkout
from benchmarks.paper.output import PAGES, Page, spectrum
from protomodels.files import model_from_dict

MOVED = 1e-6
"""A K that changes by less has the same value, but for the order of sums."""
WALKERS, STEPS, N_FOUND = 4, 100, 20


@dataclass(frozen=True)
class Case:
    """One way of scoring: its name, and the options of ``protomodels evaluate``."""

    name: str
    options: tuple[str, ...]
    fixed: bool = False


NEWEST = str(RESULTS / "smodels-3.0.0.tar.xz")
CASES = (
    Case("3.0.0, policy default, best region", ("--results", NEWEST)),
    Case(
        "3.0.0, policy default, combined regions, table of 2024",
        ("--results", NEWEST, "--regions", "combined", "--combinable", str(REFERENCE / "combinable_2024.json")),
    ),
    Case(
        "1.2.4, policy paper",
        (
            *("--results", str(RESULTS / "smodels-1.2.4.tar.xz"), "--policy", "paper"),
            *("--combinable", str(REFERENCE / "combinable_2020.json")),
        ),
        fixed=True,
    ),
)


PROGRAM = """
import contextlib, io, json, sys
from {p}cli.main import main
files, options = json.loads(sys.argv[1])
found = []
for file in files:
    sys.argv = ["protomodels", "evaluate", file, *options, "--format", "json"]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            main()
    except SystemExit as end:
        if end.code:
            raise
    found.append(json.loads(said.getvalue()))
print(json.dumps(found))
"""
"""The command line on many models in one process."""


def main() -> None:
    """Evaluate, print the tables and keep them; exit code 1 where policy paper moved."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--commits", nargs="+", required=True, help="LABEL=COMMIT, the earliest first")
    given = parser.parse_args()
    labels = [entry.rpartition("=")[0] for entry in given.commits]
    page = Page("known-hiscores", "python -m benchmarks.known_hiscores --commits ...", PAGES)
    page.say(f"K of forty known proto-models, commit by commit ({', '.join(given.commits)}); {machine()}.")
    moved_paper = False
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        there = [stack.enter_context(checkout(entry.rpartition("=")[2])) for entry in given.commits]
        files = known(there[0], Path(folder))
        for case in CASES:
            columns = [evaluated(one, files, case) for one in there]
            page.say(f"**{case.name}**")
            page.table(
                ["proto-model", *labels],
                [_row(file, row) for file, row in zip(files, zip(*columns, strict=True), strict=True)],
            )
            for label, old, new in zip(labels[1:], columns[:-1], columns[1:], strict=True):
                page.say(_summary(label, old, new))
                moved_paper |= case.fixed and [m["K"] for m in old] != [m["K"] for m in new]
    page.write()
    sys.exit(1 if moved_paper else 0)


def known(first: Checkout, folder: Path) -> list[Path]:
    """The files of the proto-models, made in ``folder``."""
    published = json.loads((REFERENCE / "published_runs.json").read_text())["real"]
    documents = {f"published {run}.{n + 1}": models[n] for run, models in published.items() for n in range(4)}
    file = folder / "runs.db"
    options = ("--walkers", str(WALKERS), "--steps", str(STEPS), "--seed", "1", "--storage", f"sqlite:///{file}")
    first.command("run", *CASES[1].options, *options, "--format", "json")
    with sqlite3.connect(file) as connection:
        found = connection.execute('SELECT model_json FROM protomodels ORDER BY "K" DESC').fetchall()
    distinct = list(dict.fromkeys(text for (text,) in found))[:N_FOUND]
    documents |= {f"found {n}": json.loads(text) for n, text in enumerate(distinct, start=1)}
    for name, document in documents.items():
        model = {key: document[key] for key in ("masses", "decays", "ssmultipliers")}
        (folder / f"{name}.json").write_text(json.dumps(model))
    return [folder / f"{name}.json" for name in documents]


def evaluated(checkout: Checkout, files: list[Path], case: Case) -> list[dict[str, Any]]:
    """What ``protomodels evaluate`` of a checkout says of each proto-model."""
    found: list[dict[str, Any]] = json.loads(
        checkout.python(PROGRAM, json.dumps([list(map(str, files)), case.options]))
    )
    return found


def _row(file: Path, answers: Sequence[dict[str, Any]]) -> list[object]:
    """K where it moved; a dash where it is as in the column before."""
    row: list[object] = [f"{file.stem}: {spectrum(model_from_dict(json.loads(file.read_text())))}", answers[0]["K"]]
    return row + [new["K"] if _moved(old, new) else None for old, new in pairwise(answers)]


def _moved(old: dict[str, Any], new: dict[str, Any]) -> bool:
    if old["K"] is None or new["K"] is None:
        return bool(old["K"] != new["K"])
    return abs(new["K"] - old["K"]) > MOVED


def _summary(label: str, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> str:
    """How many moved by how much, and the results whose part of the best combination changed most often."""
    pairs = [pair for pair in zip(old, new, strict=True) if _moved(*pair)]
    if not pairs:
        return f"{label}: no K moved."
    sizes = [b["K"] - a["K"] for a, b in pairs if a["K"] is not None and b["K"] is not None]
    names = Counter(name for a, b in pairs for name in _changed_results(a, b))
    often = ", ".join(f"{name} ({n})" for name, n in names.most_common(6))
    return (
        f"{label}: {len(pairs)} of {len(old)} moved, by {spread(sizes) if sizes else 'a K that came or went'}; {often}."
    )


def _changed_results(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Analyses whose region or contribution to the best combination is not the same."""
    parts = [{(c["analysis"], c["region"]): round(c["llr"], 3) for c in answer["combination"]} for answer in (old, new)]
    return {analysis for analysis, _ in (key for key, _ in set(parts[0].items()) ^ set(parts[1].items()))}


if __name__ == "__main__":
    main()
