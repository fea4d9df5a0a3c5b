"""Universes: drawn as their recipe says, by seed; the record of what was drawn; recipes that are refused."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest, norm

from protomodels.campaign.closure_config import ClosureConfig
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import Storage
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.production import CrossSections, cross_sections, with_kappas_of
from protomodels.results.catalog import Catalog
from protomodels.results.demo import HIDDEN
from protomodels.runs import Execution, Run
from protomodels.runs.config import RunConfig
from protomodels.universes import Universe, in_universe, record
from protomodels.universes.drawing import SMALLEST_RATIO, draw


def same_data(one: CompiledPredictor, two: CompiledPredictor) -> bool:
    """Bit by bit."""
    names = ("observed", "limit_observed")
    catalogs = all(np.array_equal(getattr(one.catalog, n), getattr(two.catalog, n), equal_nan=True) for n in names)
    limits = zip(one.observed_limits, two.observed_limits, strict=True)
    return catalogs and all(np.array_equal(a, b, equal_nan=True) for a, b in limits)


def test_a_universe_is_a_function_of_its_recipe(demo: CompiledPredictor) -> None:
    assert same_data(in_universe(demo, Universe(3)), in_universe(demo, Universe(3)))
    assert not same_data(in_universe(demo, Universe(3)), in_universe(demo, Universe(4)))
    assert not same_data(in_universe(demo, Universe(3)), in_universe(demo, Universe(3, fudge=0.5)))


def test_the_universes_of_version_0_1_0_are_what_they_were(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    """Its recipes had the number 1; the sums are of ten digits, of what that version drew and predicted."""
    signal = json.dumps(hidden.as_dict(), sort_keys=True)
    for recipe, known in (
        (Universe(3, 0.65, drawing=1), "7a3c80504765878f"),
        (Universe(None, drawing=1), "c85faec0f5e59f04"),
        (Universe(5, 1.0, signal, 0.7, drawing=1), "817dcc3a68f6cccd"),
    ):
        inside = in_universe(demo, Universe(**json.loads(recipe.to_json())))
        seen = (inside.catalog.observed, inside.catalog.limit_observed, inside.observed_limits.ratio)
        parts = [*seen, np.zeros(0), inside.predict(hidden).limit_observed]
        text = json.dumps([[float(f"{x:.10g}") for x in part.tolist()] for part in parts])
        assert hashlib.sha256(text.encode()).hexdigest()[:16] == known
        assert not same_data(inside, in_universe(demo, replace(recipe, drawing=2))) or recipe.seed is None


def test_each_policy_has_its_way_of_drawing(storage: Storage, demo: CompiledPredictor) -> None:
    """Campaigns of version 0.1.0, whose text says nothing of it, go on as they began."""
    for policy, drawing in (("paper", 1), ("default", 2)):
        base = RunConfig("demo", 4, 1, 2, policy=policy)
        plan = PValueCampaign.plan(storage, _asked(storage, base, demo), demo)
        assert {member.universe.drawing for member in plan.members if member.universe} == {drawing}
        signal = HIDDEN.read_text()
        closure = ClosureConfig.of_search(base, "physics", signal)
        assert {member.universe.drawing for member in closure.members() if member.universe} == {drawing}
        assert ClosureConfig.from_json(closure.to_json()) == closure
        old = json.loads(closure.to_json())
        old.pop("drawing", None)
        assert ClosureConfig.from_json(json.dumps(old)).drawing == 1


def _asked(storage: Storage, base: RunConfig, demo: CompiledPredictor) -> PValueConfig:
    run = Run.create(storage, base, demo)
    run.execute(Execution("inline"))
    return PValueConfig.of_run(storage, run.id, universes=2)


def test_a_universe_leaves_the_published_results_alone(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    before = demo.predict(hidden)
    inside = in_universe(demo, Universe(1))
    there = inside.predict(hidden)
    again = demo.predict(hidden)
    assert np.array_equal(before.limit_observed, again.limit_observed)
    assert np.array_equal(before.rows, there.rows) and np.array_equal(before.sigma, there.sigma)
    assert np.array_equal(before.limit_expected, there.limit_expected, equal_nan=True)
    assert not np.array_equal(before.limit_observed, there.limit_observed)
    assert inside.fingerprint == demo.fingerprint and inside.universe == Universe(1)


def test_analyses_do_not_share_random_numbers(demo: CompiledPredictor) -> None:
    """What one observes does not depend on which others there are, nor on their order."""
    catalog = demo.catalog
    whole = draw(catalog, 5)
    kept = np.flatnonzero(catalog.analysis != catalog.analysis[0])[::-1]
    kept = kept[np.lexsort((kept, catalog.analysis[kept]))]  # rows of one analysis stay in their order
    names = [f for f in Catalog.__dataclass_fields__ if f != "combined"]
    part = draw(Catalog(**{n: getattr(catalog, n)[kept] for n in names}), 5)
    assert np.array_equal(part.observed, whole.observed[kept], equal_nan=True)
    assert np.array_equal(part.limit_ratio, whole.limit_ratio[kept], equal_nan=True)


def test_excesses_of_published_limits_are_those_of_smodels(
    demo: CompiledPredictor, demo_oracle: SModelSPredictor
) -> None:
    theirs = {}
    for result in demo_oracle._database.expResultList:
        for txname in (t for d in result.datasets if d.getType() == "upperLimit" for t in d.txnameList):
            if txname.txnameDataExp is not None:
                observed, limit = (np.array(d.y_values) for d in (txname.txnameData, txname.txnameDataExp))
                key = (result.globalInfo.id, txname.txName)
                theirs[key] = 1.96 * float(np.median(observed[limit > 0.0] / limit[limit > 0.0] - 1.0))
    z = demo.published_limit_excesses()
    assert np.array_equal(np.isfinite(z), demo.has_expected_limit)
    catalog, seen = demo.catalog, set()
    for row, value in zip(demo.limit_rows[np.isfinite(z)].tolist(), z[np.isfinite(z)].tolist(), strict=True):
        key = (str(catalog.analysis[row]), str(catalog.region[row]))
        assert value == pytest.approx(theirs[key], rel=1e-9, abs=1e-12)
        seen.add(key)
    assert seen == set(theirs) and len(seen) > 1


@pytest.mark.parametrize("drawing", [1, 2])
def test_limits_are_a_number_times_the_expected_ones(demo: CompiledPredictor, hidden: ProtoModel, drawing: int) -> None:
    inside = in_universe(demo, Universe(2, drawing=drawing))
    ratio = inside.observed_limits.ratio
    assert np.isnan(ratio[~demo.has_expected_limit]).all() and np.isfinite(ratio[demo.has_expected_limit]).all()
    for model in (hidden, ProtoModel({LBP: 150.0, 1000001: 800.0}, {1000001: {(LBP, 1): 1.0}})):
        there, published = inside.predict(model), demo.predict(model)
        limits = np.flatnonzero(there.is_ul)
        assert len(limits) > 1
        for i in limits.tolist():
            drawn = set(ratio[inside.limit_rows == there.rows[i]].tolist())
            assert len(drawn) == 1
            if np.isnan(there.limit_expected[i]):
                assert there.limit_observed[i] == published.limit_observed[i]
            else:
                assert there.limit_observed[i] == pytest.approx(drawn.pop() * there.limit_expected[i], rel=1e-12)


@pytest.mark.parametrize("fudge", [1.0, 0.65])
def test_limits_of_the_paper_spread_as_it_says(demo: CompiledPredictor, fudge: float) -> None:
    """False-alarm rate of this seed set: one in a thousand for each factor."""
    ratios = np.array([draw(demo.catalog, seed, fudge).limit_ratio for seed in range(400)])
    ratios = ratios[:, np.isfinite(ratios[0])].ravel()
    assert ratios.min() == SMALLEST_RATIO
    free = ratios[ratios > SMALLEST_RATIO]
    sigma = fudge / 1.96
    low = norm.cdf((SMALLEST_RATIO - 1.0) / sigma)
    assert kstest((norm.cdf((free - 1.0) / sigma) - low) / (1.0 - low), "uniform").pvalue > 1e-3


def test_the_record_says_what_was_drawn(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    values = record(demo, Universe.with_signal(hidden, 4, strength=0.5))
    assert json.loads(json.dumps(values)) == values
    inside = in_universe(demo, Universe.with_signal(hidden, 4, strength=0.5))
    catalog = inside.catalog
    for row in np.flatnonzero(~catalog.is_ul).tolist():
        own = values["observed"][str(catalog.analysis[row])]
        assert own[str(catalog.region[row])] == catalog.observed[row] == round(catalog.observed[row])
    assert values["unsampled"] and all(
        name not in values["limit_ratio"] or topology not in values["limit_ratio"][name]
        for name, topology in values["unsampled"]
    )


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Universe(-1), "universe.seed"),
        (lambda: Universe(True), "universe.seed"),
        (lambda: Universe(1, 0.0), "universe.fudge"),
        (lambda: Universe(1, float("nan")), "universe.fudge"),
        (lambda: Universe(1, strength=-1.0), "universe.strength"),
        (lambda: Universe(1, signal="{"), "universe.signal"),
        (lambda: Universe(1, signal='{"masses": {"1000022": 5}}'), "masses.1000022"),
    ],
)
def test_bad_recipes_name_the_field(make: object, field: str) -> None:
    with pytest.raises((ConfigError, ModelError), match=f"^{field}: got"):
        make()  # type: ignore[operator]


def test_only_compiled_published_results_have_universes(demo: CompiledPredictor, demo_oracle: SModelSPredictor) -> None:
    with pytest.raises(ConfigError, match="compiled results"):
        in_universe(demo_oracle, Universe(1))
    with pytest.raises(ConfigError, match="published results as its base"):
        in_universe(in_universe(demo, Universe(1)), Universe(2))


def test_configs_keep_the_universe(hidden: ProtoModel) -> None:
    config = RunConfig("demo", 1, universe=Universe.with_signal(hidden, 5, 0.65, 2.0))
    assert RunConfig.from_json(config.to_json()) == config
    assert "universe" not in RunConfig("demo", 1).to_json()  # texts of configs from before universes still match
    assert RunConfig.from_json(RunConfig("demo", 1).to_json()).universe is None
    with pytest.raises(ConfigError, match="universe"):
        RunConfig.from_json(config.to_json().replace('"fudge": 0.65', '"fudge": -1'))


def test_given_cross_sections_become_multipliers(hidden: ProtoModel) -> None:
    wanted = cross_sections(hidden)
    bare = replace(hidden, ssm={})
    again = with_kappas_of(bare, wanted)
    np.testing.assert_allclose(cross_sections(again).sigma, wanted.sigma, rtol=1e-12)
    one = CrossSections(wanted.pairs[:1], wanted.sqrts, wanted.sigma[:1], wanted.reference[:1])
    assert [kappa > 0.0 for kappa in with_kappas_of(bare, one).ssm.values()].count(True) == 1
    with pytest.raises(ConfigError, match="with those at 13 TeV"):
        with_kappas_of(bare, CrossSections(wanted.pairs, (8.0,), wanted.sigma[:, :1], wanted.reference[:, :1]))
    strange = CrossSections(((LBP, 1000013),), wanted.sqrts, wanted.sigma[:1], wanted.reference[:1])
    with pytest.raises(ConfigError, match="pairs that have a reference"):
        with_kappas_of(bare, strange)
