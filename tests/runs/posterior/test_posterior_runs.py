"""Posteriors are runs: their chains depend on config, results and seed, not on what computes them or what dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from protomodels.database import FencedError, RunState, Storage, TransitionError, open_storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.runs import Execution
from protomodels.runs.executors import make_executor
from protomodels.runs.lease import LeaseKeeper
from protomodels.runs.posterior import PosteriorAnswer, PosteriorConfig, PosteriorRun
from protomodels.runs.posterior.front import posterior, stored_answer
from protomodels.runs.posterior.replay import replay_chain
from protomodels.runs.posterior.sampling import Piece, SamplerWork, together
from protomodels.runs.posterior.versions import check_sampler, posterior_versions
from protomodels.universes import Universe
from protomodels.walker.posterior import Sampler, version

PRIOR = PosteriorConfig("demo", 5, chains=3, sweeps=12, warm_up=4, prior_only=True)
DATA = replace(PRIOR, prior_only=False, rungs=3, chains=2, sweeps=4, moves=3)

Chains = list[tuple[Any, ...]]
Sampled = Callable[..., Chains]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    with open_storage(tmp_path / "runs.db") as opened:
        yield opened


def chains(storage: Storage, posterior: str) -> Chains:
    """All that is stored of the chains, whatever pieces they came in."""
    found: Chains = []
    for record in storage.chain_states(posterior):
        piece = together([Piece.unpack(packed) for packed in storage.sweeps(posterior, record.chain)])
        exact = replace(piece, sums=(), squares=())
        # sums of floats depend on where they are cut, in the last digits
        sums = [f"{value:.9e}" for values in (piece.sums, piece.squares) for value in values]
        found.append((record.chain, record.sweep, record.state_json, exact, *sums))
    return found


@pytest.fixture
def sampled(storage: Storage, demo: Predictor) -> Sampled:
    """sampled(how): the chains of a posterior computed so."""

    def run(how: Execution, config: PosteriorConfig = PRIOR) -> Chains:
        begun = PosteriorRun.create(storage, config, demo)
        assert begun.execute(how).state is RunState.COMPLETED
        return chains(storage, begun.id)

    return run


@pytest.mark.parametrize(
    "how",
    [Execution("inline", chunk=5), Execution("process", workers=2, chunk=3), Execution("ray", workers=1, chunk=8)],
    ids=lambda how: how.executor,
)
def test_chains_are_the_same_to_the_last_bit(sampled: Sampled, how: Execution) -> None:
    whole = sampled(Execution("inline", chunk=1000))
    assert [row[:2] for row in whole] == [(0, 16), (1, 16), (2, 16)] and len(whole[0][3].draws) == 12
    assert sampled(how) == whole


def test_with_data_too(sampled: Sampled) -> None:
    whole = sampled(Execution("inline", chunk=1000), DATA)
    assert sampled(Execution("process", workers=2, chunk=3), DATA) == whole
    assert whole[0][3].draws != whole[1][3].draws


@pytest.mark.parametrize("after", [1, 3])
def test_an_interrupted_posterior_goes_on_as_if_it_had_not_been(
    storage: Storage, demo: Predictor, sampled: Sampled, after: int
) -> None:
    commits = 0

    def interrupt(_: object) -> None:
        nonlocal commits
        commits += 1
        if commits == after:
            raise KeyboardInterrupt

    begun = PosteriorRun.create(storage, PRIOR, demo)
    with pytest.raises(KeyboardInterrupt):
        begun.execute(Execution("inline", chunk=5), interrupt)
    record = storage.get_posterior(begun.id)
    assert record.state is RunState.PAUSED and 0 < record.sweeps_done < 48 and record.answer_json is None
    again = PosteriorRun.resume(storage, begun.id, demo)
    assert again.execute(Execution("inline", chunk=7)).state is RunState.COMPLETED
    assert chains(storage, begun.id) == sampled(Execution("inline"))
    with pytest.raises(TransitionError, match="is completed"):
        again.execute(Execution("inline"))


def test_a_runner_that_was_thought_dead_writes_nothing(storage: Storage, demo: Predictor) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)

    def taken_over(_: object) -> None:
        storage.set_posterior_state(begun.id, "crashed", "as it seems")
        storage.lease_posterior(begun.id, "another")

    with pytest.raises(FencedError, match=f"posterior {begun.id} is in attempt 2 by now"):
        begun.execute(Execution("inline", chunk=2), taken_over)
    assert storage.get_posterior(begun.id).sweeps_done == 2


def test_a_commit_that_came_through_before_the_connection_broke_is_not_repeated(
    storage: Storage, demo: Predictor, sampled: Sampled, monkeypatch: pytest.MonkeyPatch
) -> None:
    from protomodels.database import UnavailableError

    commit, broken = Storage.commit_sweeps, []

    def once_broken(self: Storage, *given: Any) -> RunState:
        state = commit(self, *given)
        if not broken:
            broken.append(1)
            raise UnavailableError("the connection broke")
        return state

    begun = PosteriorRun.create(storage, PRIOR, demo)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "commit_sweeps", once_broken)
        begun.execute(Execution("inline", chunk=5, patience=5.0))
    assert broken and chains(storage, begun.id) == sampled(Execution("inline"))


def test_cancelled_while_it_goes_on(storage: Storage, demo: Predictor) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)

    def cancel(_: object) -> None:
        if storage.get_posterior(begun.id).state is RunState.RUNNING:
            storage.set_posterior_state(begun.id, "cancelling", "as asked")

    record = begun.execute(Execution("inline", chunk=2), cancel)
    assert record.state is RunState.CANCELLED and record.sweeps_done <= 4


def test_a_failure_is_told(storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise ConfigError("moves", "none", "some")

    begun = PosteriorRun.create(storage, PRIOR, demo)
    monkeypatch.setattr(Sampler, "advance", wrong)
    with pytest.raises(ConfigError, match="moves"):
        begun.execute(Execution("inline"))
    assert storage.get_posterior(begun.id).state is RunState.FAILED
    with pytest.raises(ConfigError, match="one that has not failed"):
        stored_answer(storage, begun.id)


def test_a_universe_has_other_data(sampled: Sampled) -> None:
    longer = replace(DATA, sweeps=30, moves=10, prior={"heaviest": 700.0})
    inside = replace(longer, universe=Universe(3))
    published, drawn = (sampled(Execution("inline"), config) for config in (longer, inside))
    for found in (published, drawn):
        assert any(draw.log_likelihood != 0.0 for row in found for draw in row[3].draws)
    assert drawn != published
    assert PosteriorConfig.from_json(inside.to_json()) == inside


def test_the_answer_is_kept_and_found_again(storage: Storage, demo: Predictor) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)
    with pytest.raises(NotFoundError, match="beyond the warm-up"):
        stored_answer(storage, begun.id)
    begun.execute(Execution("inline"))
    kept = stored_answer(storage, begun.id)
    assert kept == begun.answer() == PosteriorAnswer.from_json(kept.to_json())
    assert not kept.converged and "3 chains, 4 are needed" in kept.reasons


def test_replay(storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)
    begun.execute(Execution("inline", chunk=5))
    assert replay_chain(storage, begun.id, demo, 1) is None
    assert replay_chain(storage, begun.id, demo, 1, sweep=9) is None
    advance = Sampler.advance

    def other(self: Sampler, state: Any, n: int) -> Any:
        found = advance(self, state, n)
        return replace(found, draws=(*found.draws[:3], replace(found.draws[3], log_prior=0.0), *found.draws[4:]))

    monkeypatch.setattr(Sampler, "advance", other)
    assert replay_chain(storage, begun.id, demo, 1) == 8  # the fourth after a warm-up of four
    with pytest.raises(ConfigError, match="chain: got 7"):
        replay_chain(storage, begun.id, demo, 7)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"chains": 0}, "chains"),
        ({"sweeps": 0}, "sweeps"),
        ({"target": "worst"}, "target"),
        ({"policy": "none"}, "policy"),
        ({"thin": 0}, "thin"),
        ({"prior": {"spreed": 2.0}}, "prior: got spreed"),
        ({"prior": {"spread": 0.5}}, "spread"),
        ({"critic": "sometimes"}, "critic"),
        ({"combinable": "nowhere.json"}, "combinable"),
    ],
)
def test_a_bad_setting_names_its_field(storage: Storage, demo: Predictor, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        PosteriorRun.create(storage, replace(PRIOR, **changes), demo)
    assert storage.list_posteriors() == []


def test_other_results_are_refused(storage: Storage, demo: Predictor) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)

    class Other:
        fingerprint = "f" * 64

    with pytest.raises(ConfigError, match="results: got ffff"):
        PosteriorRun.resume(storage, begun.id, Other())  # type: ignore[arg-type]


def test_another_sampler_does_not_go_on(storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)
    now = version.SAMPLER_VERSION
    monkeypatch.setattr(version, "SAMPLER_VERSION", now + 1)
    refused = f"posterior: got {begun.id}, which sampler version {now} began; .* version {now + 1}; .*begin it anew"
    with pytest.raises(ConfigError, match=refused):
        PosteriorRun.resume(storage, begun.id, demo)
    with pytest.raises(ConfigError, match=refused):
        replay_chain(storage, begun.id, demo, chain=0)
    assert storage.get_posterior(begun.id).state is RunState.QUEUED


def test_a_posterior_without_a_sampler_was_made_by_the_first(storage: Storage, demo: Predictor) -> None:
    record = storage.get_posterior(PosteriorRun.create(storage, PRIOR, demo).id)
    assert record.versions == posterior_versions()
    old = {name: value for name, value in record.versions.items() if name != "sampler"}
    with pytest.raises(ConfigError, match=r"sampler version 1 began; .*protomodels .* goes on with this one"):
        check_sampler(replace(record, versions=old))


def test_the_front_door(demo: Predictor, storage: Storage) -> None:
    heard: list[Any] = []
    found = posterior(
        demo,
        prior_only=True,
        chains=2,
        sweeps=5,
        warm_up=1,
        seed=1,
        executor="inline",
        storage=storage,
        progress=heard.append,
    )
    assert heard[-1].sweeps == heard[-1].total == 12 and heard[-1].seconds_left == 0.0
    assert found.run == storage.list_posteriors()[0].id and "R-hat" in found._repr_html_()
    assert "not converged" in str(found)


def test_work_of_a_sampler_can_be_made_elsewhere(storage: Storage, demo: Predictor) -> None:
    begun = PosteriorRun.create(storage, PRIOR, demo)
    work = SamplerWork(begun.sampler)
    work.prepare()
    work.try_out()
    state = begun.sampler.start(5, 0)
    assert work.elsewhere()(begun.scorer).chunk(state, 6) == work.chunk(state, 6)
    with make_executor("inline", work) as executor:
        assert executor.submit(state, 6).result() == work.chunk(state, 6)
    lease = storage.lease_posterior(begun.id, "me")
    with LeaseKeeper(storage, lease, 60.0) as keeper:
        assert keeper.state is RunState.RUNNING
