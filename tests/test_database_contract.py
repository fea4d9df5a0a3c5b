"""What a storage promises about runs and walks, whichever database keeps it: each test runs against every kind."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import numpy as np
import pytest

from protomodels.database import (
    TRANSITIONS,
    ChunkError,
    ChunkRecord,
    ContributionRecord,
    HiscoreRecord,
    LimitRecord,
    ProgressRecord,
    ResultsRecord,
    RunState,
    StepRecord,
    Storage,
    TraceRecord,
    TransitionError,
    WalkerRecord,
)
from protomodels.errors import ConfigError, NotFoundError, StorageError
from tests.storages import (
    CONFIG,
    DEMO,
    a_chunk,
    a_hiscore,
    a_step,
    brought_to,
    commit,
    contents,
    new_run,
    started,
    told,
)

LEGAL: Final = {
    "queued": "running cancelled failed",
    "running": "paused cancelling completed failed crashed",
    "paused": "running queued cancelled",
    "cancelling": "cancelled completed failed crashed",
    "crashed": "running queued cancelled",
    "cancelled": "",
    "completed": "",
    "failed": "",
}
DOUBLES: Final = (0.1 + 0.2, math.nextafter(1.0, 2.0), 5e-324, 1.7976931348623157e308, -1 / 3, math.inf, -math.inf)


class TestStorageContract:
    """The contract."""

    # runs

    def test_a_run_comes_back_as_it_was_given(self, storage: Storage) -> None:
        seed = 2**63 - 1
        run = storage.create_run(new_run(seed=seed, n_walkers=50, n_steps=1234))
        stored = storage.get_run(run)
        assert stored.id == run
        assert stored.config_json == CONFIG
        assert (stored.results_fingerprint, stored.seed) == (DEMO.fingerprint, seed)
        assert (stored.state, stored.reason) == (RunState.QUEUED, "")
        assert isinstance(stored.state, RunState)
        assert (stored.n_walkers, stored.n_steps) == (50, 1234)
        assert stored.versions == {"numpy": "2.0", "python": "3.12"}
        assert stored.created_at.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - stored.created_at) < timedelta(minutes=1)
        assert storage.progress(run) == ProgressRecord(0, None, None)
        assert storage.walker_states(run) == [] and storage.steps(run, 0) == []

    def test_runs_are_listed_newest_first(self, storage: Storage) -> None:
        assert storage.latest_run() is None and storage.list_runs() == []
        ids = [storage.create_run(new_run(seed=seed)) for seed in range(5)]  # all within a second
        assert ids == sorted(set(ids))
        newest = [run.id for run in storage.list_runs()]
        assert newest == ids[::-1]
        latest = storage.latest_run()
        assert latest is not None and latest == storage.get_run(ids[-1])
        assert [run.id for run in storage.list_runs(limit=2)] == newest[:2]
        assert [run.id for run in storage.list_runs(limit=2, before=newest[1])] == newest[2:4]
        assert storage.list_runs(before=ids[0]) == []
        storage.set_state(ids[1], "running")
        storage.set_state(ids[3], "cancelled")
        assert [run.id for run in storage.list_runs(states=["running", "cancelled"])] == [ids[3], ids[1]]
        assert [run.id for run in storage.list_runs(states=["queued"], before=ids[2])] == [ids[0]]
        assert storage.list_runs(states=[]) == []
        with pytest.raises(ConfigError, match="state: got asleep"):
            storage.list_runs(states=["asleep"])

    def test_runs_are_found_and_sorted(self, storage: Storage) -> None:
        other = ResultsRecord("a" * 64, "official", "3.1.1", 120)
        first, second, third = started(storage), started(storage, results=other), started(storage)
        commit(storage, first, 0, a_chunk(1, 2, [a_hiscore("a", 5.0)]))
        commit(storage, second, 0, a_chunk(1, 5, [a_hiscore("a", -1.0)]))

        def ids(**how: Any) -> list[str]:
            return [run.id for run in storage.list_runs(**how)]

        assert ids(sort="K") == [first, second, third] and ids(sort="steps") == [second, first, third]
        assert ids(sort="K", before=first) == [second, third] and ids(sort="K", before=second) == [third]
        assert ids(results="official") == [second] == ids(results="a" * 64) and ids(results="none") == []
        listed = {run.id: (run.steps_done, run.best_K) for run in storage.list_runs()}
        assert listed == {first: (2, 5.0), second: (5, -1.0), third: (0, None)}
        with pytest.raises(ConfigError, match="sort: got colour; allowed: one of created, K, steps"):
            storage.list_runs(sort="colour")
        for call in (storage.list_runs, storage.hiscores, lambda limit: storage.steps(first, 0, limit=limit)):
            with pytest.raises(ConfigError, match="limit: got -1"):
                call(limit=-1)  # type: ignore[operator]

    def test_the_table_of_a_run_is_kept_as_it_was(self, storage: Storage) -> None:
        text = '{"pairs": [["A",  "\u00e9"]]}\n'
        runs = [storage.create_run(new_run(combinability_table=text)) for _ in range(2)]
        assert [storage.combinability_table(run) for run in runs] == [text, text]
        assert storage.combinability_table(storage.create_run(new_run())) is None

    def test_the_log_tells_states_news_and_new_bests(self, storage: Storage) -> None:
        run = started(storage)
        storage.add_event(run, "something", "warning")
        commit(storage, run, 0, a_chunk(1, 1, [a_hiscore("a", 2.0)]))
        commit(storage, run, 1, a_chunk(1, 1, [a_hiscore("a", 1.0)]))
        entries = storage.log(run)
        words = [(event.level, event.message) for _, event in entries]
        best = ("info", "best K 2.000, of walker 0 by step 1")
        assert words == [("info", "queued"), ("info", "running"), ("warning", "something"), best]
        assert [n for n, _ in storage.log(run, after=entries[1][0])] == [n for n, _ in entries[2:]]
        assert storage.log(run, limit=1) == entries[:1]

    def test_several_walkers_at_once_all_or_nothing(self, used: Storage) -> None:
        run = started(used)
        attempt = used.get_run(run).attempt
        assert used.commit_chunks(run, {0: a_chunk(1, 2), 2: a_chunk(1, 3)}, attempt) is RunState.RUNNING
        before = contents(used, run)
        with pytest.raises(ChunkError):
            used.commit_chunks(run, {1: a_chunk(1, 2), 0: a_chunk(1, 2), 2: a_chunk(4, 1)}, attempt)
        assert contents(used, run) == before
        used.commit_chunks(run, {1: a_chunk(1, 2), 0: a_chunk(3, 2), 2: a_chunk(4, 1)}, attempt)
        assert used.get_run(run).steps_done == 4 + 2 + 4

    def test_results_are_known_once(self, storage: Storage) -> None:
        assert storage.list_results() == []
        other = ResultsRecord("a" * 64, "official", "3.1.1", 120)
        for results in (other, DEMO, other):
            storage.create_run(new_run(results=results))
        assert storage.list_results() == [DEMO, other]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("seed", -1), ("seed", 2**63), ("n_walkers", 0), ("n_walkers", 2**31), ("n_steps", 0), ("n_steps", 2**31)],
    )
    def test_impossible_runs_are_refused(self, storage: Storage, field: str, value: int) -> None:
        with pytest.raises(ConfigError, match=f"{field}: got {value};"):
            storage.create_run(new_run(**{field: value}))
        assert storage.list_runs() == [] and storage.list_results() == []

    @pytest.mark.parametrize("before", RunState)
    def test_only_legal_transitions(self, used: Storage, before: RunState) -> None:
        legal = LEGAL[before].split()
        assert sorted(TRANSITIONS[before]) == sorted(legal)
        for after in RunState:
            run = brought_to(used, before)
            history = used.transitions(run)
            if after in legal:
                made = used.set_state(run, after, "because")
                assert (made.from_state, made.to_state, made.reason) == (before, after, "because")
                assert used.transitions(run) == [*history, made]
                assert (used.get_run(run).state, used.get_run(run).reason) == (after, "because")
            else:
                with pytest.raises(TransitionError, match=f"{run} is {before} and cannot become {after}"):
                    used.set_state(run, after, "because")
                assert used.transitions(run) == history
                assert (used.get_run(run).state, used.get_run(run).reason) == (before, "")

    def test_history_of_a_run(self, storage: Storage) -> None:
        run, other = storage.create_run(new_run()), storage.create_run(new_run())
        storage.set_state(run, "running", "started by a test")
        storage.set_state(other, "cancelled")
        storage.set_state(run, RunState.CRASHED, "the node died")
        storage.set_state(run, "queued")
        history = storage.transitions(run)
        assert [(each.from_state, each.to_state, each.reason) for each in history] == [
            (None, "queued", ""),
            ("queued", "running", "started by a test"),
            ("running", "crashed", "the node died"),
            ("crashed", "queued", ""),
        ]
        times = [each.at for each in history]
        assert times == sorted(times) and all(time.utcoffset() == timedelta(0) for time in times)
        assert times[0] == storage.get_run(run).created_at
        assert storage.get_run(run).reason == ""  # that of the last transition
        with pytest.raises(ConfigError, match=r"state: got asleep; allowed: one of queued, running"):
            storage.set_state(run, "asleep")

    def test_how_a_run_went(self, storage: Storage) -> None:
        run = started(storage)
        assert storage.trace(run, 5) == TraceRecord((), ((), (), (), ()), {})
        moves = ("mass", "add", "", "mass")
        for walker, K in ((0, [1.0, 3.0, None, -2.0]), (2, [None, None, 0.5, 0.25])):
            steps = [
                a_step(n, K=value, move=move, accepted=move == "mass")
                for n, (value, move) in enumerate(zip(K, moves, strict=True), start=1)
            ]
            commit(storage, run, walker, ChunkRecord(1, steps[:3], "{}", "{}", []))
            commit(storage, run, walker, ChunkRecord(4, steps[3:], "{}", "{}", []))
        course = storage.trace(run, 2)
        assert course.steps == (2, 4)
        assert course.K == ((3.0, -2.0), (None, None), (None, 0.5), (None, None))
        assert course.moves == {"": (2, 0), "add": (2, 0), "mass": (4, 4)}
        assert storage.trace(run, 100).steps == (1, 2, 3, 4)
        assert storage.trace(run, 3).steps == (2, 4), "parts of equal length"
        with pytest.raises(NotFoundError, match="run: got r0"):
            storage.trace("r0", 2)

    def test_runs_are_counted_by_state(self, storage: Storage) -> None:
        assert storage.count_states() == {}
        for state in ("queued", "queued", "crashed", "completed"):
            brought_to(storage, state)
        assert storage.count_states() == {"queued": 2, "crashed": 1, "completed": 1}

    # universes and campaigns

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

    # walks

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
        assert told(used.hiscores(run)) == [("c", 10.0), ("a", 8.0)]

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

    # what is not there

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
