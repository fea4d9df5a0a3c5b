"""What a storage promises about proto-models, whichever database keeps it: each test runs against every kind."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from protomodels.database import (
    HISCORES_KEPT,
    ContributionRecord,
    HiscoreQuery,
    HiscoreRecord,
    HiscoreSummary,
    LimitRecord,
    ProgressRecord,
    ResultsRecord,
    Storage,
    is_duplicate,
)
from protomodels.errors import ConfigError, NotFoundError
from tests.storages import CONFIG, DEMO, a_chunk, a_hiscore, commit, names_and_scores, started


def reference(models: list[HiscoreRecord], keep: int) -> list[tuple[float, int]]:
    """(K, step) that a walker keeps, one model after the other."""
    kept: list[HiscoreRecord] = []
    for model in models:
        rivals = [other for other in kept if abs(other.masses[1] - model.masses[1]) <= 1.0]
        if not any(rival.K >= model.K for rival in rivals):
            kept = [other for other in kept if other not in rivals] + [model]
            kept = sorted(kept, key=lambda m: (-m.K, m.step))[:keep]
    return [(model.K, model.step) for model in kept]


def test_what_is_a_duplicate() -> None:
    one = a_hiscore("a", 1.0, channels="c", masses={1: 100.0, 2: 200.0})
    assert is_duplicate(one, a_hiscore("b", 2.0, channels="c", masses={2: 201.0, 1: 99.0}))
    assert not is_duplicate(one, a_hiscore("b", 2.0, channels="c", masses={2: 201.1, 1: 99.0}))
    assert not is_duplicate(one, a_hiscore("b", 2.0, channels="d", masses={2: 200.0, 1: 100.0}))
    assert not is_duplicate(one, a_hiscore("b", 2.0, channels="c", masses={1: 100.0}))


class TestHiscores:
    """The contract."""

    def test_a_protomodel_comes_back_as_it_was_given(self, storage: Storage) -> None:
        run = started(storage)
        given = a_hiscore(
            "1f" * 32,
            0.1 + 0.2,
            step=2,
            mu_max=None,
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
        commit(storage, run, 2, a_chunk(1, 2, [given]))
        [summary] = storage.hiscores(run)
        stored = storage.protomodel(summary.id)
        assert (stored.run, stored.walker, stored.masses) == (run, 2, given.masses)
        for name in ("step", "K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm", "model_json", "fingerprint"):
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
        commit(used, run, 0, a_chunk(1, 1, [a_hiscore("a", 1.0, masses={})]))
        stored = used.protomodel(used.hiscores(run)[0].id)
        assert (stored.masses, stored.contributions, stored.limits) == ({}, (), ())

    def test_best_first_ties_by_run_walker_and_step(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        commit(storage, run, 1, a_chunk(1, 2, [a_hiscore("e", 3.0), a_hiscore("a!", 2.0)]))
        commit(storage, other, 0, a_chunk(1, 2, [a_hiscore("c", 3.0), a_hiscore("d", -1.0)]))
        commit(storage, run, 0, a_chunk(1, 2, [a_hiscore("a", 1.0), a_hiscore("b", 3.0)]))
        assert names_and_scores(storage.hiscores(run)) == [("b", 3.0), ("e", 3.0), ("a!", 2.0), ("a", 1.0)]
        all_of_them = storage.hiscores()
        assert [model.fingerprint for model in all_of_them] == ["b", "e", "c", "a!", "a", "d"]
        assert [model.run for model in all_of_them] == [run, run, other, run, run, other]
        assert storage.hiscores(limit=3) == all_of_them[:3] and storage.hiscores(limit=0) == []
        assert storage.hiscores(run, limit=1) == all_of_them[:1]
        assert storage.progress(run) == ProgressRecord(4, 3.0, all_of_them[0].id)
        assert storage.progress(other).best_protomodel == all_of_them[2].id
        assert names_and_scores(storage.hiscores(HiscoreQuery(run=run, walker=1))) == [("e", 3.0), ("a!", 2.0)]
        assert names_and_scores(storage.hiscores(HiscoreQuery(min_K=3.0))) == [("b", 3.0), ("e", 3.0), ("c", 3.0)]
        with pytest.raises(ConfigError, match="walker: got 1; allowed: a walker of a run"):
            storage.hiscores(HiscoreQuery(walker=1))

    def test_duplicates_of_a_walker_keep_the_higher_k(self, used: Storage) -> None:
        """Same channels and masses within 1 GeV; one that is 1.5 GeV away is another model."""
        run = started(used)

        def after(first: int, K: float, mass: float, channels: str = "c") -> list[tuple[float, float]]:
            new = a_hiscore(f"{mass}", K, step=first, channels=channels, masses={1000022: mass})
            commit(used, run, 1, a_chunk(first, 1, [new]))
            return [(h.K, h.masses[1000022]) for h in used.hiscores(HiscoreQuery(run=run, distinct=False))]

        assert after(1, 1.0, 100.0) == [(1.0, 100.0)]
        assert after(2, 2.0, 101.0) == [(2.0, 101.0)]
        assert after(3, 2.0, 101.0) == [(2.0, 101.0)]  # not better
        assert after(4, 1.5, 100.5) == [(2.0, 101.0)]
        assert after(5, 1.5, 99.5) == [(2.0, 101.0), (1.5, 99.5)]
        assert after(6, 3.0, 100.2) == [(3.0, 100.2)]  # of both
        assert after(7, 1.0, 100.2, "other") == [(3.0, 100.2), (1.0, 100.2)]

    def test_duplicates_of_others_are_left_out_when_asked_for_distinct_ones(self, used: Storage) -> None:
        run, other = started(used), started(used)
        commit(used, run, 0, a_chunk(1, 1, [a_hiscore("x", 1.0)]))
        commit(used, run, 1, a_chunk(1, 1, [a_hiscore("x", 2.0), a_hiscore("y", 0.5)]))
        commit(used, other, 0, a_chunk(1, 1, [a_hiscore("x", 3.0)]))
        assert names_and_scores(used.hiscores(run)) == [("x", 2.0), ("y", 0.5)]
        assert names_and_scores(used.hiscores(HiscoreQuery(run=run, distinct=False))) == [
            ("x", 2.0),
            ("x", 1.0),
            ("y", 0.5),
        ]
        assert names_and_scores(used.hiscores(HiscoreQuery(run=run, walker=0))) == [("x", 1.0)]
        assert names_and_scores(used.hiscores(other)) == [("x", 3.0)]

    def test_many_duplicates_do_not_hide_what_follows(self, storage: Storage) -> None:
        """More of them than are read at once."""
        run = started(storage, n_walkers=200)
        commit(storage, run, 0, a_chunk(1, 1, [a_hiscore("last", 0.5)]))
        for walker in range(1, 200):
            commit(storage, run, walker, a_chunk(1, 1, [a_hiscore("same", 1.0 + walker)]))
        assert names_and_scores(storage.hiscores(run, limit=2)) == [("same", 200.0), ("last", 0.5)]

    def test_pruning_keeps_the_best_of_each_walker(self, storage: Storage) -> None:
        run = started(storage)
        rich = {
            "contributions": [ContributionRecord("A", None, "upperLimit", 1, 1, 1, 1)],
            "limits": [LimitRecord("A", None, "upperLimit", 1, 1, 1)],
        }
        commit(storage, run, 1, a_chunk(1, 1, [a_hiscore("z", -5.0)]), keep=3)
        commit(storage, run, 0, a_chunk(1, 1, [a_hiscore(f"{n}", n, **rich) for n in range(5)]), keep=3)
        first = storage.hiscores(run)
        assert names_and_scores(first) == [("4", 4.0), ("3", 3.0), ("2", 2.0), ("z", -5.0)]
        commit(storage, run, 0, a_chunk(2, 1, [a_hiscore("2.5", 2.5), a_hiscore("1", 1.0)]), keep=3)
        second = storage.hiscores(run)
        assert names_and_scores(second) == [("4", 4.0), ("3", 3.0), ("2.5", 2.5), ("z", -5.0)]
        assert second[:2] == first[:2]  # those that stay keep their ids
        assert second[2].id > max(model.id for model in first)  # an id is never used again
        with pytest.raises(NotFoundError, match=f"protomodel: got {first[2].id};"):
            storage.protomodel(first[2].id)

    def test_ten_are_kept_unless_told_otherwise(self, used: Storage) -> None:
        run = started(used)
        commit(used, run, 0, a_chunk(1, 1, [a_hiscore(f"{n}", n) for n in range(HISCORES_KEPT + 5)]))
        assert HISCORES_KEPT == 10
        assert [model.K for model in used.hiscores(run, limit=100)] == list(range(14, 4, -1))

    def test_keeping_none_is_refused(self, used: Storage) -> None:
        run = started(used)
        with pytest.raises(ConfigError, match="keep: got 0"):
            commit(used, run, 0, a_chunk(1, 1, [a_hiscore("a", 1.0)]), keep=0)
        assert used.walker_states(run) == []

    @pytest.mark.parametrize("seed", range(4))
    def test_what_is_kept_does_not_depend_on_chunks_or_the_order_of_walkers(self, used: Storage, seed: int) -> None:
        """Near-duplicates in chains, cut into chunks at random, committed in any order: as step by step, in order."""
        luck = random.Random(seed)  # noqa: S311
        proposed = {
            walker: [
                a_hiscore(
                    f"{step}", luck.randrange(30) / 4, step=step, channels="c", masses={1: luck.randrange(12) / 2}
                )
                for step in range(1, 41)
            ]
            for walker in range(3)
        }
        expected = {walker: reference(models, 4) for walker, models in proposed.items()}
        run, done = started(used), dict.fromkeys(proposed, 0)
        while any(at < 40 for at in done.values()):
            walker = luck.choice([w for w, at in done.items() if at < 40])
            size = min(luck.randrange(1, 12), 40 - done[walker])
            models = proposed[walker][done[walker] : done[walker] + size]
            commit(used, run, walker, a_chunk(done[walker] + 1, size, models), keep=4)
            done[walker] += size
        for walker, wanted in expected.items():
            found = used.hiscores(HiscoreQuery(run=run, walker=walker, distinct=False))
            assert [(h.K, h.step) for h in found] == wanted

    def test_search_by_particle_and_mass(self, storage: Storage) -> None:
        run, other = started(storage), started(storage)
        models = [
            a_hiscore("a", 5.0, masses={1000022: 100.0, 1000024: 300.0}),
            a_hiscore("b", 4.0, masses={1000022: 200.0}),
            a_hiscore("c", 3.0, masses={1000022: 300.0, 1000021: 100.0}),
        ]
        commit(storage, run, 0, a_chunk(1, 1, models))
        commit(storage, other, 0, a_chunk(1, 1, [a_hiscore("d", 4.5, masses={1000022: 150.0})]))

        def found(run: str | None, *particles: int, **more: Any) -> str:
            limit = more.pop("limit", 50)
            search = HiscoreQuery(run=run, particles=particles, **more)
            return "".join(model.fingerprint for model in storage.hiscores(search, limit))

        assert found(None, 1000022) == "adbc" and found(run, 1000022) == "abc"
        assert found(run, 1000024) == "a" and found(None, 1000021) == "c" and found(run, 13) == ""
        assert found(None, 1000022, 1000024) == "a" and found(None, 1000021, 1000024) == ""
        assert found(run, 1000022, min_mass=200.0) == "bc"
        assert found(run, 1000022, max_mass=200.0) == "ab"
        assert found(None, 1000022, min_mass=100.5, max_mass=299.5) == "db"
        assert found(run, 1000022, min_mass=200.0, max_mass=200.0) == "b"
        assert found(run, 1000022, min_mass=301.0) == ""
        assert found(run, 1000024, max_mass=200.0) == ""  # another particle of the model has such a mass
        assert found(None, 1000022, limit=2) == "ad"
        assert found(None, 1000022, min_K=4.0) == "adb"
        assert found(run, 1000022, max_mass=0.0) == ""
        fake = started(storage, universe='{"seed": 1}')
        commit(storage, fake, 0, a_chunk(1, 1, [a_hiscore("e", 9.0, masses={1000022: 150.0})]))
        assert found(None, 1000022) == "adbc" and found(None, 1000022, universes=True) == "eadbc"
        assert found(fake, 1000022) == "e"
        for window in ({"min_mass": 0.0}, {"max_mass": 100.0}):
            with pytest.raises(ConfigError, match="particle"):
                found(run, **window)

    def test_many_models_with_their_masses(self, storage: Storage) -> None:
        run = started(storage)
        models = [a_hiscore(f"{n}", float(n), masses={1000022: float(n), 1000024: n + 0.5}) for n in range(602)]
        commit(storage, run, 0, a_chunk(1, 1, models), keep=2000)
        listed = storage.hiscores(HiscoreQuery(run=run), limit=2000)
        assert [model.masses for model in listed] == [model.masses for model in reversed(models)]

    def test_those_of_some_results(self, storage: Storage) -> None:
        other = ResultsRecord("a" * 64, "other", "2.0", 7, "")
        for number, results in enumerate((DEMO, other)):
            run = started(storage, results=results)
            commit(storage, run, 0, a_chunk(1, 2, [a_hiscore(str(number), float(number))]))
        for name, expected in (
            ("demo", ["0"]),
            ("other", ["1"]),
            ("a" * 64, ["1"]),
            ("nothing", []),
            (None, ["1", "0"]),
        ):
            assert [m.fingerprint for m in storage.hiscores(HiscoreQuery(results=name))] == expected
