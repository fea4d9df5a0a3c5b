"""Every surface offers every setting of a run, with the default that is said once."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import protomodels as pm
from protomodels.api.requests import ClosureIn, RunIn
from protomodels.cli.commands import COMMANDS, imported
from protomodels.cli.search.sessions import settings_of
from protomodels.client.runs import RunSettings
from protomodels.database import Labels, open_storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.run_settings import (
    EXECUTION_SETTINGS,
    EXECUTOR,
    RUN_SETTINGS,
    STEPS,
    Setting,
)
from protomodels.runs import Execution, RunConfig
from protomodels.runs.new import new_config

RUN = {setting.name: setting for setting in RUN_SETTINGS}
HERE_ONLY = {"seed", "combinable"}
"""Settings that closure tests of the API do not have: seeds are the campaign's, and tables are read from files."""
STORED = (
    '{"combinable": null, "combinable_sha256": "", "exchange": null, "policy": "default", "regions": "best", '
    '"results": "demo", "search": null, "seed": 7, "steps": 1000, "walkers": 50}'
)
"""As version 0.1.0 wrote it."""


def options_of(command: str) -> dict[str, Any]:
    """Option: its default, of a command."""
    where, _ = COMMANDS[command]
    return {parameter.opts[0]: parameter.default for parameter in imported(command, where).params}


def defaults_of(function: Any) -> dict[str, Any]:
    return {name: p.default for name, p in inspect.signature(function).parameters.items()}


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ("run", (*RUN_SETTINGS, *EXECUTION_SETTINGS)),
        ("resume", EXECUTION_SETTINGS),
        ("runner", EXECUTION_SETTINGS),
        ("closure", [s for s in RUN_SETTINGS if s.name != "seed"]),
        ("power", [s for s in RUN_SETTINGS if s.name != "seed"]),
        ("closure", EXECUTION_SETTINGS[:3]),
        ("pvalue", EXECUTION_SETTINGS[:3]),
    ],
)
def test_commands(command: str, settings: tuple[Setting[object], ...]) -> None:
    offered = options_of(command)
    for setting in settings:
        assert offered[setting.option.partition("/")[0] or "--" + setting.name] == setting.default, (
            command,
            setting.name,
        )


@pytest.mark.parametrize("model", [RunIn, ClosureIn])
def test_requests_of_the_api(model: type[RunIn] | type[ClosureIn]) -> None:
    schema = model.model_json_schema()["properties"]
    for name in RUN if model is RunIn else RUN.keys() - HERE_ONLY:
        assert model.model_fields[name].default == RUN[name].default, name
        said = str(schema[name])
        assert all(f"'{choice}'" in said for choice in RUN[name].choices), name
        assert RUN[name].high is None or str(RUN[name].high) in said, name


def test_requests_of_the_client() -> None:
    assert get_type_hints(RunSettings).keys() == {*RUN, "universe", "name", "note", "tags"}
    config = new_config("demo", seed=3, walkers=2)
    assert settings_of(config, "demo", Labels()) == {name: getattr(config, name) for name in RUN}


def test_python() -> None:
    here, run = defaults_of(new_config), defaults_of(pm.run)
    for name, setting in RUN.items():
        assert here[name] == run[name] == setting.default, name
    of_run = {f.name: f.default for f in fields(RunConfig) if f.default is not MISSING}
    assert {name: RUN[name].default for name in RUN if name not in ("results", "seed")}.items() <= of_run.items()
    assert {f.name: f.default for f in fields(Execution)} == {s.name: s.default for s in EXECUTION_SETTINGS}
    assert run["executor"] == defaults_of(pm.resume)["executor"] == EXECUTOR.default


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"executor": "threads"}, "executor: got threads; allowed: one of inline, process, ray"),
        ({"workers": 0}, "workers: got 0; allowed: a whole number between 1 and 100000"),
        ({"chunk": True}, "chunk: got True"),
        ({"lease_seconds": 0.5}, "lease_seconds: got 0.5; allowed: a number of at least 1.0"),
        ({"patience": float("nan")}, "patience: got nan"),
        ({"executor": None}, "executor: got None"),
    ],
)
def test_an_execution_is_checked(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Execution(**values)
    Execution(workers=None, chunk=None)


def test_the_bounds_are_allowed() -> None:
    STEPS.check(1)
    STEPS.check(STEPS.high)
    with pytest.raises(ConfigError, match="between 1 and 10000000"):
        STEPS.check(10_000_001)


def test_stored_texts_are_those_of_the_first_version() -> None:
    """Campaigns are told apart by the texts of their configs."""
    older = RunConfig("demo", 7, steps=1000, reference_order="NLO+NLL", strict=False, guards=False)
    assert older.to_json() == STORED
    assert RunConfig.from_json(STORED) == older
    paper = RunConfig("demo", 7, policy="paper")
    assert "reference_order" not in paper.to_json() and RunConfig.from_json(paper.to_json()) == paper


def test_a_run_keeps_the_order_of_its_cross_sections() -> None:
    """A run of version 0.1.0 goes on with the tables it was made with; a new one says which it takes."""
    assert RunConfig.from_json(STORED).scoring().reference_order == "NLO+NLL"
    new = RunConfig("demo", 7)
    assert new.scoring().reference_order == "NNLO_approx+NNLL"
    assert RunConfig.from_json(new.to_json()) == new != RunConfig.from_json(STORED)
    with pytest.raises(ConfigError, match="reference_order"):
        RunConfig("demo", 7, reference_order="LO")


def test_nothing_is_stored_of_a_run_that_cannot_be_executed(tmp_path: Path, demo: Predictor) -> None:
    with open_storage(tmp_path / "runs.db") as storage:
        for values in ({"executor": "threads"}, {"workers": 0}, {"walkers": 0}):
            with pytest.raises(ConfigError, match=next(iter(values))):
                pm.run(demo, steps=1, storage=storage, **values)  # type: ignore[arg-type]
        assert storage.list_runs(10) == []
