"""Searches of today's data: what is stored is taken up, and never what another version of the search made."""

from __future__ import annotations

import pytest

from benchmarks.today.searches import known_run, searched
from protomodels.database import Storage
from protomodels.errors import ConfigError
from protomodels.runs.front import run
from protomodels.walker import version

OPTIONS = {"walkers": 1, "steps": 2, "seed": 1}


def test_a_stored_run_is_taken(storage: Storage) -> None:
    assert known_run(storage, "demo", OPTIONS) is None
    made = run("demo", walkers=1, steps=2, seed=1, executor="inline", storage=storage)
    known = known_run(storage, "demo", OPTIONS)
    assert known is not None and known.id == made.id == searched(storage, "demo", OPTIONS)
    assert known_run(storage, "demo", OPTIONS | {"seed": 2}) is None


def test_one_of_another_version_of_the_search_is_refused(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    run("demo", walkers=1, steps=2, seed=1, executor="inline", storage=storage)
    monkeypatch.setattr(version, "SEARCH_VERSION", version.SEARCH_VERSION + 1)
    with pytest.raises(ConfigError, match="search_version"):
        searched(storage, "demo", OPTIONS)
