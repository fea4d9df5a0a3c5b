"""Verdicts and judgements of hiscores, kept beside them."""

from __future__ import annotations

from typing import Any

import pytest

from protomodels.database import (
    HiscoreQuery,
    Storage,
)
from protomodels.errors import ConfigError, NotFoundError
from tests.storages import CONFIG, a_chunk, a_hiscore, commit, started


class TestJudgements:
    """The contract."""

    def test_what_was_judged_is_found_again(self, storage: Storage) -> None:
        run = started(storage)
        commit(storage, run, 0, a_chunk(1, 2, [a_hiscore("a", 3.0), a_hiscore("b", 2.0), a_hiscore("c", 1.0)]))
        a, b, c = storage.hiscores(run)
        assert (a.verdict, a.K_without_strongest, storage.protomodel(a.id).judgement) == (None, None, None)
        for _ in range(2):  # done again, nothing changes
            storage.judge_protomodel(a.id, "stands on an edge", CONFIG, 0.1 + 0.2)
        storage.judge_protomodel(b.id, "robust", "{}", 1.5)
        storage.judge_protomodel(c.id, "robust", "{}")
        stored = storage.protomodel(a.id)
        assert (stored.verdict, stored.K_without_strongest, stored.judgement) == (
            "stands on an edge",
            0.1 + 0.2,
            CONFIG,
        )
        assert (stored.K, stored.model_json) == (3.0, "{}")

        def found(**wanted: Any) -> list[str]:
            return [model.fingerprint for model in storage.hiscores(HiscoreQuery(**wanted))]

        assert found(verdict="robust") == ["b", "c"] and found(run=run, verdict="none of these") == []
        assert found(verdict="robust", particles=[1000022], min_K=1.5) == ["b"]
        # where nothing is left without it, or nothing was judged, comes last
        assert (
            found(sort="without_strongest") == found(sort="without_strongest", particles=[1000022]) == ["b", "a", "c"]
        )
        assert found() == found(particles=[1000022]) == ["a", "b", "c"]
        storage.judge_protomodel(b.id, "stands on one analysis", "[]", None)
        assert found(verdict="robust") == ["c"] and found(sort="without_strongest") == ["a", "b", "c"]

    def test_what_cannot_be_judged_or_asked(self, used: Storage) -> None:
        with pytest.raises(NotFoundError, match="protomodel: got 999999"):
            used.judge_protomodel(999999, "robust", "{}")
        with pytest.raises(ConfigError, match="sort: got best; allowed: one of K, without_strongest"):
            used.hiscores(HiscoreQuery(sort="best"))

    def test_a_walk_that_goes_on_keeps_judgements(self, storage: Storage) -> None:
        run = started(storage)
        commit(storage, run, 0, a_chunk(1, 2, [a_hiscore("a", 3.0)]))
        [first] = storage.hiscores(run)
        storage.judge_protomodel(first.id, "robust", "{}", 1.0)
        commit(storage, run, 0, a_chunk(3, 2, [a_hiscore("b", 4.0, step=3)]))
        assert [(model.fingerprint, model.verdict) for model in storage.hiscores(run)] == [("b", None), ("a", "robust")]
