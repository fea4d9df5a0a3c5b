"""A storage of one's own for the command, and a finished run in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Cli


@pytest.fixture
def cli(tmp_path: Path, demo: object) -> Cli:
    assert demo is not None  # the results are in the cache
    return Cli(tmp_path)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, demo: object) -> tuple[Cli, dict[str, object]]:
    """A short run and its answer."""
    assert demo is not None
    cli = Cli(tmp_path_factory.mktemp("run"))
    answer = cli.json(
        "run", "--walkers", "2", "--steps", "15", "--seed", "4", "--executor", "process", "--workers", "2"
    )
    assert isinstance(answer, dict)
    return cli, answer
