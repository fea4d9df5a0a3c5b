"""What a new user types: each command of the README and of the tutorials, word by word, in a clean shell.

They install the program for that, which takes minutes: `make tutorials`.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from protomodels.cli.commands import COMMANDS, imported
from tests.clean_shell import CleanShell, TypedExamples
from tests.conftest import REAL
from tests.documents import NEEDS_RESULTS, blocks

ROOT = Path(__file__).parents[2]
FIRST = ROOT / "docs" / "tutorial" / "first-run.md"
PAGES = [ROOT / "README.md", FIRST, *sorted(set(FIRST.parent.glob("*.md")) - {FIRST})]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the program as it is fetched, without anything that was made in it."""
    folder = tmp_path_factory.mktemp("user") / "protomodels"
    made = shutil.ignore_patterns(".git", ".venv", ".*_cache", "*.egg-info", "__pycache__", "build", "site", "*.db")
    shutil.copytree(ROOT, folder, symlinks=True, ignore=made)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_typed_into_a_clean_shell_does_what_it_shows(page: Path, clone: Path) -> None:
    text, home = page.read_text(), clone.parent / "home"
    if NEEDS_RESULTS in text:
        archive = REAL / "smodels-1.2.4.tar.xz"
        if not archive.is_file():
            pytest.skip(f"real results are not at hand ({archive}); PROTOMODELS_RESULTS names their folder")
        place = home / ".cache" / "protomodels" / "downloads" / "smodels-1.2.4.tar.gz"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(archive)  # as if it had been downloaded before
    home.mkdir(exist_ok=True)
    with CleanShell(clone, home) as shell:
        assert TypedExamples(clone, shell).run(text) > 1


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_activates_the_environment_before_it_calls_the_program(page: Path) -> None:
    typed = [block.text for block in blocks(page.read_text()) if block.language in ("sh", "console", "python")]
    first = next(
        i for i, text in enumerate(typed) if re.search(r"^\$ protomodels|^import protomodels", text, re.MULTILINE)
    )
    assert any(". .venv/bin/activate" in text for text in typed[:first]), typed[first]


def test_every_command_of_the_readme_is_one() -> None:
    """Its list has placeholders, so that it cannot be typed; the names and options in it are those of the program."""
    listed = next(b.text for b in blocks((ROOT / "README.md").read_text()) if b.text.startswith("protomodels "))
    for line in listed.splitlines():
        words = re.split(r"\s{2,}", line)[0].split()
        where, _ = COMMANDS[words[1]]
        command = imported(words[1], where)
        if hasattr(command, "commands"):
            if len(words) == 2 or words[2] not in command.commands:
                pytest.fail(f"no such command: {line}")
            command = command.commands[words[2]]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, line


def test_a_shell_keeps_what_was_typed_before_and_knows_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROTOMODELS_STORAGE", "sqlite:///mine.db")
    with CleanShell(tmp_path, tmp_path) as shell:
        assert shell.type("cd /\nname=value") == (0, "")
        assert shell.type('echo "$PWD $name $HOME [$PROTOMODELS_STORAGE]"') == (0, f"/ value {tmp_path} []\n")
        assert shell.type("echo before; false  # and a remark") == (1, "before\n")
        with pytest.raises(AssertionError, match="line 1: false ended with 1"):
            TypedExamples(tmp_path, shell).run("```sh\necho before\nfalse\necho after\n```\n")
