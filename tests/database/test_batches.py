"""What a storage promises about batches, for every kind of database: rows exactly once, whatever dies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from protomodels.database import FencedError, Lease, NewBatch, RunState, Storage, TransitionError
from protomodels.errors import ConfigError, NotFoundError
from tests.storages import new_run

SHORT = 0.05
"""Seconds; a lease that is over after a short sleep."""
MODELS = [(f"point{i}.slha", f"BLOCK MASS # {i} µ\n") for i in range(5)]
NEW = NewBatch("points", '{"results":  "demo"}', '{"r_obs": "number"}', "f" * 64, MODELS)


def a_row(position: int, **more: Any) -> tuple[str, str | None]:
    error = more.get("error")
    return json.dumps({"file": f"point{position}.slha", "r_obs": position / 7, **more}), error


def leased(storage: Storage, **how: Any) -> Lease:
    found = storage.lease("me", **how)
    assert found is not None and found.kind == "batch"
    return found


class TestBatches:
    """The contract."""

    def test_a_batch_comes_back_as_it_was_given(self, storage: Storage) -> None:
        first, second = storage.create_batch(NEW), storage.create_batch(replace(NEW, combinability_table='{"a": 1}'))
        assert first < second and first[0] == "b" and [b.id for b in storage.list_batches()] == [second, first]
        assert [b.id for b in storage.list_batches(1)] == [second]
        assert [b.id for b in storage.list_batches(before=second)] == [first]
        found = storage.get_batch(first)
        assert (found.name, found.settings_json, found.columns_json) == ("points", NEW.settings_json, NEW.columns_json)
        assert (found.state, found.n_models, found.models_done, found.errors) == (RunState.QUEUED, 5, 0, 0)
        assert (found.results_fingerprint, found.attempt, found.runner) == ("f" * 64, 0, None)
        assert storage.batch_table(first) is None and storage.batch_table(second) == '{"a": 1}'
        assert [(m.name, m.text) for m in storage.waiting_models(first)] == MODELS
        assert [(row.position, row.row_json) for row in storage.batch_rows(first)] == [(i, None) for i in range(5)]

    def test_a_request_that_is_sent_again_makes_one_batch(self, storage: Storage) -> None:
        asked = {"owner": "me", "key": "1", "sha256": "a" * 64}
        batch = storage.create_batch(NEW, **asked)
        assert storage.create_batch(NEW, **asked) == batch
        assert len({batch, storage.create_batch(NEW, **asked | {"owner": "you"}), storage.create_batch(NEW)}) == 3
        with pytest.raises(ConfigError, match="Idempotency-Key"):
            storage.create_batch(NEW, **asked | {"sha256": "b" * 64})

    def test_runs_and_batches_wait_in_one_line(self, storage: Storage) -> None:
        queued: list[Callable[[], str]] = [
            lambda: storage.create_batch(NEW),
            lambda: storage.create_run(new_run()),
            lambda: storage.create_batch(NEW),
        ]
        ids = []
        for create in queued:
            ids.append(create())
            time.sleep(0.01)
        taken = [storage.lease("me") for _ in range(4)]
        assert [None if lease is None else (lease.run, lease.kind) for lease in taken] == [
            (ids[0], "batch"),
            (ids[1], "run"),
            (ids[2], "batch"),
            None,
        ]

    def test_rows_are_kept_once(self, storage: Storage) -> None:
        batch = storage.create_batch(NEW)
        lease = leased(storage)
        assert storage.commit_rows(batch, {1: a_row(1), 3: a_row(3, error="torn")}, lease.attempt) is RunState.RUNNING
        assert [m.position for m in storage.waiting_models(batch)] == [0, 2, 4]
        assert [m.position for m in storage.waiting_models(batch, after=0, limit=1)] == [2]
        # the connection broke, and the commit is repeated: what is there stays, and is counted once
        storage.commit_rows(batch, {1: a_row(1, late=True), 0: a_row(0)}, lease.attempt)
        found = storage.get_batch(batch)
        assert (found.models_done, found.errors) == (3, 1)
        rows = storage.batch_rows(batch)
        assert [row.row_json for row in rows] == [a_row(0)[0], a_row(1)[0], None, a_row(3, error="torn")[0], None]
        assert [row.error for row in rows] == [None, None, None, "torn", None]
        assert [row.position for row in storage.batch_rows(batch, after=1, limit=2)] == [2, 3]
        storage.commit_rows(batch, {}, lease.attempt)
        storage.commit_rows(batch, {2: a_row(2), 4: a_row(4)}, lease.attempt)
        storage.leave(lease, RunState.COMPLETED, "")
        found = storage.get_batch(batch)
        assert (found.state, found.models_done, found.runner) == (RunState.COMPLETED, 5, None)
        with pytest.raises(TransitionError, match=f"batch {batch} is completed: it takes no more rows"):
            storage.commit_rows(batch, {0: a_row(0)}, lease.attempt)

    def test_the_silent_lose_the_batch_and_the_next_has_what_is_missing(self, storage: Storage) -> None:
        batch = storage.create_batch(NEW)
        lease = leased(storage, seconds=SHORT)
        storage.commit_rows(batch, {0: a_row(0)}, lease.attempt)
        time.sleep(2 * SHORT)
        assert storage.expire_leases() == [batch]
        assert storage.leased(lease)[0] is RunState.CRASHED and storage.lease("you") is None
        again = leased(storage, recover=True)
        assert (again.run, again.attempt) == (batch, 2) and storage.get_batch(batch).leased_models == 1
        late: list[Callable[[], object]] = [
            lambda: storage.commit_rows(batch, {1: a_row(1)}, lease.attempt),
            lambda: storage.heartbeat(lease),
            lambda: storage.leave(lease, RunState.FAILED, "late"),
        ]
        for call in late:
            with pytest.raises(FencedError, match=f"batch {batch} is in attempt 2 by now: attempt 1"):
                call()
        assert storage.heartbeat(again) is RunState.RUNNING
        assert [m.position for m in storage.waiting_models(batch)] == [1, 2, 3, 4]

    def test_a_batch_that_kills_its_runners_is_left_alone(self, storage: Storage) -> None:
        batch = storage.create_batch(NEW)
        attempts = 0
        while storage.lease("me", seconds=SHORT, recover=True) is not None:
            attempts += 1
            time.sleep(2 * SHORT)
        assert attempts == 4 and storage.get_batch(batch).state is RunState.CRASHED
        assert storage.lease_batch(batch, "me").attempt == 5  # somebody asks for it
        with pytest.raises(TransitionError, match="me is at work on it"):
            storage.lease_batch(batch, "you")

    def test_cancelled_and_deleted(self, storage: Storage) -> None:
        batch, other = storage.create_batch(NEW), storage.create_batch(NEW)
        lease = leased(storage)
        storage.set_batch_state(batch, "cancelling", "as asked")
        assert storage.commit_rows(batch, {0: a_row(0)}, lease.attempt) is RunState.CANCELLING
        with pytest.raises(TransitionError, match="cancel it first"):
            storage.delete_batch(batch)
        storage.leave(lease, RunState.CANCELLED, "as asked")
        with pytest.raises(TransitionError, match=f"batch {batch} is cancelled and cannot become queued"):
            storage.set_batch_state(batch, "queued")
        storage.delete_batch(batch)
        assert [b.id for b in storage.list_batches()] == [other]
        assert storage.waiting_models(batch) == [] and len(storage.waiting_models(other)) == 5

    def test_unknown_batches(self, storage: Storage) -> None:
        run = storage.create_run(new_run())
        calls: list[Callable[[], object]] = [
            lambda: storage.get_batch(run),
            lambda: storage.batch_rows(run),
            lambda: storage.batch_table(run),
            lambda: storage.lease_batch(run, "me"),
            lambda: storage.commit_rows(run, {}, 1),
            lambda: storage.set_batch_state(run, "cancelled"),
            lambda: storage.delete_batch(run),
            lambda: storage.list_batches(before=run),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match=f"batch: got {run}; allowed: the id of a stored batch"):
                call()
        batch = storage.create_batch(NEW)
        with pytest.raises(NotFoundError, match=f"run: got {batch}"):
            storage.set_state(batch, "cancelled")
