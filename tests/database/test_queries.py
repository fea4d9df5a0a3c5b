"""Lists cost as many statements as single rows: their number does not grow with what is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from protomodels.campaign.closure import closure_answer
from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.ensemble import Member
from protomodels.campaign.pvalue import pvalue_answer
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import (
    CampaignRun,
    ContributionRecord,
    HiscoreQuery,
    HiscoreRecord,
    LimitRecord,
    RunState,
    Storage,
)
from protomodels.errors import ConfigError, NotFoundError
from protomodels.runs import RunConfig
from tests.storages import a_chunk, a_hiscore, commit, started

SIGNAL = '{"masses": {"1000022": 100.0}, "decays": {}, "ssmultipliers": {}}'


@contextmanager
def statements(storage: Storage) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(storage._engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(storage._engine, "before_cursor_execute", note)


def cost(storage: Storage, call: Callable[[], object]) -> int:
    """How many statements a call needs."""
    with statements(storage) as sent:
        call()
    return len(sent)


def explained(name: str, K: float) -> HiscoreRecord:
    """A hiscore with three contributions and two limits of its own."""
    terms = [ContributionRecord(f"{name}-{i}", None, "EM", 5.0, 3.0, 2.0, i / 7) for i in range(3)]
    bounds = [LimitRecord(f"{name}-{i}", "SR", "UL", 0.5, None, i / 3) for i in range(2)]
    return a_hiscore(name, K, contributions=terms, limits=bounds)


def search(member: Member | None = None) -> str:
    """The config of a run on the data, or of its search in a universe."""
    base = RunConfig("demo", seed=1, walkers=2, steps=2)
    return (base if member is None else replace(base, seed=member.seed, universe=member.universe)).to_json()


def walked(storage: Storage, best: float | None, state: str = "completed", member: Member | None = None) -> str:
    """A run whose walkers have hiscores, the best with this K."""
    run = started(storage, config_json=search(member))
    if best is not None:
        for walker in range(2):
            models = [explained(f"{run}-{walker}-{i}", best - walker - i) for i in range(3)]
            commit(storage, run, walker, a_chunk(1, hiscores=models))
    storage.set_state(run, state)
    return run


def test_many_protomodels_are_those_read_one_by_one(storage: Storage) -> None:
    run = walked(storage, 9.0)
    ids = [entry.id for entry in storage.hiscores(run)]
    assert len(ids) == 6
    wanted = [ids[3], ids[0], ids[5], ids[0]]
    assert storage.protomodels(wanted) == [storage.protomodel(identity) for identity in wanted]
    assert [len(model.contributions) for model in storage.protomodels(ids)] == [3] * 6
    assert storage.protomodels([]) == []
    assert storage.best_protomodels(HiscoreQuery(run=run), 4) == storage.protomodels(ids[:4])
    with pytest.raises(NotFoundError, match="999999"):
        storage.protomodels([ids[0], 999999, 888888])


def test_runs_of_a_campaign_come_with_their_best_protomodels(storage: Storage) -> None:
    campaign = storage.create_campaign("closure", "{}")
    other = storage.create_campaign("closure", "{ }")
    runs = [walked(storage, 4.0), walked(storage, None, "failed"), walked(storage, 7.0, "paused")]
    for position, run in zip((5, 2, 9), runs, strict=True):
        storage.add_to_campaign(campaign, position, run)
    storage.add_to_campaign(other, 0, walked(storage, 8.0))
    found = storage.campaign_runs(campaign)
    assert list(found) == [2, 5, 9]
    for position, run in zip((5, 2, 9), runs, strict=True):
        best = storage.hiscores(run, 1)
        assert found[position] == CampaignRun(storage.get_run(run), best[0] if best else None)
    assert found[2].best is None and found[9].run.state is RunState.PAUSED
    with pytest.raises(NotFoundError, match="c00000000"):
        storage.campaign_runs("c00000000")


def test_a_tie_is_won_by_the_first_walker_and_step(storage: Storage) -> None:
    run = started(storage)
    commit(storage, run, 1, a_chunk(1, hiscores=[a_hiscore("later", 5.0, step=1)]))
    commit(storage, run, 0, a_chunk(1, hiscores=[a_hiscore("second", 5.0, step=2), a_hiscore("first", 5.0, step=1)]))
    campaign = storage.create_campaign("pvalue", "{}")
    storage.add_to_campaign(campaign, 0, run)
    best = storage.campaign_runs(campaign)[0].best
    assert best is not None and best.fingerprint == "first" == storage.hiscores(run, 1)[0].fingerprint


def test_the_number_of_statements_does_not_grow_with_the_rows(storage: Storage) -> None:
    judged = walked(storage, 6.0)
    asked = PValueConfig(judged, 6.0, universes=20)
    pvalue = storage.create_campaign("pvalue", asked.to_json())
    closure = storage.create_campaign("closure", ClosureConfig("technical", search(), SIGNAL, runs=20).to_json())
    calls: dict[str, Callable[[], object]] = {
        "protomodels": lambda: storage.protomodels([entry.id for entry in storage.hiscores(None, 500)]),
        "best proto-models": lambda: storage.best_protomodels(None, 500),
        "runs": lambda: storage.list_runs(500),
        "campaigns": lambda: storage.list_campaigns(500),
        "runs of a campaign": lambda: storage.campaign_runs(pvalue),
        "p-value": lambda: pvalue_answer(storage, pvalue),
        "closure": lambda: closure_answer(storage, closure),
    }

    def grow(n: int) -> None:
        for position in range(n):
            for campaign in (pvalue, closure):
                place = len(storage.campaign(campaign).runs)
                run = walked(storage, 3.0 + position, member=asked.members()[place])
                storage.add_to_campaign(campaign, place, run)
            storage.add_bound(pvalue, 100 + place, 6.5, "{}")
            storage.create_campaign("pvalue", f"{{{' ' * place}}}")

    grow(1)
    few = {name: cost(storage, call) for name, call in calls.items()}
    grow(5)
    assert {name: cost(storage, call) for name, call in calls.items()} == few
    answer = pvalue_answer(storage, pvalue)
    assert (len(answer.K_fake), answer.reaching, len(closure_answer(storage, closure))) == (6, 8, 6)


def test_runs_know_their_campaigns(storage: Storage) -> None:
    own, member = walked(storage, 3.0), walked(storage, 2.0)
    first, second = (storage.create_campaign("closure", text) for text in ("{}", "[]"))
    for campaign, position in ((second, 0), (second, 1), (first, 0)):
        storage.add_to_campaign(campaign, position, member)
    assert storage.campaigns_of([own, member, "r0"]) == {member: [first, second]}
    assert [run.id for run in storage.list_runs(kind="campaign")] == [member]
    assert [run.id for run in storage.list_runs(kind="own", sort="K")] == [own]
    assert storage.count_states("campaign") == {"completed": 1} == storage.count_states("own")
    with pytest.raises(ConfigError, match="kind"):
        storage.list_runs(kind="others")
    assert storage.fingerprints([own, "r0"]) == {own: storage.get_run(own).results_fingerprint}
    assert storage.list_campaigns(kind="pvalue") == [] and len(storage.list_campaigns(kind="closure")) == 2


def test_hiscores_in_every_order_and_from_any_place(storage: Storage) -> None:
    run = started(storage)
    made = [(9.0, 1.0, {1: 500.0, 2: 20.0}), (7.0, 4.0, {1: 300.0}), (8.0, 3.0, {1: 400.0, 2: 20.0, 3: 9.0})]
    models = [a_hiscore(f"{K}", K, Z=Z, masses=masses, n_particles=len(masses)) for K, Z, masses in made]
    commit(storage, run, 0, a_chunk(1, hiscores=models))

    def scores(**wanted: object) -> list[float]:
        return [entry.K for entry in storage.hiscores(HiscoreQuery(run=run, **wanted))]  # type: ignore[arg-type]

    assert scores(sort="Z") == [7.0, 8.0, 9.0] and scores(sort="particles") == [7.0, 9.0, 8.0]
    newest = [entry.id for entry in storage.hiscores(HiscoreQuery(run=run, sort="newest"))]
    assert newest == sorted(newest, reverse=True)
    assert scores(particles=[1, 2]) == [9.0, 8.0] and scores(particles=[1, 2], exact=True) == [9.0]
    best = storage.hiscores(run)[0].id
    assert scores(after=best) == [8.0, 7.0] and scores(after=best, sort="Z") == []
    with pytest.raises(NotFoundError, match="after"):
        scores(after=best, particles=[1], exact=True)
