"""Parts that were left out of an installation: one clear error where they are wanted."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from protomodels.database import open_storage
from protomodels.errors import MissingExtraError
from protomodels.extras import EXTRAS, require

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]


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
