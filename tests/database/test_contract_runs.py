"""What a storage promises about runs, whichever database keeps it: each test runs against every kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from protomodels.database import (
    TRANSITIONS,
    ChunkError,
    ChunkRecord,
    ProgressRecord,
    ResultsRecord,
    RunState,
    Storage,
    TraceRecord,
    TransitionError,
)
from protomodels.errors import ConfigError, NotFoundError
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


class TestRuns:
    """Runs."""

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
