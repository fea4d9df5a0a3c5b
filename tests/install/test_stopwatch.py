"""The stopwatch of a new user: its table and its commands, without the minutes that it measures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.stopwatch import ASKED, Lap, page, typed
from tests.clean_shell import CleanShell

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_sums_stand_beside_what_was_asked() -> None:
    laps = [Lap("demo", "git clone", 1.0), Lap("demo", "make run", 100.4), Lap("after", "show", 7.0)]
    text = page(laps, "a machine")
    assert text.startswith("a machine\n") and "| `make run` | 100 | |" in text
    assert f"| **the first demo hiscore** | **101** | {ASKED['demo']:.0f} |" in text and "real data" not in text
    assert "| **the first explained hiscore of real data** | **5** | 900 |" in page([Lap("real", "r", 5.0)], "")


def test_a_command_that_fails_or_shows_something_else_is_an_error(tmp_path: Path) -> None:
    with CleanShell(tmp_path, tmp_path) as shell:
        assert typed(shell, "demo", "sleep 0.2; echo yes", "yes").seconds > 0.2
        with pytest.raises(RuntimeError, match="ended with 1"):
            typed(shell, "demo", "false")
        with pytest.raises(RuntimeError, match="ended with 0"):
            typed(shell, "demo", "echo no", "yes")


def test_it_types_what_the_readme_says() -> None:
    assert "```sh\nmake run\n. .venv/bin/activate\n```" in README
    assert "protomodels show " in README and "protomodels run --results R" in README
