"""What a storage promises about universes and campaigns, and of what is not there: for every kind of database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from protomodels.database import (
    RunState,
    Storage,
)
from protomodels.errors import NotFoundError, StorageError
from tests.storages import (
    DEMO,
    a_chunk,
    commit,
    contents,
    new_run,
    started,
)


class TestCampaigns:
    """Universes, campaigns, ids that are not stored."""

    def test_runs_know_their_universe(self, storage: Storage) -> None:
        recipe = '{"seed": 1}'
        runs = [storage.create_run(new_run(universe=u)) for u in (None, recipe, recipe, '{"seed": 2}')]
        numbers = [storage.get_run(run).universe for run in runs]
        assert numbers[0] is None and numbers[1] == numbers[2] != numbers[3] and numbers[3] is not None

    def test_a_run_is_found_by_its_config(self, storage: Storage) -> None:
        first, second, other = (storage.create_run(new_run(config_json=c)) for c in ("a", "a", "b"))
        found = storage.find_run("a", DEMO.fingerprint)
        assert found is not None and found.id == first and storage.find_run("c", DEMO.fingerprint) is None
        assert storage.find_run("a", "0" * 64) is None
        storage.lease("me", run=second)
        commit(storage, second, 0, a_chunk(1, 2))
        found = storage.find_run("a", DEMO.fingerprint)
        assert found is not None and found.id == second  # it has come further
        storage.set_state(other, RunState.CANCELLED)
        assert storage.find_run("b", DEMO.fingerprint) is None

    def test_campaigns_keep_their_runs(self, storage: Storage) -> None:
        runs = [storage.create_run(new_run()) for _ in range(3)]
        campaign, other = storage.create_campaign("pvalue", '{"a":  1}'), storage.create_campaign("closure", "{}")
        assert campaign < other and storage.campaign(campaign).runs == {}
        assert storage.add_to_campaign(campaign, 1, runs[1]) == runs[1]
        assert storage.add_to_campaign(campaign, 0, runs[0]) == runs[0]
        assert storage.add_to_campaign(campaign, 1, runs[2]) == runs[1]  # it has one already
        storage.set_state(runs[1], "cancelled")
        assert storage.add_to_campaign(campaign, 1, runs[2]) == runs[2]  # that will never be completed
        assert storage.add_to_campaign(campaign, 1, runs[0]) == runs[2]
        assert storage.add_to_campaign(other, 0, runs[0]) == runs[0]  # a run may be part of several
        stored = storage.campaign(campaign)
        assert (stored.kind, stored.config_json, dict(stored.runs)) == ("pvalue", '{"a":  1}', {0: runs[0], 1: runs[2]})
        assert [c.id for c in storage.list_campaigns()] == [other, campaign]
        assert [c.id for c in storage.list_campaigns(limit=1)] == [other]
        for K in (5.5, 9.0):
            storage.add_bound(campaign, 4, K, "{}")  # the first one stays
        assert dict(storage.campaign(campaign).bounds) == {4: 5.5} and dict(storage.campaign(other).bounds) == {}
        calls: list[Callable[[], object]] = [
            lambda: storage.campaign("c0"),
            lambda: storage.add_to_campaign("c0", 0, runs[0]),
            lambda: storage.add_bound("c0", 0, 1.0, "{}"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match="campaign: got c0"):
                call()
        with pytest.raises(NotFoundError, match="run: got r0"):
            storage.add_to_campaign(campaign, 5, "r0")

    def test_unknown_ids(self, storage: Storage) -> None:
        started(storage)
        calls: list[Callable[[], object]] = [
            lambda: storage.get_run("r0"),
            lambda: storage.set_state("r0", "running"),
            lambda: storage.transitions("r0"),
            lambda: storage.progress("r0"),
            lambda: commit(storage, "r0", 0, a_chunk(1)),
            lambda: storage.walker_states("r0"),
            lambda: storage.steps("r0", 0),
            lambda: storage.hiscores("r0"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match="run: got r0; allowed: the id of a stored run"):
                call()
        with pytest.raises(NotFoundError, match="protomodel: got 12345;"):
            storage.protomodel(12345)

    def test_values_that_no_database_takes(self, used: Storage) -> None:
        run = used.create_run(new_run())
        before = contents(used, run)
        with pytest.raises(StorageError, match="could not be written"):
            used.set_state(run, "running", "no Unicode: \ud800")
        with pytest.raises(StorageError, match="could not be read"):
            used.protomodel(2**70)
        assert contents(used, run) == before

    def test_a_closed_storage_refuses(self, storage: Storage) -> None:
        run = started(storage)
        storage.close()
        storage.close()
        calls: list[Callable[[], object]] = [
            lambda: storage.create_run(new_run()),
            lambda: storage.get_run(run),
            lambda: storage.set_state(run, "paused"),
            lambda: storage.list_runs(),
            lambda: storage.latest_run(),
            lambda: storage.transitions(run),
            lambda: storage.progress(run),
            lambda: storage.list_results(),
            lambda: commit(storage, run, 0, a_chunk(1)),
            lambda: storage.walker_states(run),
            lambda: storage.steps(run, 0),
            lambda: storage.hiscores(),
            lambda: storage.protomodel(1),
        ]
        for call in calls:
            with pytest.raises(StorageError, match="is closed"):
                call()
        assert storage.url.startswith(("sqlite:///", "postgresql+psycopg://"))
