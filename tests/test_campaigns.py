"""Global p-values, closure and power: what they compute, and that interruptions leave no trace."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, gaussian_kde, kstest, norm

from protomodels.campaign.bounds import lower_bounds
from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import Closure, ClosureConfig
from protomodels.campaign.closure_result import ClosureResult, mass_spreads, partners
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.campaign.power import power_curve
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import HiscoreQuery, RunState, Storage, TransitionError, open_storage
from protomodels.errors import ConfigError, NotFoundError, ProtomodelsError
from protomodels.files import model_from_dict, read_model
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.demo import COMBINABLE, HIDDEN
from protomodels.runs import Execution, Run, RunConfig
from protomodels.runs.new import table_sha256
from protomodels.runs.replay import replay
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.densities import density_p
from protomodels.statistics.intervals import clopper_pearson
from protomodels.statistics.p_values import counted_p, kolmogorov_smirnov, significance
from protomodels.universes import Universe, in_universe
from tests.test_executors import chains

BASE = RunConfig("demo", seed=21, walkers=2, steps=6)
INLINE = Execution("inline")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    with open_storage(url) as opened:
        yield opened


@pytest.fixture
def real(storage: Storage, demo: Predictor) -> str:
    """A run on the published data."""
    run = Run.create(storage, BASE, demo)
    run.execute(INLINE)
    return run.id


@pytest.fixture(scope="module")
def hidden() -> ProtoModel:
    return read_model(HIDDEN)[0]


# numbers


@given(st.integers(0, 80), st.integers(1, 80), st.floats(0.5, 0.99))
def test_intervals_are_those_of_scipy(k: int, n: int, confidence: float) -> None:
    k = min(k, n)
    theirs = binomtest(k, n).proportion_ci(confidence, "exact")
    ours = clopper_pearson(k, n, confidence)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert ours.low <= k / n <= ours.high


def test_the_published_p_value() -> None:
    """Eleven of fifty: 0.22, an interval that holds the published 0.19; and p is never 0."""
    answer = GlobalPValue(6.76, (7.0,) * 11 + (5.0,) * 39)
    assert (answer.n, answer.reaching, answer.fraction) == (50, 11, 0.22)
    assert answer.p == pytest.approx(12 / 51) and answer.significance == pytest.approx(norm.isf(12 / 51))
    assert answer.interval().low < 0.19 < answer.interval().high
    assert counted_p(0, 50) > 0.0 and significance(counted_p(50, 50)) == -math.inf


def test_universes_without_a_model_count_as_not_reaching() -> None:
    answer = GlobalPValue(1.0, (-math.inf, 0.5, 2.0), at_least=(1.0, 3.0), wanted=9)
    assert (answer.n, answer.reaching) == (5, 3) and answer.p_density is None
    assert GlobalPValue(1.0, (-math.inf, 0.5, 2.0)).p_density == pytest.approx(density_p(1.0, [0.5, 2.0]) * 2 / 3)
    assert density_p(1.0, [2.0]) is None and density_p(1.0, [2.0, 2.0]) is None


def test_the_density_is_scipys() -> None:
    K = np.random.default_rng(1).normal(5.0, 1.0, 40)
    kernel = gaussian_kde(K, "scott")
    assert density_p(6.0, K) == pytest.approx(float(kernel.integrate_box_1d(6.0, np.inf)))


# lower bounds and calibration


def models_of(hidden: ProtoModel) -> list[ProtoModel]:
    squark = ProtoModel({LBP: 150.0, 1000001: 800.0}, {1000001: {(LBP, 1): 1.0}})
    stop = ProtoModel({LBP: 150.0, 1000006: 700.0}, {1000006: {(LBP, 6): 1.0}})
    return [hidden, squark, stop]


def test_bounds_are_the_best_scores(demo: CompiledPredictor, scorer: Scorer, hidden: ProtoModel) -> None:
    universes = [Universe(seed) for seed in range(4)]
    found = lower_bounds(scorer, models_of(hidden), universes)
    for i, universe in enumerate(universes):
        there = Scorer(in_universe(demo, universe), scorer.combinability, scorer.policy)
        found_there = [there.evaluate(m) for m in models_of(hidden)]
        again = [None if e.K is None else there.evaluate(there.normalised(e).model).K for e in found_there]
        assert found.K[i] == max(K for K in again if K is not None)
        assert again[found.best[i]] == found.K[i]


def test_global_p_values_of_universes_are_uniform(scorer: Scorer, hidden: ProtoModel) -> None:
    """The best K of 250 universes judged by 250 others; false-alarm rate one in a thousand.

    The search is the best of three models: whatever the search, the p-value has to be uniform.
    """
    found = lower_bounds(scorer, models_of(hidden), [Universe(seed) for seed in range(500)])
    judged, judges = found.K[:250], found.K[250:]
    assert kolmogorov_smirnov(judged.tolist(), judges.tolist()) > 1e-3
    p = [GlobalPValue(K, tuple(judges.tolist())).p for K in judged.tolist()]
    # many universes have no excess and so the smallest K: p is uniform where K is not tied
    free = np.array([x for x in p if x < 0.5])
    assert len(free) > 80 and kstest(free / 0.5, "uniform").pvalue > 1e-3


# p-values of runs


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


@pytest.mark.parametrize("executor", ["process", "ray"])
def test_chains_in_a_universe_do_not_depend_on_where_they_are_walked(
    executor: str, demo: Predictor, hidden: ProtoModel, tmp_path: Path
) -> None:
    config = replace(BASE, universe=Universe.with_signal(hidden, 4, 0.65))
    found = []
    for name in ("inline", executor):
        url = f"sqlite:///{tmp_path / name}.db"
        with open_storage(url) as storage:
            run = Run.create(storage, config, demo)
            run.execute(Execution(name, None if name == "inline" else 2))
        found.append(chains(url, run.id))
    assert found[0] == found[1]
    assert found[0] != chains_of(replace(BASE, universe=Universe(4, 0.65)), demo, tmp_path)


def chains_of(config: RunConfig, demo: Predictor, folder: Path) -> object:
    url = f"sqlite:///{folder / 'own.db'}"
    with open_storage(url) as storage:
        run = Run.create(storage, config, demo)
        run.execute(INLINE)
    return chains(url, run.id)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"universes": 0}, "universes"),
        ({"universes": True}, "universes"),
        ({"width": 1.0}, "width"),
        ({"K": math.nan}, "K"),
        ({"fudge": 0.0}, "universe.fudge"),
        ({"seed": -1}, "universe.seed"),
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


# closure and power


def test_partners_are_of_the_same_kind_and_used_once() -> None:
    injected = {LBP: 100.0, 1000001: 700.0, 1000003: 800.0, 1000006: 900.0}
    found = partners(injected, {LBP: 90.0, 1000002: 790.0, 2000006: 500.0})
    assert found == {LBP: 90.0, 1000001: 790.0, 1000003: None, 1000006: 500.0}
    one = ClosureResult("r1", 5.0, {}, found)
    assert not one.complete and not one.within(injected, 1e9)
    near = ClosureResult("r2", 5.0, {}, {LBP: 90.0, 1000001: 790.0})
    assert near.complete and near.within(injected, 90.0) and not near.within(injected, 89.0)


def test_spreads_of_masses() -> None:
    runs = [ClosureResult("r", 1.0, {}, {LBP: mass}) for mass in (90.0, 120.0, None)]
    (spread,) = mass_spreads({LBP: 100.0}, runs)
    assert (spread.n, spread.bias) == (2, 5.0) and spread.spread == pytest.approx(450.0**0.5)
    (lost,) = mass_spreads({LBP: 100.0}, runs[2:])
    assert lost.n == 0 and math.isnan(lost.bias) and math.isnan(lost.spread)


def closure_config(hidden: ProtoModel, kind: Closure, **changes: object) -> ClosureConfig:
    signal = json.dumps(hidden.as_dict())
    return ClosureConfig(**{"closure": kind, "base": BASE.to_json(), "signal": signal, "runs": 2, **changes})  # type: ignore[arg-type]


def test_closure_walks_on_what_it_says(storage: Storage, demo: Predictor, hidden: ProtoModel) -> None:
    for kind in Closure:
        campaign = ClosureCampaign.create(storage, closure_config(hidden, kind), demo)
        found = campaign.walk(INLINE)
        assert found == campaign.answer() == ClosureCampaign(storage, campaign.id, demo).answer()
        assert [f.run for f in found] == list(storage.campaign(campaign.id).runs.values())
        for position, f in enumerate(found):
            config = RunConfig.from_json(storage.get_run(f.run).config_json)
            assert config.universe is not None and config.universe.model == hidden and config.seed == position + 1
            assert config.universe.seed == (None if kind is Closure.TECHNICAL else position + 1)
            best = storage.hiscores(f.run, limit=1)
            assert [f.K] == ([h.K for h in best] or [None]) and f.masses == (best[0].masses if best else {})
            assert f.partner == partners(hidden.masses, f.masses)
        assert any(f.K is not None for f in found)


def test_technical_closure_finds_the_hidden_model_of_the_demo(
    storage: Storage, demo: Predictor, hidden: ProtoModel
) -> None:
    """A signal three times as strong as the hidden one, nothing drawn: both its particles, masses within 100 GeV."""
    base = replace(BASE, walkers=8, steps=150)
    config = closure_config(hidden, Closure.TECHNICAL, base=base.to_json(), runs=1, strength=3.0)
    (found,) = ClosureCampaign.create(storage, config, demo).walk(Execution("process"))
    assert found.K is not None and found.K > 40.0 and found.within(hidden.masses, 100.0)


def test_power_grows_with_the_signal(storage: Storage, demo: Predictor, hidden: ProtoModel) -> None:
    base = replace(BASE, walkers=4, steps=20)
    config = closure_config(hidden, Closure.PHYSICS, base=base.to_json(), runs=3)
    weak, strong = power_curve(storage, demo, config, [0.0, 8.0], 6.0, Execution("process"))
    assert (weak.strength, strong.strength, weak.n, strong.n) == (0.0, 8.0, 3, 3)
    assert strong.reaching == 3 and weak.reaching < 3
    assert strong.interval().high == 1.0 and {s.pid for s in strong.spreads} == set(hidden.masses)


def test_bad_closure_configs_name_the_field(hidden: ProtoModel) -> None:
    for change, field in (
        ({"closure": "other"}, "kind"),
        ({"runs": 0}, "runs"),
        ({"signal": "{"}, "universe.signal"),
        ({"strength": math.inf}, "universe.strength"),
        ({"base": "[]"}, "config"),
    ):
        with pytest.raises(ConfigError, match=f"^{field}: got"):
            closure_config(hidden, Closure.PHYSICS, **change)
