"""Pages typed word by word into a shell that knows nothing of this checkout and of its user.

The shell is bash without its start files, in a new home, with what reaches the registry of packages and nothing else of
the environment.  What a page sets, such as an active environment, stays for its next commands, as in a terminal.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.documents import Examples

_REACHES = re.compile(r"(PIP_|UV_|SSL_CERT_|REQUESTS_CA|https?_proxy|no_proxy|LANG)", re.IGNORECASE)
"""Names of variables without which pip finds no packages on some machines."""


def clean_environment(home: Path) -> dict[str, str]:
    """Of a new user of this machine: the Python that made ours is the first one on the path."""
    kept = {name: value for name, value in os.environ.items() if _REACHES.match(name)}
    python = Path(sys.base_prefix) / "bin"
    return {**kept, "HOME": str(home), "PATH": f"{python}:/usr/local/bin:/usr/bin:/bin", "TERM": "dumb"}


class CleanShell:
    """A shell that stays open between commands."""

    def __init__(self, folder: Path, home: Path) -> None:
        self._bash = subprocess.Popen(
            ["/bin/bash", "--noprofile", "--norc"],
            cwd=folder,
            env=clean_environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def type(self, text: str) -> tuple[int, str]:
        """(exit code, output) of a command."""
        assert self._bash.stdin is not None and self._bash.stdout is not None
        end = "-- done with "
        self._bash.stdin.write(f"{{ {text}\n}} </dev/null; printf '\\n{end}%s\\n' $?\n")
        self._bash.stdin.flush()
        said: list[str] = []
        for line in self._bash.stdout:
            if line.startswith(end):
                return int(line.removeprefix(end)), "".join(said).removesuffix("\n")
            said.append(line)
        raise AssertionError(f"the shell ended at {text!r}:\n{''.join(said)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.communicate("exit\n")


class TypedExamples(Examples):
    """The examples of a page, typed into a clean shell."""

    def __init__(self, folder: Path, shell: CleanShell) -> None:
        super().__init__(folder)
        self._shell = shell

    def _typed(self, text: str, line: int) -> int:
        commands = text.replace("\\\n", " ").splitlines()
        for command in commands:
            code, output = self._shell.type(command)
            assert code == 0, f"line {line}: {command} ended with {code}:\n{output}"
        return len(commands)

    def _protomodels(self, command: str, words: list[str]) -> tuple[int, str]:
        return self._shell.type(command)

    def _python(self, text: str) -> str:
        (self.folder / "example.py").write_text(text)
        code, output = self._shell.type("python example.py")
        assert code == 0, output
        return output
