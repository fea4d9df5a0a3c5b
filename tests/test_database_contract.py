"""What a storage promises, whichever database keeps it: every test here runs against every kind of storage."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import pytest

from database import (
    KEEP,
    TRANSITIONS,
    ChunkError,
    ChunkRecord,
    ContributionRecord,
    HiscoreRecord,
    HiscoreSummary,
    LimitRecord,
    NewRun,
    ProgressRecord,
    ResultsRecord,
    RunState,
    StepRecord,
    Storage,
    TransitionError,
    WalkerRecord,
    open_storage,
)
from protomodels.errors import ConfigError, NotFoundError, StorageError

BACKENDS: Final[dict[str, Callable[[Path], str]]] = {
    "sqlite file": lambda folder: f"sqlite:///{folder / 'runs.db'}",
    "sqlite memory": lambda folder: "sqlite:///:memory:",
}
"""Kinds of storage, each a URL of an empty one."""

DEMO: Final = ResultsRecord("f" * 64, "demo", "1.0", 40, "a note")
CONFIG: Final = '{"b": 1,  "a": [1.0, 1e-300],\n "µ": "\\u00e9 é"}\n'
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
WAY_TO: Final = {
    "queued": "",
    "running": "running",
    "paused": "running paused",
    "cancelling": "running cancelling",
    "cancelled": "cancelled",
    "completed": "running completed",
    "failed": "running failed",
    "crashed": "running crashed",
}
DOUBLES: Final = (0.1 + 0.2, math.nextafter(1.0, 2.0), 5e-324, 1.7976931348623157e308, -1 / 3, math.inf, -math.inf)


def new_run(**changes: Any) -> NewRun:
    return replace(NewRun(CONFIG, DEMO, 7, 4, 1000, {"numpy": "2.0", "python": "3.12"}), **changes)


def started(storage: Storage, **changes: Any) -> str:
    """A run that takes chunks."""
    run = storage.create_run(new_run(**changes))
    storage.set_state(run, "running")
    return run


def brought_to(storage: Storage, state: str) -> str:
    """A new run in this state."""
    run = storage.create_run(new_run())
    for step in WAY_TO[state].split():
        storage.set_state(run, step)
    return run


def a_step(number: int, **changes: Any) -> StepRecord:
    return replace(StepRecord(number, number / 7, 1.5, True, "mass", 3, 1.25, 2.5), **changes)


def a_chunk(first: int, size: int = 2, hiscores: Sequence[HiscoreRecord] = ()) -> ChunkRecord:
    """Steps whose state tells where they end."""
    last = first + size - 1
    steps = [a_step(number) for number in range(first, last + 1)]
    return ChunkRecord(first, steps, f'{{"at": {last}}}', f'{{"rng": {last}}}', hiscores)


def a_hiscore(fingerprint: str, K: float, **changes: Any) -> HiscoreRecord:
    model = HiscoreRecord(1, K, 2.0, 1.0, 3.0, 2, 4, 6.0, "{}", fingerprint, {1000022: 100.0})
    return replace(model, **changes)


def told(models: Sequence[HiscoreSummary]) -> list[tuple[str, float]]:
    return [(model.fingerprint, model.K) for model in models]


def contents(storage: Storage, run: str) -> tuple[object, ...]:
    """All that a chunk may change."""
    walkers = storage.walker_states(run)
    steps = [storage.steps(run, walker) for walker in range(4)]
    models = [storage.protomodel(model.id) for model in storage.hiscores(run)]
    return walkers, steps, models, storage.progress(run), storage.get_run(run), storage.transitions(run)


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    with open_storage(BACKENDS[request.param](tmp_path)) as opened:
        yield opened


@pytest.fixture(params=BACKENDS, scope="module")
def used(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storage]:
    """A storage that several tests write to, each in runs of its own: making an empty one takes time."""
    with open_storage(BACKENDS[request.param](tmp_path_factory.mktemp("used"))) as opened:
        yield opened


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

    # walks

    def test_steps_and_states_round_trip(self, storage: Storage) -> None:
        run = started(storage)
        rng = json.dumps(np.random.PCG64(12345).state)
        assert max(json.loads(rng)["state"].values()) > 2**64
        state = json.dumps({"masses": {"1000022": math.pi}, "K": None}, indent=1)
        doubles = [a_step(n, K=x, Z=x, muhat=x, mumax=x) for n, x in enumerate(DOUBLES, start=1)]
        last = len(doubles)
        none = [
            a_step(last + 1, K=None, muhat=None, mumax=None, accepted=False, move=""),
            a_step(last + 2, K=-0.5, muhat=None, move="x" * 64),
            a_step(last + 3, K=0.25, mumax=None, n_particles=0),
        ]
        storage.commit_chunk(run, 3, ChunkRecord(1, doubles + none, state, rng))
        assert storage.steps(run, 3) == doubles + none
        assert all(type(step.accepted) is bool for step in storage.steps(run, 3))
        assert storage.walker_states(run) == [WalkerRecord(3, last + 3, state, rng, math.inf)]
        assert storage.progress(run) == ProgressRecord(last + 3, None, None)

    def test_parts_of_a_walk(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        storage.commit_chunk(run, 0, a_chunk(1, 5))
        storage.commit_chunk(run, 0, a_chunk(6, 1))
        storage.commit_chunk(run, 2, a_chunk(1, 3))
        storage.commit_chunk(other, 0, a_chunk(1, 1))

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

        def best_after(first: int, *steps: StepRecord, hiscores: Sequence[HiscoreRecord] = ()) -> float | None:
            used.commit_chunk(run, 0, ChunkRecord(first, steps, "{}", "{}", hiscores))
            return used.walker_states(run)[0].best_K

        assert best_after(1, a_step(1, K=None)) is None
        assert best_after(2, a_step(2, K=9.0, accepted=False)) is None
        assert best_after(3, a_step(3, K=-2.0), a_step(4, K=-3.0)) == -2.0
        assert best_after(5, a_step(5, K=-4.0)) == -2.0
        assert best_after(6, a_step(6, K=None), hiscores=[a_hiscore("a", 5.0)]) == 5.0

    @pytest.mark.parametrize(("first", "size"), [(1, 2), (1, 5), (2, 2), (4, 1), (5, 2), (1, 3)])
    def test_a_chunk_is_committed_exactly_once(self, used: Storage, first: int, size: int) -> None:
        """Again, again but longer, overlapping, with a gap: only the next step is accepted."""
        run = started(used)
        used.commit_chunk(run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0)]))
        before = contents(used, run)
        with pytest.raises(ChunkError) as caught:
            used.commit_chunk(run, 0, a_chunk(first, size, [a_hiscore("a", 2.0), a_hiscore("b", 3.0)]))
        error = caught.value
        assert (error.run, error.walker, error.expected, error.got) == (run, 0, 3, first)
        assert f"must begin with step 3, this one begins with step {first}" in str(error)
        assert isinstance(error, StorageError)
        assert contents(used, run) == before
        used.commit_chunk(run, 0, a_chunk(3, size))
        assert used.walker_states(run)[0].step == 2 + size

    def test_a_walk_begins_with_step_one(self, used: Storage) -> None:
        run = started(used)
        for first in (0, 2):
            with pytest.raises(ChunkError) as caught:
                used.commit_chunk(run, 1, a_chunk(first))
            assert caught.value.expected == 1
        assert used.walker_states(run) == []

    def test_a_late_writer_changes_nothing(self, used: Storage) -> None:
        """A runner thought dead commits what another has redone and gone beyond."""
        run = started(used)
        late = a_chunk(3, 2, [a_hiscore("late", 99.0)])
        for first in (1, 3, 5):
            used.commit_chunk(run, 0, a_chunk(first))
        before = contents(used, run)
        with pytest.raises(ChunkError):
            used.commit_chunk(run, 0, late)
        assert contents(used, run) == before

    def test_one_of_many_threads_wins(self, used: Storage) -> None:
        run = started(used)

        def attempt(worker: int) -> int:
            won = 0
            for first in range(1, 20, 2):
                try:
                    used.commit_chunk(run, 0, a_chunk(first, 2, [a_hiscore(f"{first}", first)]))
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
                used.commit_chunk(run, walker, a_chunk(first, 2, [a_hiscore(f"{walker} {first}", first)]))
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
            a_hiscore("bad", 9.0, masses={2**70: 100.0}),
            a_hiscore("bad", 9.0, model_json=cast(str, object())),
            a_hiscore("bad", 9.0, contributions=[ContributionRecord("A", None, cast(str, None), 1, 1, 1, 1)]),
            a_hiscore("bad", 9.0, limits=[LimitRecord("A", None, "upper", cast(float, None), None, 1.0)]),
        ],
        ids=["Z", "K", "mass", "pid", "json", "contribution", "limit"],
    )
    def test_nothing_is_half_written(self, used: Storage, bad: HiscoreRecord) -> None:
        """The chunk fails after its steps and its first hiscores went in, and others were pruned for it."""
        run = started(used)
        used.commit_chunk(run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0), a_hiscore("b", 2.0)]), keep=2)
        before = contents(used, run)
        good = [a_hiscore("c", 10.0), a_hiscore("a", 8.0)]
        for walker, first in ((0, 3), (1, 1)):
            with pytest.raises(StorageError):
                used.commit_chunk(run, walker, a_chunk(first, 2, [*good, bad]), keep=3)
            assert contents(used, run) == before
        used.commit_chunk(run, 0, a_chunk(3, 2, good), keep=2)  # the storage still works
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
            used.commit_chunk(run, 0, chunk)
        assert used.walker_states(run) == []
        used.commit_chunk(run, 0, a_chunk(1, 5))

    @pytest.mark.parametrize("walker", [-1, 4])
    def test_walkers_are_those_of_the_run(self, used: Storage, walker: int) -> None:
        run = started(used, n_walkers=4)
        with pytest.raises(StorageError, match=f"has walkers 0 to 3, not {walker}"):
            used.commit_chunk(run, walker, a_chunk(1))
        assert used.walker_states(run) == []

    @pytest.mark.parametrize("state", RunState)
    def test_chunks_are_taken_while_somebody_may_be_at_work(self, used: Storage, state: RunState) -> None:
        run = brought_to(used, state)
        if state in ("running", "paused", "cancelling"):
            used.commit_chunk(run, 0, a_chunk(1))
            assert used.progress(run).steps_done == 2
        else:
            with pytest.raises(TransitionError, match=f"{run} is {state}"):
                used.commit_chunk(run, 0, a_chunk(1))
            assert used.progress(run).steps_done == 0

    # proto-models

    def test_a_protomodel_comes_back_as_it_was_given(self, storage: Storage) -> None:
        run = started(storage)
        given = a_hiscore(
            "1f" * 32,
            0.1 + 0.2,
            step=2,
            mumax=None,
            n_ssm=2.3333333333333335,
            model_json=CONFIG,
            masses={1000024: 250.5, -5: math.pi, 1000022: 1e-3},
            contributions=[
                ContributionRecord("CMS-2", "SR9", "efficiencyMap", 12, 7.3, 5e-324, 0.1),
                ContributionRecord("ATLAS-1", None, "upperLimit", 0.1 + 0.2, 1.0, 2.0, -1 / 3),
                ContributionRecord("CMS-2", "SR1", "combined", 1, 2, 3, 4),
            ],
            limits=[
                LimitRecord("Z-last", "SR2", "upperLimit", 1.1, None, 0.5),
                LimitRecord("A-first", None, "combined", 0.9, 0.8, 0.7),
            ],
        )
        storage.commit_chunk(run, 2, a_chunk(1, 2, [given]))
        [summary] = storage.hiscores(run)
        stored = storage.protomodel(summary.id)
        assert (stored.run, stored.walker, stored.masses) == (run, 2, given.masses)
        for name in ("step", "K", "Z", "muhat", "mumax", "n_particles", "n_br", "n_ssm", "model_json", "fingerprint"):
            assert getattr(stored, name) == getattr(given, name), name
        assert stored.contributions == tuple(given.contributions)
        assert stored.limits == tuple(given.limits)
        assert stored.created_at.utcoffset() == timedelta(0)
        assert abs(datetime.now(UTC) - stored.created_at) < timedelta(minutes=1)
        for name in HiscoreSummary.__dataclass_fields__:
            assert getattr(stored, name) == getattr(summary, name), name
        assert storage.progress(run) == ProgressRecord(2, 0.1 + 0.2, summary.id)

    def test_a_protomodel_without_anything_to_explain(self, used: Storage) -> None:
        run = started(used)
        used.commit_chunk(run, 0, a_chunk(1, 1, [a_hiscore("a", 1.0, masses={})]))
        stored = used.protomodel(used.hiscores(run)[0].id)
        assert (stored.masses, stored.contributions, stored.limits) == ({}, (), ())

    def test_best_first_ties_by_id(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        storage.commit_chunk(run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0), a_hiscore("b", 3.0)]))
        storage.commit_chunk(other, 0, a_chunk(1, 2, [a_hiscore("c", 3.0), a_hiscore("d", -1.0)]))
        storage.commit_chunk(run, 1, a_chunk(1, 2, [a_hiscore("e", 3.0), a_hiscore("a!", 2.0)]))
        assert told(storage.hiscores(run)) == [("b", 3.0), ("e", 3.0), ("a!", 2.0), ("a", 1.0)]
        all_of_them = storage.hiscores()
        assert [model.fingerprint for model in all_of_them] == ["b", "c", "e", "a!", "a", "d"]
        tied = [model.id for model in all_of_them if model.K == 3.0]
        assert tied == sorted(set(tied))
        assert [model.run for model in all_of_them] == [run, other, run, run, run, other]
        assert storage.hiscores(limit=3) == all_of_them[:3]
        assert storage.hiscores(run, limit=1) == all_of_them[:1]
        assert storage.progress(run) == ProgressRecord(4, 3.0, all_of_them[0].id)
        assert storage.progress(other).best_protomodel == all_of_them[1].id

    def test_duplicates_keep_the_higher_k(self, used: Storage) -> None:
        run, other = started(used), started(used)
        twice = [a_hiscore("a", 1.0), a_hiscore("a", 2.0, model_json="better"), a_hiscore("a", 1.5)]
        used.commit_chunk(run, 1, a_chunk(1, 2, twice))
        assert told(used.hiscores(run)) == [("a", 2.0)]
        used.commit_chunk(other, 1, a_chunk(1, 2, [a_hiscore("a", 7.0)]))  # of another run: no duplicate
        used.commit_chunk(run, 2, a_chunk(1, 2, [a_hiscore("a", 1.9)]))
        [kept] = used.hiscores(run)
        assert (kept.K, kept.walker) == (2.0, 1)
        assert used.protomodel(kept.id).model_json == "better"
        used.commit_chunk(run, 2, a_chunk(3, 2, [a_hiscore("a", 2.1, masses={1000024: 5.0})]))
        [higher] = used.hiscores(run)
        assert (higher.K, higher.walker, higher.masses) == (2.1, 2, {1000024: 5.0})
        assert higher.id > kept.id
        with pytest.raises(NotFoundError):
            used.protomodel(kept.id)
        assert told(used.hiscores(other)) == [("a", 7.0)]

    def test_equal_duplicates_keep_the_first_of_the_lowest_walker(self, used: Storage) -> None:
        run = started(used)

        def kept_after(walker: int, first: int, at: int) -> tuple[int, int]:
            used.commit_chunk(run, walker, a_chunk(first, 2, [a_hiscore("a", 1.0, step=at)]))
            [kept] = used.hiscores(run)
            return kept.walker, kept.step

        assert kept_after(2, 1, 2) == (2, 2)
        assert kept_after(3, 1, 1) == (2, 2)
        assert kept_after(1, 1, 2) == (1, 2)
        assert kept_after(1, 3, 3) == (1, 2)

    def test_pruning_keeps_the_best(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        storage.commit_chunk(other, 0, a_chunk(1, 1, [a_hiscore("z", -5.0)]))
        rich = {
            "contributions": [ContributionRecord("A", None, "upperLimit", 1, 1, 1, 1)],
            "limits": [LimitRecord("A", None, "upperLimit", 1, 1, 1)],
        }
        storage.commit_chunk(run, 0, a_chunk(1, 1, [a_hiscore(f"{n}", n, **rich) for n in range(5)]), keep=3)
        first = storage.hiscores(run)
        assert told(first) == [("4", 4.0), ("3", 3.0), ("2", 2.0)]
        storage.commit_chunk(run, 1, a_chunk(1, 1, [a_hiscore("2.5", 2.5), a_hiscore("1", 1.0)]), keep=3)
        second = storage.hiscores(run)
        assert told(second) == [("4", 4.0), ("3", 3.0), ("2.5", 2.5)]
        assert second[:2] == first[:2]  # those that stay keep their ids
        assert second[2].id > max(model.id for model in first)  # an id is never used again
        with pytest.raises(NotFoundError, match=f"protomodel: got {first[2].id};"):
            storage.protomodel(first[2].id)
        storage.commit_chunk(run, 0, a_chunk(2, 1, [a_hiscore("-1", -1.0)]), keep=1)
        assert told(storage.hiscores(run)) == [("4", 4.0)]
        assert told(storage.hiscores(other)) == [("z", -5.0)]

    def test_fifty_are_kept_unless_told_otherwise(self, used: Storage) -> None:
        run = started(used)
        used.commit_chunk(run, 0, a_chunk(1, 1, [a_hiscore(f"{n}", n) for n in range(KEEP + 5)]))
        assert KEEP == 50
        assert [model.K for model in used.hiscores(run, limit=100)] == list(range(54, 4, -1))

    def test_keeping_none_is_refused(self, used: Storage) -> None:
        run = started(used)
        with pytest.raises(ConfigError, match="keep: got 0"):
            used.commit_chunk(run, 0, a_chunk(1, 1, [a_hiscore("a", 1.0)]), keep=0)
        assert used.walker_states(run) == []

    @pytest.mark.parametrize("seed", range(3))
    def test_what_is_kept_does_not_depend_on_the_order(self, used: Storage, seed: int) -> None:
        """Walkers that commit in any order: kept are the best of all that was proposed, each once."""
        luck = random.Random(seed)  # noqa: S311
        proposed = [
            (walker, [a_hiscore(f"{luck.randrange(12)}", float(luck.randrange(8)), step=step)])
            for walker in range(4)
            for step in range(1, 9)
        ]
        best: dict[str, tuple[float, int, int]] = {}
        for walker, [model] in proposed:
            key = (-model.K, walker, model.step)
            best[model.fingerprint] = min(best.get(model.fingerprint, key), key)
        expected = sorted((*key, fingerprint) for fingerprint, key in best.items())[:5]
        order = [walker for walker in range(4) for _ in range(8)]
        luck.shuffle(order)
        run = started(used)
        queues = {w: [models for walker, models in proposed if walker == w] for w in range(4)}
        for walker in order:
            models = queues[walker].pop(0)
            used.commit_chunk(run, walker, a_chunk(models[0].step, 1, models), keep=5)
        kept = used.hiscores(run)
        assert sorted((-model.K, model.walker, model.step, model.fingerprint) for model in kept) == expected

    def test_search_by_particle_and_mass(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        models = [
            a_hiscore("a", 5.0, masses={1000022: 100.0, 1000024: 300.0}),
            a_hiscore("b", 4.0, masses={1000022: 200.0}),
            a_hiscore("c", 3.0, masses={1000022: 300.0, 1000021: 100.0}),
        ]
        storage.commit_chunk(run, 0, a_chunk(1, 1, models))
        storage.commit_chunk(other, 0, a_chunk(1, 1, [a_hiscore("d", 4.5, masses={1000022: 150.0})]))

        def found(*what: Any, **window: Any) -> str:
            return "".join(model.fingerprint for model in storage.hiscores(*what, **window))

        assert found(None, 1000022) == "adbc" and found(run, 1000022) == "abc"
        assert found(run, 1000024) == "a" and found(None, 1000021) == "c" and found(run, 13) == ""
        assert found(run, 1000022, min_mass=200.0) == "bc"
        assert found(run, 1000022, max_mass=200.0) == "ab"
        assert found(None, 1000022, min_mass=100.5, max_mass=299.5) == "db"
        assert found(run, 1000022, min_mass=200.0, max_mass=200.0) == "b"
        assert found(run, 1000022, min_mass=301.0) == ""
        assert found(run, 1000024, max_mass=200.0) == ""  # another particle of the model has such a mass
        assert found(None, 1000022, 2) == "ad"
        assert found(run, 1000022, max_mass=0.0) == ""
        for window in ({"min_mass": 0.0}, {"max_mass": 100.0}):
            with pytest.raises(ConfigError, match="particle"):
                found(run, **window)

    def test_many_models_with_their_masses(self, storage: Storage) -> None:
        run = started(storage)
        models = [a_hiscore(f"{n}", float(n), masses={1000022: float(n), 1000024: n + 0.5}) for n in range(602)]
        storage.commit_chunk(run, 0, a_chunk(1, 1, models), keep=2000)
        listed = storage.hiscores(run, limit=2000)
        assert [model.masses for model in listed] == [model.masses for model in reversed(models)]

    # what is not there

    def test_unknown_ids(self, storage: Storage) -> None:
        started(storage)
        calls: list[Callable[[], object]] = [
            lambda: storage.get_run("r0"),
            lambda: storage.set_state("r0", "running"),
            lambda: storage.transitions("r0"),
            lambda: storage.progress("r0"),
            lambda: storage.commit_chunk("r0", 0, a_chunk(1)),
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
            lambda: storage.commit_chunk(run, 0, a_chunk(1)),
            lambda: storage.walker_states(run),
            lambda: storage.steps(run, 0),
            lambda: storage.hiscores(),
            lambda: storage.protomodel(1),
        ]
        for call in calls:
            with pytest.raises(StorageError, match="is closed"):
                call()
        assert storage.url.startswith("sqlite:///")
