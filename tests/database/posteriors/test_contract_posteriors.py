"""Posteriors in every kind of storage: sweeps are committed exactly once, in their order, by whoever has the lease."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from protomodels.database import (
    ChunkError,
    FencedError,
    Lease,
    NewBatch,
    NewPosterior,
    RunState,
    Storage,
    SweepsRecord,
    TransitionError,
)
from protomodels.errors import ConfigError, NotFoundError, StorageError
from tests.storages import CONFIG, DEMO, new_run

SHORT = 0.05
"""Seconds; a lease that is over after a short sleep."""
NEW = NewPosterior(CONFIG, DEMO, n_chains=4, n_sweeps=100, versions={"numpy": "2.0"})


def some(first: int, n: int = 10) -> SweepsRecord:
    """Sweeps whose state tells where they end."""
    return SweepsRecord(first, n, bytes(range(first, first + n)), f'{{"at":  {first + n - 1}}}')


def leased(storage: Storage, posterior: str) -> Lease:
    lease = storage.lease_posterior(posterior, "me")
    assert (lease.run, lease.kind) == (posterior, "posterior")
    return lease


class TestPosteriors:
    """The contract."""

    def test_it_comes_back_as_it_was_given(self, storage: Storage) -> None:
        first = storage.create_posterior(NEW)
        second = storage.create_posterior(replace(NEW, combinability_table='{"a": 1}'))
        assert first < second and first[0] == "p"
        assert [p.id for p in storage.list_posteriors()] == [second, first]
        assert [p.id for p in storage.list_posteriors(1)] == [second]
        assert [p.id for p in storage.list_posteriors(before=second)] == [first]
        found = storage.get_posterior(first)
        assert (found.config_json, found.versions, found.n_chains, found.n_sweeps) == (CONFIG, NEW.versions, 4, 100)
        assert (found.results_name, found.results_fingerprint) == (DEMO.name, DEMO.fingerprint)
        assert (found.state, found.sweeps_done, found.answer_json, found.attempt) == (RunState.QUEUED, 0, None, 0)
        assert storage.posterior_table(first) is None and storage.posterior_table(second) == '{"a": 1}'
        assert storage.list_results() == [DEMO]  # once, though two refer to it
        assert storage.chain_states(first) == [] and storage.sweeps(first, 0) == []

    @pytest.mark.parametrize("changes", [{"n_chains": 0}, {"n_sweeps": 0}, {"n_sweeps": 2**31}])
    def test_counts_that_cannot_be(self, storage: Storage, changes: dict[str, int]) -> None:
        with pytest.raises(ConfigError, match=r"(chains|sweeps): got"):
            storage.create_posterior(replace(NEW, **changes))

    def test_sweeps_are_kept_once_and_in_their_order(self, storage: Storage) -> None:
        posterior = storage.create_posterior(NEW)
        lease = leased(storage, posterior)
        assert storage.commit_sweeps(posterior, {0: some(1), 2: some(1, 5)}, lease.attempt) is RunState.RUNNING
        for wrong, expected in ((some(1), 11), (some(12), 11)):
            with pytest.raises(ChunkError) as caught:
                # all or nothing: the sweeps of chain 2 are right
                storage.commit_sweeps(posterior, {2: some(6), 0: wrong}, lease.attempt)
            assert (caught.value.expected, caught.value.got) == (expected, wrong.first_sweep)
        storage.commit_sweeps(posterior, {0: some(11)}, lease.attempt)
        assert [(c.chain, c.sweep, c.state_json) for c in storage.chain_states(posterior)] == [
            (0, 20, '{"at":  20}'),
            (2, 5, '{"at":  5}'),
        ]
        assert storage.sweeps(posterior, 0) == [some(1).packed, some(11).packed]
        assert storage.get_posterior(posterior).sweeps_done == 25
        storage.commit_sweeps(posterior, {}, lease.attempt)
        assert storage.get_posterior(posterior).sweeps_done == 25

    @pytest.mark.parametrize("new", [{4: some(1)}, {-1: some(1)}, {0: some(1, 101)}, {0: some(1, 0)}])
    def test_what_is_beyond_its_size(self, storage: Storage, new: dict[int, SweepsRecord]) -> None:
        posterior = storage.create_posterior(NEW)
        with pytest.raises(StorageError, match=r"chains 0 to 3|of a chain that has 100"):
            storage.commit_sweeps(posterior, new, leased(storage, posterior).attempt)
        assert storage.get_posterior(posterior).sweeps_done == 0

    def test_runs_batches_and_posteriors_wait_in_one_line(self, storage: Storage) -> None:
        queued: list[Callable[[], str]] = [
            lambda: storage.create_posterior(NEW),
            lambda: storage.create_run(new_run()),
            lambda: storage.create_batch(NewBatch("b", "{}", "{}", "f" * 64, [("a", "b")])),
            lambda: storage.create_posterior(NEW),
        ]
        ids = []
        for create in queued:
            ids.append(create())
            time.sleep(0.01)
        taken = [storage.lease("me") for _ in range(5)]
        assert [None if lease is None else (lease.run, lease.kind) for lease in taken] == [
            (ids[0], "posterior"),
            (ids[1], "run"),
            (ids[2], "batch"),
            (ids[3], "posterior"),
            None,
        ]

    def test_the_silent_lose_it_and_the_next_goes_on(self, storage: Storage) -> None:
        posterior = storage.create_posterior(NEW)
        lease = storage.lease_posterior(posterior, "me", seconds=SHORT)
        storage.commit_sweeps(posterior, {0: some(1)}, lease.attempt)
        time.sleep(2 * SHORT)
        assert storage.expire_leases() == [posterior]
        assert storage.leased(lease)[0] is RunState.CRASHED
        again = storage.lease("you", recover=True)
        assert again is not None and (again.run, again.attempt) == (posterior, 2)
        assert storage.get_posterior(posterior).leased_sweeps == 10
        late: list[Callable[[], object]] = [
            lambda: storage.commit_sweeps(posterior, {0: some(11)}, lease.attempt),
            lambda: storage.keep_answer(posterior, "{}", lease.attempt),
            lambda: storage.heartbeat(lease),
            lambda: storage.leave(lease, RunState.FAILED, "late"),
        ]
        for call in late:
            with pytest.raises(FencedError, match=f"posterior {posterior} is in attempt 2 by now: attempt 1"):
                call()
        assert storage.commit_sweeps(posterior, {0: some(11)}, again.attempt) is RunState.RUNNING

    def test_the_answer_is_kept(self, storage: Storage) -> None:
        posterior = storage.create_posterior(NEW)
        lease = leased(storage, posterior)
        for text in ('{"converged":  false}', '{"converged": true}'):
            storage.keep_answer(posterior, text, lease.attempt)
            assert storage.get_posterior(posterior).answer_json == text
        storage.leave(lease, RunState.COMPLETED, "")
        with pytest.raises(TransitionError, match=f"posterior {posterior} is completed: it takes no more sweeps"):
            storage.commit_sweeps(posterior, {0: some(1)}, lease.attempt)

    def test_cancelled_and_deleted(self, storage: Storage) -> None:
        posterior, other = storage.create_posterior(NEW), storage.create_posterior(NEW)
        lease = leased(storage, posterior)
        storage.set_posterior_state(posterior, "cancelling", "as asked")
        assert storage.commit_sweeps(posterior, {0: some(1)}, lease.attempt) is RunState.CANCELLING
        with pytest.raises(TransitionError, match="cancel it first"):
            storage.delete_posterior(posterior)
        storage.leave(lease, RunState.CANCELLED, "as asked")
        storage.delete_posterior(posterior)
        assert [p.id for p in storage.list_posteriors()] == [other]

    def test_unknown_posteriors(self, storage: Storage) -> None:
        run = storage.create_run(new_run())
        calls: list[Callable[[], object]] = [
            lambda: storage.get_posterior(run),
            lambda: storage.posterior_table(run),
            lambda: storage.lease_posterior(run, "me"),
            lambda: storage.commit_sweeps(run, {}, 1),
            lambda: storage.chain_states(run),
            lambda: storage.sweeps(run, 0),
            lambda: storage.keep_answer(run, "{}", 1),
            lambda: storage.set_posterior_state(run, "cancelled"),
            lambda: storage.delete_posterior(run),
            lambda: storage.list_posteriors(before=run),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match=f"posterior: got {run}; allowed: the id of a stored posterior"):
                call()
