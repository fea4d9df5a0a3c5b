"""A run is walked by one search from its beginning to its end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from protomodels.database import RunState, Storage, open_storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.catalog import CombinedRegions
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.compare import compare
from protomodels.runs.config import check_search, versions
from protomodels.runs.replay import replay
from protomodels.statistics.simplified import covariance_model
from protomodels.universes import Universe
from protomodels.universes.recipe import AS_PAPER
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


@pytest.mark.parametrize(
    ("change", "goes_on"), [({}, True), ({"policy": "default"}, False), ({"regions": "combined"}, False)]
)
def test_the_papers_runs_of_the_first_version_go_on(
    storage: Storage, demo: CompiledPredictor, change: dict[str, str], goes_on: bool
) -> None:
    """Nothing has changed for them; a run on results with control regions is not one of them."""
    config = replace(CONFIG, **{"policy": "paper", **change})  # type: ignore[arg-type]
    described = Run.described(config, demo)
    old = {name: value for name, value in described.versions.items() if name != "search"}
    number = storage.create_run(replace(described, versions=old))
    if goes_on:
        Run.resume(storage, number, demo).execute(Execution("inline"))
        assert replay(storage, number, demo, walker=0).identical
    else:
        with pytest.raises(ConfigError, match="which search version 1 began"):
            Run.resume(storage, number, demo)
    names = np.where(demo.catalog.is_ul, demo.catalog.region, "CR_top")
    with pytest.raises(ConfigError, match="which search version 1 began"):
        Run.resume(storage, number, demo.with_catalog(replace(demo.catalog, region=names)))


@pytest.mark.parametrize(("kind", "goes_on"), [("covariance", True), ("json", False)])
def test_in_a_universe_only_where_its_data_are_the_same(
    storage: Storage, demo: CompiledPredictor, kind: str, goes_on: bool
) -> None:
    """The regions of pyhf JSONs are drawn from other documents than in the first version."""
    config = replace(CONFIG, policy="paper", universe=Universe(seed=1, drawing=AS_PAPER))
    described = Run.described(config, demo)
    old = {name: value for name, value in described.versions.items() if name != "search"}
    record = storage.get_run(storage.create_run(replace(described, versions=old)))
    row = int(np.flatnonzero(~demo.catalog.is_ul)[0])
    one = CombinedRegions(np.array([row]), covariance_model([5.0], [4.0], [[1.0]]), kind)
    catalog = replace(demo.catalog, combined={row: one})
    if goes_on:
        check_search(record, catalog)
    else:
        with pytest.raises(ConfigError, match="which search version 1 began"):
            check_search(record, catalog)


def test_runs_of_the_first_version_have_search_version_one(storage: Storage, demo: Predictor) -> None:
    described = Run.described(CONFIG, demo)
    assert versions()["search"] == str(version.SEARCH_VERSION)
    old = {name: value for name, value in described.versions.items() if name != "search"}
    record = storage.get_run(storage.create_run(replace(described, versions=old)))
    if version.SEARCH_VERSION == 1:
        check_search(record)
    else:
        with pytest.raises(ConfigError, match=r"protomodels .* goes on with this one"):
            check_search(record)
