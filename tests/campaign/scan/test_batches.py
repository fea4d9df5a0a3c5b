"""Batches in a storage: the rows of a scan, kept through every end, and refused where they could not be the same."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protomodels.campaign.scan import ScanSettings, batches, evaluate_many, scan
from protomodels.campaign.scan.batches import BatchSettings, judge_batch
from protomodels.campaign.scan.inputs import Item
from protomodels.campaign.scan.stored import StoredTable
from protomodels.combiner import Combinability
from protomodels.database import Lease, NewBatch, RunState, Storage, open_storage
from protomodels.errors import ConfigError
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from tests.campaign.scan.points import write_points

HOW = Execution("inline", workers=1)
SETTINGS = BatchSettings(masses=True)


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(tmp_path / "runs.db") as opened:
        yield opened


@pytest.fixture
def points(tmp_path: Path) -> list[Path]:
    folder = write_points(tmp_path / "points", 6)
    (folder / "torn.slha").write_text("BLOCK MASS\n 1000006\n")
    return sorted(folder.iterdir())


@pytest.fixture
def queue(storage: Storage, demo: Predictor, points: list[Path]) -> Callable[..., str]:
    """queue(...): the id of a batch of the points, with changes of its settings."""

    def queued(table: str | None = None, **changes: Any) -> str:
        settings = replace(SETTINGS, **changes)
        columns = settings.columns(demo, table)
        models = [(str(path), path.read_text()) for path in points]
        return storage.create_batch(
            NewBatch("points", settings.to_json(), json.dumps(columns), demo.fingerprint, models, table)
        )

    return queued


def taken(storage: Storage) -> Lease:
    lease = storage.lease("me", recover=True)
    assert lease is not None
    return lease


def seen(items: Iterator[Item], places: list[int]) -> Iterator[Item]:
    for item in items:
        places.append(item.place)
        yield item


def rows_of(storage: Storage, batch: str) -> list[Any]:
    return [json.loads(model.row_json or "null") for model in storage.batch_rows(batch)]


def test_the_table_is_that_of_a_scan(
    storage: Storage, demo: Predictor, points: list[Path], queue: Callable[..., str], tmp_path: Path
) -> None:
    batch = queue(analyses=("all",))
    assert judge_batch(storage, taken(storage), demo, HOW) is RunState.COMPLETED
    record = storage.get_batch(batch)
    assert (record.models_done, record.errors, record.runner) == (7, 1, None)
    StoredTable.of(storage, batch).write(tmp_path / "batch.csv")
    scan(points, tmp_path / "scan.csv", demo, analyses=["all"], settings=ScanSettings(workers=1, masses=True))
    assert (tmp_path / "batch.csv").read_bytes() == (tmp_path / "scan.csv").read_bytes()
    with (tmp_path / "batch.csv").open(newline="") as file:
        assert "mass:X_t1" in next(csv.reader(file))


def test_settings_and_the_users_table_count(
    storage: Storage, demo: Predictor, points: list[Path], queue: Callable[..., str]
) -> None:
    rows = []
    for table, changes in (
        (None, {}),
        ('{"pairs": []}', {}),
        (None, {"policy": "paper"}),
        (None, {"sigmacut": 1000.0}),
    ):
        batch = queue(table, **changes)
        judge_batch(storage, taken(storage), demo, HOW)
        rows.append(rows_of(storage, batch)[:6])
    none, alone, paper, cut = rows
    table = Combinability.from_text('{"pairs": []}', "table")
    assert alone == list(evaluate_many(points, demo, workers=1, combinable=table, masses=True))[:6]
    assert paper == list(evaluate_many(points, demo, workers=1, policy="paper", masses=True))[:6]
    assert none != alone and none != paper and none != cut
    batch = queue(limits_only=True)
    judge_batch(storage, taken(storage), demo, HOW)
    assert "combination" not in rows_of(storage, batch)[0]


def test_an_interrupted_batch_keeps_its_rows(
    storage: Storage, demo: Predictor, queue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = queue()
    judge_batch(storage, taken(storage), demo, HOW)
    batch = queue()
    rows = batches.Pool.rows

    def interrupted(self: Any, items: Any) -> Iterator[Any]:
        for n, done in enumerate(rows(self, items)):
            if n == 3:
                raise KeyboardInterrupt
            yield done

    monkeypatch.setattr(batches.Pool, "rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        judge_batch(storage, taken(storage), demo, HOW)
    monkeypatch.undo()
    record = storage.get_batch(batch)
    assert (record.state, record.reason, record.models_done) == (RunState.PAUSED, "interrupted", 3)
    lease = storage.lease_batch(batch, "me")
    asked: list[int] = []
    monkeypatch.setattr(batches.Pool, "rows", lambda self, items: rows(self, seen(items, asked)))
    assert judge_batch(storage, lease, demo, HOW) is RunState.COMPLETED
    assert asked == [3, 4, 5, 6]
    assert rows_of(storage, batch) == rows_of(storage, whole)


def test_a_batch_that_is_cancelled_while_it_is_judged(
    storage: Storage, demo: Predictor, queue: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = queue()
    rows = batches.Pool.rows

    def cancelled(self: Any, items: Any) -> Iterator[Any]:
        for n, done in enumerate(rows(self, items)):
            if n == 2:
                storage.set_batch_state(batch, "cancelling", "as asked")
            yield done

    monkeypatch.setattr(batches, "COMMIT_SECONDS", 0.0)
    monkeypatch.setattr(batches.Pool, "rows", cancelled)
    assert judge_batch(storage, taken(storage), demo, HOW) is RunState.CANCELLED
    assert storage.get_batch(batch).models_done == 3  # what was judged stays


@pytest.mark.parametrize(("changes", "said"), [({"version": "0.0.1"}, "version"), ({"policy": "some"}, "policy")])
def test_what_cannot_be_judged_alike_fails_with_its_reason(
    storage: Storage, demo: Predictor, queue: Callable[..., str], changes: dict[str, Any], said: str
) -> None:
    batch = queue()
    settings = replace(SETTINGS, **changes).to_json()
    new = NewBatch("other", settings, "{}", demo.fingerprint, [("a", "b")])
    storage.set_batch_state(batch, "cancelled")
    other = storage.create_batch(new)
    with pytest.raises(ConfigError, match=f"{said}: got"):
        judge_batch(storage, taken(storage), demo, HOW)
    record = storage.get_batch(other)
    assert record.state is RunState.FAILED and said in record.reason


def test_other_results_are_refused(storage: Storage, demo: Predictor) -> None:
    batch = storage.create_batch(NewBatch("other", SETTINGS.to_json(), "{}", "f" * 64, [("a", "b")]))
    with pytest.raises(ConfigError, match="results: got"):
        judge_batch(storage, taken(storage), demo, HOW)
    assert storage.get_batch(batch).state is RunState.FAILED
