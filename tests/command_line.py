"""The command as a user runs it, for the tests of all rooms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

COMMAND = str(Path(sys.executable).with_name("protomodels"))


class Cli:
    """Runs the command with a storage of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "PROTOMODELS_STORAGE": f"sqlite:///{folder / 'runs.db'}"}

    def __call__(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(  # noqa: S603 - our own command
            [COMMAND, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            timeout=300,
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done

    def json(self, *arguments: str) -> object:
        """The answer of ``--format json``: standard output is that JSON and nothing else."""
        return json.loads(self(*arguments, "--format", "json").stdout)
