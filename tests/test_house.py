"""The house rules that a program can check: sizes, and that each folder says what is in it."""

from __future__ import annotations

import ast
import os
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "protomodels"
FOLDERS = sorted(Path(top) for top, _, names in os.walk(ROOT, followlinks=True) if "__init__.py" in names)
MODULES = {
    folder: sorted(path for path in folder.glob("*.py") if path.name not in ("__init__.py", "__main__.py"))
    for folder in FOLDERS
}


BESIDE = {
    folder: sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
    for top in ("tests", "benchmarks")
    for folder in [ROOT.parent / top, *(path for path in (ROOT.parent / top).rglob("*") if path.is_dir())]
}
"""Tests and benchmarks, which are no part of the package."""


def test_no_module_is_long() -> None:
    lines = {path: len(path.read_text().splitlines()) for paths in MODULES.values() for path in paths}
    assert statistics.median(lines.values()) <= 110
    lines |= {path: len(path.read_text().splitlines()) for paths in BESIDE.values() for path in paths}
    assert not {str(path.relative_to(ROOT.parent)): n for path, n in lines.items() if n > 300}


def test_no_folder_is_crowded() -> None:
    assert not {str(folder): len(paths) for folder, paths in (MODULES | BESIDE).items() if len(paths) > 16}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ROOT.parent)))
def test_a_folder_says_what_is_in_it(folder: Path) -> None:
    story = ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""
    words = set(story.replace(",", " ").replace("`", " ").replace(";", " ").replace(":", " ").split())
    assert not {path.stem for path in MODULES[folder]} - words
    inner = {path.name for path in folder.iterdir() if path in FOLDERS and not path.is_symlink()}
    assert not {f"{name}/" for name in inner} - words
