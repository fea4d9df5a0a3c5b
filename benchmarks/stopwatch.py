"""How long a new user takes: python -m benchmarks.stopwatch [--archive smodels-3.0.0.tar.xz] [--write PAGE]

A fresh clone of the last commit, a new home, a shell that knows nothing of this checkout, and the commands of the
README: from nothing to the first hiscore of the demo results; with an archive of real results, from there to the first
explained hiscore, compilation included (`results compile`, which `run` would do by itself, to see its share).  Packages
come from wherever pip has them; its own cache is empty.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import machine
from tests.clean_shell import CleanShell

ROOT = Path(__file__).parents[1]
ASKED = {"demo": 180.0, "real": 900.0}
"""Seconds to the first hiscore."""


@dataclass(frozen=True)
class Lap:
    """A command, what it is for (``demo`` or ``real``), and its seconds."""

    part: str
    command: str
    seconds: float


def typed(shell: CleanShell, part: str, command: str, shows: str = "") -> Lap:
    """Type a command and stop its time.

    Raises
    ------
    RuntimeError: where it fails, or does not show what it should.
    """
    begun = time.time()
    code, output = shell.type(command)
    if code or shows not in output:
        raise RuntimeError(f"{command} ended with {code}:\n{output}")
    return Lap(part, command, time.time() - begun)


def demo(shell: CleanShell, folder: Path) -> list[Lap]:
    """What the README begins with, the installation and the walk apart."""
    begun = time.time()
    whole = typed(shell, "demo", "make run", "proto-model ")
    install = (folder / ".venv" / ".installed").stat().st_mtime - begun
    return [
        Lap("demo", "make run: the installation", install),
        Lap("demo", "make run: compiling kernels, the walk", whole.seconds - install),
        typed(shell, "after", ". .venv/bin/activate && protomodels show best", "what drives K"),
    ]


def real(shell: CleanShell, archive: Path, walkers: int, steps: int) -> list[Lap]:
    """Results compiled, searched, and the best proto-model explained."""
    run = f"protomodels run --results '{archive}' --walkers {walkers} --steps {steps} --seed 1"
    return [
        typed(shell, "real", f"protomodels results compile '{archive}'", "is ready"),
        typed(shell, "real", run, "proto-model "),
        typed(shell, "real", "protomodels show latest", "what drives K"),
    ]


def page(laps: list[Lap], where: str) -> str:
    """The table."""
    lines = ["| | seconds | asked |", "| --- | --- | --- |"]
    lines += [f"| `{lap.command}` | {lap.seconds:.0f} | |" for lap in laps]
    for part, words in (("demo", "the first demo hiscore"), ("real", "the first explained hiscore of real data")):
        own = [lap.seconds for lap in laps if lap.part == part]
        if own:
            lines.append(f"| **{words}** | **{sum(own):.0f}** | {ASKED[part]:.0f} |")
    return f"{where}\n\n" + "\n".join(lines) + "\n"


def main() -> None:
    """Stop the times, print and write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, help="real results; without it the demo only")
    parser.add_argument("--walkers", type=int, default=50)
    parser.add_argument("--steps", type=int, default=270)
    parser.add_argument("--write", type=Path, help="a page, such as docs/service/stopwatch.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, home = Path(place, "protomodels"), Path(place, "home")
        home.mkdir()
        begun = time.time()
        subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
        laps = [Lap("demo", "git clone", time.time() - begun)]
        with CleanShell(folder, home) as shell:
            laps += demo(shell, folder)
            if arguments.archive is not None:
                laps += real(shell, arguments.archive.resolve(), arguments.walkers, arguments.steps)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    text = page(laps, f"{machine()}; load of the machine {load}; kernels, results and pip's cache from nothing.")
    print(text)
    if arguments.write:
        arguments.write.write_text(f"<!-- written by: python -m benchmarks.stopwatch -->\n\n{text}")


if __name__ == "__main__":
    main()
