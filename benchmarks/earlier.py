"""An earlier commit of this repository beside this one: its files, and how its programs are run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Checkout:
    """The files of one commit.

    Attributes
    ----------
    name: for tables.
    folder: where they are.
    """

    name: str
    folder: Path

    @property
    def package(self) -> str:
        """What stands before the names of rooms: until version 0.1.0 they were packages of their own."""
        return "protomodels." if (self.folder / "protomodels" / "cli").exists() else ""

    def python(self, text: str, *arguments: str) -> str:
        """What a Python program says that imports from these files; ``{p}`` in it becomes :attr:`package`."""
        # imports set the number of threads in our own environment; the command line has one
        environment = os.environ | {"PYTHONPATH": str(self.folder), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-P", "-c", text.replace("{p}", self.package), *arguments]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout

    def command(self, *arguments: str) -> str:
        """What the command line of these files says."""
        text = "import sys; sys.argv[0] = 'protomodels'; from {p}cli.main import main; main()"
        return self.python(text, *arguments)


@contextmanager
def checkout(commit: str) -> Iterator[Checkout]:
    """The files of a commit, in a folder that lives as long as this; or a folder that has them, whose kernels stay."""
    if Path(commit).is_dir():
        yield Checkout(Path(commit).name, Path(commit).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="protomodels-") as scratch:
        folder = Path(scratch) / "earlier"
        git = ["git", "-C", str(HERE), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
        try:
            yield Checkout(commit, folder)
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)


@contextmanager
def both(commit: str) -> Iterator[tuple[Checkout, Checkout]]:
    """The files of a commit, and those here."""
    with checkout(commit) as earlier:
        yield earlier, Checkout("here", HERE)
