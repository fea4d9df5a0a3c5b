"""What a storage promises about walks, whichever database keeps it: each test runs against every kind."""

from __future__ import annotations

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Final, cast

import numpy as np
import pytest

from protomodels.database import (
    ChunkError,
    ChunkRecord,
    ContributionRecord,
    HiscoreRecord,
    LimitRecord,
    ProgressRecord,
    RunState,
    StepRecord,
    Storage,
    TransitionError,
    WalkerRecord,
)
from protomodels.errors import StorageError
from tests.storages import (
    a_chunk,
    a_hiscore,
    a_step,
    brought_to,
    commit,
    contents,
    names_and_scores,
    started,
)

DOUBLES: Final = (0.1 + 0.2, math.nextafter(1.0, 2.0), 5e-324, 1.7976931348623157e308, -1 / 3, math.inf, -math.inf)


class TestWalks:
    """Walks."""

    def test_steps_and_states_round_trip(self, storage: Storage) -> None:
        run = started(storage)
        rng = json.dumps(np.random.PCG64(12345).state)
        assert max(json.loads(rng)["state"].values()) > 2**64
        state = json.dumps({"masses": {"1000022": math.pi}, "K": None}, indent=1)
        doubles = [a_step(n, K=x, Z=x, mu_hat=x, mu_max=x) for n, x in enumerate(DOUBLES, start=1)]
        last = len(doubles)
        none = [
            a_step(last + 1, K=None, mu_hat=None, mu_max=None, accepted=False, move=""),
            a_step(last + 2, K=-0.5, mu_hat=None, move="x" * 64),
            a_step(last + 3, K=0.25, mu_max=None, n_particles=0),
        ]
        commit(storage, run, 3, ChunkRecord(1, doubles + none, state, rng))
        assert storage.steps(run, 3) == doubles + none
        assert all(type(step.accepted) is bool for step in storage.steps(run, 3))
        assert storage.walker_states(run) == [WalkerRecord(3, last + 3, state, rng, None)]
        assert storage.progress(run) == ProgressRecord(last + 3, None, None)

    def test_parts_of_a_walk(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        commit(storage, run, 0, a_chunk(1, 5))
        commit(storage, run, 0, a_chunk(6, 1))
        commit(storage, run, 2, a_chunk(1, 3))
        commit(storage, other, 0, a_chunk(1, 1))

        def numbers(walker: int, **part: int) -> list[int]:
            return [step.step for step in storage.steps(run, walker, **part)]

        assert numbers(0) == [1, 2, 3, 4, 5, 6]
        assert numbers(0, after=4) == [5, 6]
        assert numbers(0, after=1, limit=2) == [2, 3]
        assert numbers(0, limit=0) == [] and numbers(0, after=6) == []
        assert numbers(1) == [] and numbers(2) == [1, 2, 3]
        stored = storage.walker_states(run)
        assert [(at.walker, at.step, at.state_json, at.rng_json) for at in stored] == [
            (0, 6, '{"at": 6}', '{"rng": 6}'),
            (2, 3, '{"at": 3}', '{"rng": 3}'),
        ]
        assert storage.progress(run).steps_done == 9 and storage.progress(other).steps_done == 1

    def test_best_of_a_walker(self, used: Storage) -> None:
        run = started(used)

        def best_after(step: StepRecord, *hiscores: HiscoreRecord) -> float | None:
            commit(used, run, 0, ChunkRecord(step.step, [step], "{}", "{}", hiscores))
            assert used.progress(run).best_K == used.walker_states(run)[0].best_K == used.get_run(run).best_K
            return used.walker_states(run)[0].best_K

        assert best_after(a_step(1, K=None)) is None
        assert best_after(a_step(2, K=9.0, accepted=False)) is None
        assert best_after(a_step(3, K=-2.0), a_hiscore("a", -2.1)) == -2.1
        assert best_after(a_step(4, K=-4.0)) == -2.1
        assert best_after(a_step(5, K=5.0), a_hiscore("b", 4.0), a_hiscore("c", 5.0)) == 5.0

    @pytest.mark.parametrize(("first", "size"), [(1, 2), (1, 5), (2, 2), (4, 1), (5, 2), (1, 3)])
    def test_a_chunk_is_committed_exactly_once(self, used: Storage, first: int, size: int) -> None:
        """Again, again but longer, overlapping, with a gap: only the next step is accepted."""
        run = started(used)
        commit(used, run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0)]))
        before = contents(used, run)
        with pytest.raises(ChunkError) as caught:
            commit(used, run, 0, a_chunk(first, size, [a_hiscore("a", 2.0), a_hiscore("b", 3.0)]))
        error = caught.value
        assert (error.run, error.walker, error.expected, error.got) == (run, 0, 3, first)
        assert f"must begin with step 3, this one begins with step {first}" in str(error)
        assert isinstance(error, StorageError)
        assert contents(used, run) == before
        commit(used, run, 0, a_chunk(3, size))
        assert used.walker_states(run)[0].step == 2 + size

    def test_a_walk_begins_with_step_one(self, used: Storage) -> None:
        run = started(used)
        for first in (0, 2):
            with pytest.raises(ChunkError) as caught:
                commit(used, run, 1, a_chunk(first))
            assert caught.value.expected == 1
        assert used.walker_states(run) == []

    def test_a_late_writer_changes_nothing(self, used: Storage) -> None:
        """A runner thought dead commits what another has redone and gone beyond."""
        run = started(used)
        late = a_chunk(3, 2, [a_hiscore("late", 99.0)])
        for first in (1, 3, 5):
            commit(used, run, 0, a_chunk(first))
        before = contents(used, run)
        with pytest.raises(ChunkError):
            commit(used, run, 0, late)
        assert contents(used, run) == before

    def test_one_of_many_threads_wins(self, used: Storage) -> None:
        run = started(used)

        def attempt(worker: int) -> int:
            won = 0
            for first in range(1, 20, 2):
                try:
                    commit(used, run, 0, a_chunk(first, 2, [a_hiscore(f"{first}", first)]))
                    won += 1
                except ChunkError as error:
                    assert error.expected > error.got
            return won

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(attempt, range(4))) == 10
        assert [step.step for step in used.steps(run, 0)] == list(range(1, 21))
        assert len(used.hiscores(run)) == 10

    def test_threads_with_a_walker_each(self, used: Storage) -> None:
        run = started(used)

        def walk(walker: int) -> None:
            for first in range(1, 20, 2):
                commit(used, run, walker, a_chunk(first, 2, [a_hiscore(f"{walker} {first}", first)]))
                assert used.walker_states(run)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(walk, range(4)))
        assert used.progress(run).steps_done == 80
        assert len(used.hiscores(run)) == 40

    @pytest.mark.parametrize(
        "bad",
        [
            a_hiscore("bad", 9.0, Z=cast(float, None)),
            a_hiscore("bad", math.nan),
            a_hiscore("bad", 9.0, masses={1000022: cast(float, None)}),
            a_hiscore("bad", 9.0, model_json=cast(str, object())),
            a_hiscore("bad", 9.0, contributions=[ContributionRecord("A", None, cast(str, None), 1, 1, 1, 1)]),
            a_hiscore("bad", 9.0, limits=[LimitRecord("A", None, "upper", cast(float, None), None, 1.0)]),
        ],
        ids=["Z", "K", "mass", "json", "contribution", "limit"],
    )
    def test_nothing_is_half_written(self, used: Storage, bad: HiscoreRecord) -> None:
        """The chunk fails after its steps and its first hiscores went in, and others were pruned for it."""
        run = started(used)
        commit(used, run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0), a_hiscore("b", 2.0)]), keep=2)
        before = contents(used, run)
        good = [a_hiscore("c", 10.0), a_hiscore("a", 8.0)]
        for walker, first in ((0, 3), (1, 1)):
            with pytest.raises(StorageError):
                commit(used, run, walker, a_chunk(first, 2, [*good, bad]), keep=3)
            assert contents(used, run) == before
        commit(used, run, 0, a_chunk(3, 2, good), keep=2)  # the storage still works
        assert names_and_scores(used.hiscores(run)) == [("c", 10.0), ("a", 8.0)]

    @pytest.mark.parametrize(
        "chunk",
        [
            ChunkRecord(1, [], "{}", "{}"),
            ChunkRecord(1, [a_step(1), a_step(3)], "{}", "{}"),
            ChunkRecord(1, [a_step(2), a_step(1)], "{}", "{}"),
            ChunkRecord(1, [a_step(1), a_step(1)], "{}", "{}"),
            ChunkRecord(1, [a_step(2)], "{}", "{}"),
            ChunkRecord(1, [a_step(1, K=math.nan)], "{}", "{}"),
            ChunkRecord(1, [a_step(1, Z=cast(float, None))], "{}", "{}"),
            a_chunk(1, 6),
        ],
        ids=["empty", "gap", "order", "twice", "shifted", "nan", "Z", "too long"],
    )
    def test_impossible_chunks_are_refused(self, used: Storage, chunk: ChunkRecord) -> None:
        run = started(used, n_steps=5)
        with pytest.raises(StorageError):
            commit(used, run, 0, chunk)
        assert used.walker_states(run) == []
        commit(used, run, 0, a_chunk(1, 5))

    @pytest.mark.parametrize("walker", [-1, 4])
    def test_walkers_are_those_of_the_run(self, used: Storage, walker: int) -> None:
        run = started(used, n_walkers=4)
        with pytest.raises(StorageError, match=f"has walkers 0 to 3, not {walker}"):
            commit(used, run, walker, a_chunk(1))
        assert used.walker_states(run) == []

    @pytest.mark.parametrize("state", RunState)
    def test_chunks_are_taken_while_somebody_may_be_at_work(self, used: Storage, state: RunState) -> None:
        run = brought_to(used, state)
        if state in ("running", "paused", "cancelling"):
            commit(used, run, 0, a_chunk(1))
            assert used.progress(run).steps_done == 2
        else:
            with pytest.raises(TransitionError, match=f"{run} is {state}"):
                commit(used, run, 0, a_chunk(1))
            assert used.progress(run).steps_done == 0
