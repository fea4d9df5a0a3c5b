"""Parts that were left out of an installation: one clear error where they are wanted."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from protomodels.database import open_storage
from protomodels.errors import MissingExtraError
from protomodels.extras import EXTRAS, require

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_extras_are_those_of_the_project() -> None:
    declared = {
        extra: {Requirement(line).name for line in lines} - {"protomodels"}
        for extra, lines in PROJECT["optional-dependencies"].items()
    }
    for extra, packages in EXTRAS.items():
        assert {Requirement(package).name for package in packages.values()} == declared[extra]
    everything = Requirement(PROJECT["optional-dependencies"]["all"][0])
    assert everything.extras == set(EXTRAS)


@pytest.mark.parametrize(("extra", "module"), [(extra, module) for extra, names in EXTRAS.items() for module in names])
def test_the_error_names_what_brings_a_module(extra: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=f"things need .*pip install .*the extra {extra} of protomodels"):
        require(module, "things")


def test_a_fault_of_the_installation_is_not_called_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.nothing", None)
    with pytest.raises(ModuleNotFoundError):
        require("scipy.nothing", "things")


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(MissingExtraError, match=r"PostgreSQL storages need psycopg\[binary\]"):
        open_storage("postgresql+psycopg://nobody@localhost:1/nothing")


PAGES_FROM_CODE = """
import sys
from importlib import import_module
hidden = {hidden}
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Hidden())
sys.path.insert(0, "docs")
from _site.generated import generated
for mark in {marks}:
    assert generated(mark), mark
for path in {documented}:
    module, _, name = f"protomodels.{{path}}".rpartition(".")
    try:
        getattr(import_module(module), name)
    except (ModuleNotFoundError, AttributeError):
        import_module(f"{{module}}.{{name}}")
"""


def test_the_site_needs_its_own_extra_only() -> None:
    """What `make docs` makes from code is made without the packages of other extras."""
    of_docs = {Requirement(line).name: Requirement(line).extras for line in PROJECT["optional-dependencies"]["docs"]}
    brought = of_docs["protomodels"] | {"plots"}
    assert "\ndocs: $(VENV)/.installed-docs\n" in (ROOT / "Makefile").read_text()
    hidden = [module for extra, modules in EXTRAS.items() if extra not in brought for module in modules]
    assert "ray" in hidden
    pages = [page.read_text() for page in (ROOT / "docs" / "reference").glob("*.md")]
    marks = [mark for page in pages for mark in re.findall(r"<!-- generated: (\w+) -->", page)]
    documented = [
        path for page in pages for path in re.findall(r"auto(?:class|function|module):: protomodels\.(\S+)", page)
    ]
    assert "glossary" in marks and documented
    text = PAGES_FROM_CODE.format(hidden=hidden, marks=marks, documented=documented)
    done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
