"""Hiscores are judged at the end of a run: once each, also where the run was interrupted, and not in universes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protomodels.database import HiscoreQuery, RunState, Storage, open_storage
from protomodels.files import model_from_dict
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig, judging
from protomodels.scoring.robustness import robustness_of
from protomodels.universes import Universe

CONFIG = RunConfig(results="demo", seed=5, walkers=3, steps=15)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """A fresh file storage, closed at the end."""
    with open_storage(f"sqlite:///{tmp_path / 'runs.db'}") as opened:
        yield opened


def judgements(storage: Storage, run: Run) -> list[str | None]:
    return [record.judgement for record in storage.best_protomodels(HiscoreQuery(run=run.id), 1000)]


def test_the_best_are_judged_at_the_end(storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "JUDGED", 2)
    monkeypatch.setattr(judging, "PROFILED", 1)
    run = Run.create(storage, CONFIG, demo)
    run.execute(Execution("inline"))
    first, second, *_ = records = storage.best_protomodels(HiscoreQuery(run=run.id), 1000)
    assert len(records) > 2 and [r.judgement is None for r in records] == [False] * 2 + [True] * (len(records) - 2)
    for record in records[:2]:
        evaluation = run.scorer.evaluate(model_from_dict(json.loads(record.model_json)))
        robustness = robustness_of(evaluation)
        assert robustness is not None and record.judgement is not None
        assert json.loads(record.judgement)["robustness"] == json.loads(json.dumps(robustness.to_dict()))
        assert record.verdict == robustness.verdict
        assert record.K_without_strongest == robustness.without_strongest_analysis
        assert robustness.K == pytest.approx(record.K, abs=1e-6)
    methods = [{one["method"] for one in json.loads(r.judgement or "")["errors"]} for r in (first, second)]
    assert methods == [{"fisher", "others fixed"}, {"fisher"}]


def test_a_run_that_stops_meanwhile_goes_on_where_it_was(
    storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "JUDGED", 2)
    run, undisturbed = Run.create(storage, CONFIG, demo), Run.create(storage, CONFIG, demo)
    undisturbed.execute(Execution("inline"))
    keep, calls = storage.judge_protomodel, []

    def interrupted(*values: Any) -> None:
        if len(calls) == 1:
            raise KeyboardInterrupt
        calls.append(values)
        keep(*values)

    monkeypatch.setattr(storage, "judge_protomodel", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.execute(Execution("inline"))
    assert storage.get_run(run.id).state is RunState.PAUSED
    assert sum(text is not None for text in judgements(storage, run)) == 1
    again: list[Any] = []
    monkeypatch.setattr(storage, "judge_protomodel", lambda *values: (again.append(values), keep(*values)))
    Run.resume(storage, run.id, demo).execute(Execution("inline"))
    assert storage.get_run(run.id).state is RunState.COMPLETED
    assert len(again) == 1 and {values[0] for values in again}.isdisjoint(values[0] for values in calls)
    assert judgements(storage, run) == judgements(storage, undisturbed)


def test_universes_are_not_judged(storage: Storage, demo: Predictor) -> None:
    run = Run.create(storage, replace(CONFIG, universe=Universe(3)), demo)
    run.execute(Execution("inline"))
    assert storage.get_run(run.id).state is RunState.COMPLETED and set(judgements(storage, run)) == {None}
