"""The table of commands: what it says is what the commands say, and nothing is imported before it is needed."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module

import pytest
import typer

from cli.commands import COMMANDS, imported
from tests.test_cli import COMMAND

HEAVY = {"numba", "scipy", "smodels", "ray", "matplotlib", "fastapi", "plotly", "pyhf", "networkx"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_repeats_what_each_command_says(name: str) -> None:
    where, words = COMMANDS[name]
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"cli.{module}"), attribute)
    text = found.info.help if isinstance(found, typer.Typer) else (inspect.getdoc(found) or "").split("\n\n")[0]
    assert words == text.replace("\n", " ")
    assert imported(name, where).name == name or isinstance(found, typer.Typer)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["list"], ["hiscores"], ["status", "--help"]])
def test_what_does_not_compute_starts_without_what_computes(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['protomodels', *{arguments!r}]\n"
        "from cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"sys.stderr.write(' '.join(sorted({HEAVY!r} & set(sys.modules))))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stderr == "" and done.stdout


def test_an_unknown_command_is_refused() -> None:
    done = subprocess.run([COMMAND, "nothing"], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2 and "No such command 'nothing'" in done.stderr
