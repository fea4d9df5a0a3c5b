"""The table of commands: what it says is what the commands say, and nothing is imported before it is needed."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module

import pytest
import typer

from protomodels.campaign.closure_config import Closure
from protomodels.cli.commands import COMMANDS, HEADINGS, group_of, imported
from protomodels.cli.options import ClosureChoice, StateChoice
from protomodels.database import RunState
from tests.command_line import COMMAND

HEAVY = {"numba", "scipy", "smodels", "ray", "matplotlib", "fastapi", "plotly", "pyhf", "networkx"}
STORAGE = {"sqlalchemy", "numpy", "alembic"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_repeats_what_each_command_says(name: str) -> None:
    where, words = COMMANDS[name]
    module, _, attribute = where.partition(":")
    found = getattr(import_module(f"protomodels.cli.{module}"), attribute)
    text = found.info.help if isinstance(found, typer.Typer) else (inspect.getdoc(found) or "").split("\n\n")[0]
    assert words == text.replace("\n", " ")
    assert imported(name, where).name == name or isinstance(found, typer.Typer)


def imported_by(arguments: list[str], names: set[str]) -> str:
    """Which of these packages a command line imports; it has to answer on standard output, and well."""
    code = (
        "import sys\n"
        f"sys.argv = ['protomodels', *{arguments!r}]\n"
        "from protomodels.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"sys.stderr.write(' '.join(sorted({names!r} & set(sys.modules))))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout
    return done.stderr


@pytest.mark.parametrize("arguments", [["list"], ["hiscores"], ["token", "list"]], ids=" ".join)
def test_what_does_not_compute_starts_without_what_computes(arguments: list[str]) -> None:
    assert imported_by(arguments, HEAVY) == ""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)], ids=" ".join
)
def test_help_is_there_at_once(arguments: list[str]) -> None:
    assert imported_by(arguments, HEAVY | STORAGE) == ""


def test_help_groups_every_command_under_its_heading_on_one_line() -> None:
    done = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, check=True)  # noqa: S603
    sections = {
        head: text.split("\n\n")[0] for head, text in re.findall(r"^(\S[^\n]*):\n((?:  .*\n?)+)", done.stdout, re.M)
    }
    for group, heading in HEADINGS.items():
        lines = [line.split(maxsplit=1) for line in sections[heading].splitlines()]
        assert lines == [[name, words] for name, (where, words) in COMMANDS.items() if group_of(where) == group]
    assert {group_of(where) for where, _ in COMMANDS.values()} == set(HEADINGS)


def test_choices_are_those_of_what_they_choose() -> None:
    """Options name them without importing what they belong to."""
    pairs = [
        (StateChoice, list(RunState)),
        (ClosureChoice, list(Closure)),
    ]
    for choice, meant in pairs:
        assert {str(one) for one in choice} == {str(one) for one in meant}


def test_an_unknown_command_is_refused() -> None:
    done = subprocess.run([COMMAND, "nothing"], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2 and "No such command 'nothing'" in done.stderr
