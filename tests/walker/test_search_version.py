"""A run is walked by one search from its beginning to its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from protomodels.database import RunState, Storage, open_storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.compare import compare
from protomodels.runs.config import check_search, versions
from protomodels.runs.replay import replay
from protomodels.walker import version

CONFIG = RunConfig("demo", seed=3, walkers=1, steps=2)


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(tmp_path / "runs.db")


def test_another_search_does_not_go_on_with_a_run(
    storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run.create(storage, CONFIG, demo)
    done = Run.create(storage, CONFIG, demo)
    done.execute(Execution("inline"))
    Run.resume(storage, run.id, demo)  # the same search does
    before, after = str(version.SEARCH_VERSION), str(version.SEARCH_VERSION + 1)
    monkeypatch.setattr(version, "SEARCH_VERSION", version.SEARCH_VERSION + 1)
    with pytest.raises(ConfigError, match=rf"run: got {run.id}, which search version {before} began; .*begin it anew"):
        Run.resume(storage, run.id, demo)
    assert storage.get_run(run.id).state is RunState.QUEUED
    with pytest.raises(ConfigError, match=f"which search version {before} began"):
        replay(storage, done.id, demo, walker=0)
    later = Run.create(storage, CONFIG, demo)
    assert compare(storage, run.id, later.id).versions == {"search": (before, after)}


def test_runs_of_the_first_version_have_search_version_one(storage: Storage, demo: Predictor) -> None:
    described = Run.described(CONFIG, demo)
    assert versions()["search"] == str(version.SEARCH_VERSION)
    old = {name: value for name, value in described.versions.items() if name != "search"}
    record = storage.get_run(storage.create_run(replace(described, versions=old)))
    with pytest.raises(ConfigError, match=r"search version 1 began; .*protomodels .* goes on with this one"):
        check_search(record)
