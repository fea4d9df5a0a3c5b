"""Global p-values of runs: what they compute, and that interruptions leave no trace."""

from __future__ import annotations

import json
import math
import threading
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest

from protomodels.campaign.bounds import lower_bounds
from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import Closure
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import HiscoreQuery, RunState, Storage, TransitionError, open_storage
from protomodels.errors import ConfigError, NotFoundError, ProtomodelsError
from protomodels.files import model_from_dict
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.demo import COMBINABLE
from protomodels.runs import Execution, Run
from protomodels.runs.new import table_sha256
from protomodels.runs.replay import replay
from tests.campaign.searches import BASE, INLINE, closure_config
from tests.storages import chains


def config_for(storage: Storage, run: str, n: int = 4) -> PValueConfig:
    return PValueConfig.of_run(storage, run, universes=n, seed=3)


def test_a_campaign_that_was_interrupted_ends_with_the_same_answer(
    storage: Storage, url: str, real: str, demo: Predictor, tmp_path: Path
) -> None:
    campaign = PValueCampaign.create(storage, config_for(storage, real), demo)
    done: list[GlobalPValue] = []

    def interrupt(answer: GlobalPValue) -> None:
        done.append(answer)
        if answer.n == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        campaign.walk(INLINE, interrupt)
    assert campaign.answer().n == 2  # partial answers are answers
    again = PValueCampaign(storage, campaign.id, demo)
    told: list[GlobalPValue] = []
    answer = again.walk(INLINE, told.append)
    assert [a.n for a in told] == [2, 3, 4]
    assert answer == again.answer() and answer.n == answer.wanted == 4 and answer.K_fake[:2] == done[-1].K_fake
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with open_storage(other) as fresh:
        run = Run.create(fresh, BASE, demo)
        run.execute(Execution("process", 2))
        undisturbed = PValueCampaign.create(fresh, config_for(fresh, run.id), demo).walk(Execution("process", 2))
        assert undisturbed == answer
        theirs = [chains(other, r.id) for r in fresh.list_runs()]
    assert sorted(map(str, theirs)) == sorted(str(chains(url, r.id)) for r in storage.list_runs())


def test_universes_are_walked_once_for_all_campaigns(storage: Storage, real: str, demo: Predictor) -> None:
    first = PValueCampaign.create(storage, config_for(storage, real, 2), demo)
    first.walk(INLINE)
    n = len(storage.list_runs())
    second = PValueCampaign.create(storage, replace(config_for(storage, real, 3), K=0.1), demo)
    assert second.answer().n == 0
    second.walk(INLINE)
    assert len(storage.list_runs()) == n + 1
    assert list(storage.campaign(second.id).runs.values())[:2] == list(storage.campaign(first.id).runs.values())


def test_universes_that_a_known_model_decides_are_not_walked(storage: Storage, real: str, demo: Predictor) -> None:
    low = replace(config_for(storage, real, 6), K=-2.5, bounds=True)
    campaign = PValueCampaign.create(storage, low, demo)
    answer = campaign.walk(INLINE)
    assert answer.n == 6 and 0 < len(answer.at_least) and min(answer.at_least) >= -2.5
    assert len(answer.K_fake) == len(storage.campaign(campaign.id).runs) == 6 - len(answer.at_least)
    # again: the same universes, from what is stored
    assert PValueCampaign(storage, campaign.id, demo).walk(INLINE) == campaign.answer() == answer
    # bounds are bounds: K of the model that gives one, there; and p is not smaller than by walking
    for position, K in storage.campaign(campaign.id).bounds.items():
        universe = campaign.ensemble.members[position].universe
        models = [load(storage, h.id) for h in storage.hiscores(real, 50)]
        walked_runs = storage.campaign(campaign.id).runs.values()
        models += [load(storage, h.id) for run in walked_runs for h in storage.hiscores(run)]
        assert lower_bounds(Run.resume(storage, real, demo).scorer, models, [universe]).K[0] >= K
    walked = PValueCampaign.create(storage, replace(low, bounds=False), demo).walk(INLINE)
    assert walked.at_least == () and answer.reaching >= walked.reaching


def test_a_universe_counts_once_whatever_is_known_of_it(storage: Storage, real: str, demo: Predictor) -> None:
    """One that a bound decided is not queued; and where it was walked all the same, its K is what counts."""
    low = replace(config_for(storage, real, 4), K=-2.5, bounds=True)
    campaign = PValueCampaign.create(storage, low, demo)
    answer = campaign.walk(INLINE)
    bounds = storage.campaign(campaign.id).bounds
    assert bounds and campaign.ensemble.to_walk() == [p for p in range(4) if p not in bounds]
    queued = campaign.ensemble.queue_all()
    assert len(queued) == 4 - len(bounds) and campaign.answer() == answer
    position = min(bounds)
    record = campaign.ensemble.walk(position, INLINE)
    after = campaign.answer()
    assert after.n == 4 and record.best_K in after.K_fake and len(after.at_least) == len(bounds) - 1


def test_runs_that_rest_are_left_to_runners(storage: Storage, real: str, demo: Predictor) -> None:
    campaign = PValueCampaign.create(storage, config_for(storage, real, 2), demo)
    run = campaign.ensemble.begin(0)
    storage.lease("somebody", run=run)
    storage.set_state(run, RunState.PAUSED, "as asked")
    with pytest.MonkeyPatch.context() as patch:
        # somebody pauses it again while it is walked
        patch.setattr(Run, "execute", lambda *_: None)
        with pytest.raises(ProtomodelsError, match=f"run {run} of campaign {campaign.id} was paused"):
            campaign.ensemble.walk(0, INLINE)
    campaign.ensemble.queue_all()
    assert {r.state for r in map(storage.get_run, storage.campaign(campaign.id).runs.values())} == {RunState.QUEUED}


def test_a_campaign_is_a_function_of_its_config(storage: Storage, real: str, demo: Predictor) -> None:
    asked = config_for(storage, real, 2)
    one = PValueCampaign.create(storage, asked, demo)
    assert PValueCampaign.create(storage, asked, demo).id == one.id
    assert PValueCampaign.create(storage, replace(asked, universes=3), demo).id != one.id
    with pytest.raises(TransitionError, match=f"run {real} is judged by a campaign"):
        storage.delete_run(real)


def test_a_search_is_judged_whole_by_others_on_its_own_results(
    storage: Storage, real: str, demo: CompiledPredictor
) -> None:
    begun = Run.create(storage, replace(BASE, seed=99), demo)
    with pytest.raises(ConfigError, match=f"run: got {begun.id} .queued.; allowed: a completed run"):
        PValueConfig.of_run(storage, begun.id)
    campaign = PValueCampaign.create(storage, config_for(storage, real, 2), demo)
    other = copy(demo)
    other._fingerprint = "0" * 64
    with pytest.raises(ConfigError, match="results: got 0000"):
        PValueCampaign(storage, campaign.id, other)
    fake = campaign.ensemble.walk(0, INLINE)
    judged = replace(config_for(storage, real, 2), run=fake.id)
    n = len(storage.list_campaigns(100))
    with pytest.raises(ConfigError, match="universes without number 3, whose run is judged"):
        PValueCampaign.create(storage, judged, demo)
    with pytest.raises(ConfigError, match=r"universe\.seed"):
        replace(judged, seed=2**63 - 1)
    assert len(storage.list_campaigns(100)) == n
    assert PValueCampaign.create(storage, replace(judged, seed=4), demo).answer().n == 0


def load(storage: Storage, number: int) -> ProtoModel:
    return model_from_dict(json.loads(storage.protomodel(number).model_json))


def test_the_table_is_that_of_the_run_whatever_became_of_its_file(
    storage: Storage, demo: Predictor, hidden: ProtoModel, tmp_path: Path
) -> None:
    table = tmp_path / "table.json"
    table.write_text(COMBINABLE.read_text())
    base = replace(BASE, combinable=str(table), combinable_sha256=table_sha256(str(table)))
    run = Run.create(storage, base, demo)
    run.execute(INLINE)
    campaign = PValueCampaign.create(storage, config_for(storage, run.id, 2), demo)
    closure = ClosureCampaign.create(storage, closure_config(hidden, Closure.PHYSICS, base=base.to_json()), demo)
    closure.ensemble.begin(0)
    table.write_text('{"note": "another", "pairs": []}')
    assert campaign.walk(INLINE).n == 2 and len(closure.walk(INLINE)) == 2
    assert len({storage.get_run(r).table_sha256 for r in (run.id, *storage.campaign(closure.id).runs.values())}) == 1


def test_the_stop_rule_looks_at_the_width(storage: Storage, real: str, demo: Predictor) -> None:
    campaign = PValueCampaign.create(storage, replace(config_for(storage, real, 40), width=0.31), demo)
    answers = [GlobalPValue(5.0, (0.0,) * n, wanted=40) for n in range(1, 20)]
    assert [campaign.is_enough(a) for a in answers].index(True) == 9  # ten of them: 0 to 0.308
    never = PValueCampaign.create(storage, config_for(storage, real, 40), demo)
    assert not any(never.is_enough(a) for a in answers)


def test_queued_universes_are_left_to_runners(storage: Storage, real: str, demo: Predictor) -> None:
    campaign = PValueCampaign.create(storage, config_for(storage, real, 2), demo)
    runs = campaign.ensemble.queue_all()
    assert [storage.get_run(run).state for run in runs] == [RunState.QUEUED] * 2
    assert campaign.ensemble.queue_all() == runs and campaign.answer().n == 0
    assert campaign.walk(INLINE).n == 2


def test_a_universe_cancelled_while_it_is_walked_is_an_error_not_an_answer(
    storage: Storage, real: str, demo: Predictor
) -> None:
    campaign = PValueCampaign.create(storage, config_for(storage, real, 1), demo)
    run = campaign.ensemble.begin(0)
    storage.lease("another", run=run)

    def cancel() -> None:
        storage.set_state(run, RunState.CANCELLING, "as asked")
        storage.set_state(run, RunState.CANCELLED, "as asked")

    later = threading.Timer(0.5, cancel)
    later.start()
    with pytest.raises(ProtomodelsError, match="is cancelled: as asked"):
        campaign.walk(INLINE)
    later.join()
    assert campaign.answer().n == 0
    # who asks again wants it after all
    assert campaign.walk(INLINE).n == 1 and campaign.ensemble.begin(0) != run


def test_hiscores_of_universes_are_not_hiscores_of_the_data(storage: Storage, real: str, demo: Predictor) -> None:
    PValueCampaign.create(storage, config_for(storage, real, 2), demo).walk(INLINE)
    assert {h.run for h in storage.hiscores()} == {real}
    everywhere = {h.run for h in storage.hiscores(HiscoreQuery(universes=True))}
    assert real in everywhere and len(everywhere) > 1
    fake = next(r for r in storage.list_runs() if r.universe is not None)
    assert {h.run for h in storage.hiscores(fake.id)} <= {fake.id}
    assert all(replay(storage, fake.id, demo, walker).identical for walker in range(2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"universes": 0}, "universes"),
        ({"universes": True}, "universes"),
        ({"width": 1.0}, "width"),
        ({"K": math.nan}, "K"),
        ({"fudge": 0.0}, "universe.fudge"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_questions_name_the_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(ConfigError, match=f"^{field}: got"):
        PValueConfig(**{"run": "r1", "K": 5.0, **change})  # type: ignore[arg-type]


def test_a_p_value_needs_a_run_with_a_result(storage: Storage, demo: Predictor) -> None:
    with pytest.raises(NotFoundError):
        PValueConfig.of_run(storage, "r00000000")
    run = Run.create(storage, BASE, demo)
    with pytest.raises(ConfigError, match="run: got"):
        PValueConfig.of_run(storage, run.id)
    with pytest.raises(ConfigError, match="campaign"):
        PValueConfig.from_json('{"kind": "closure"}')
