"""Universes: drawn as their recipe says, by seed, with what a signal adds; p-values that are uniform there."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import kstest, norm, poisson

from protomodels.errors import ConfigError, ModelError
from protomodels.files import read_model
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.numeric.observed import RADIUS
from protomodels.predictor.oracle import SModelSPredictor
from protomodels.production import CrossSections, cross_sections, with_kappas_of
from protomodels.results.catalog import Catalog, CombinedRegions
from protomodels.results.compiled.file import with_combined
from protomodels.results.demo import HIDDEN
from protomodels.runs.config import RunConfig
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.draws import truncated_normal
from protomodels.statistics.p_values import p_value
from protomodels.statistics.simplified import covariance_model
from protomodels.statistics.upper_limits import upper_limit
from protomodels.universes import Universe, in_universe, record, region_p_values
from protomodels.universes.drawing import SMALLEST_RATIO, draw


@pytest.fixture(scope="module")
def hidden() -> ProtoModel:
    return read_model(HIDDEN)[0]


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


def test_limits_have_one_draw_for_each_analysis_and_topology(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    inside = in_universe(demo, Universe(2))
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
def test_limits_spread_as_the_recipe_says(demo: CompiledPredictor, fudge: float) -> None:
    """False-alarm rate of this seed set: one in a thousand for each factor."""
    ratios = np.array([draw(demo.catalog, seed, fudge).limit_ratio for seed in range(400)])
    ratios = ratios[:, np.isfinite(ratios[0])].ravel()
    assert ratios.min() == SMALLEST_RATIO
    free = ratios[ratios > SMALLEST_RATIO]
    sigma = fudge / 1.96
    low = norm.cdf((SMALLEST_RATIO - 1.0) / sigma)
    assert kstest((norm.cdf((free - 1.0) / sigma) - low) / (1.0 - low), "uniform").pvalue > 1e-3


def test_region_p_values_are_uniform_in_500_universes(demo: CompiledPredictor) -> None:
    """With the fraction of ties drawn, p is exactly uniform; false-alarm rate one in a thousand for each factor."""
    rng = np.random.default_rng(7)
    for fudge in (1.0, 0.65):
        found = []
        for seed in range(500):
            catalog = demo.catalog
            drawn = draw(catalog, 1000 + seed, fudge)
            data = replace(catalog, observed=np.where(np.isfinite(drawn.observed), drawn.observed, catalog.observed))
            found.append(region_p_values(data, fudge, rng.random(len(catalog))).p)
        assert kstest(np.concatenate(found), "uniform").pvalue > 1e-3


def test_a_wrong_factor_is_noticed(demo: CompiledPredictor) -> None:
    """The test above can fail: universes of too small uncertainties are not uniform for the published ones."""
    rng = np.random.default_rng(8)
    found = []
    for seed in range(500):
        drawn = draw(demo.catalog, seed, 0.65)
        data = replace(demo.catalog, observed=drawn.observed)
        found.append(region_p_values(data, 1.0, rng.random(len(data))).p)
    p = np.concatenate(found)
    assert kstest(p[np.isfinite(p)], "uniform").pvalue < 1e-6


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 300), st.floats(0.2, 200.0), st.floats(0.05, 1.0), st.floats(0.0, 1.0))
def test_p_values_are_the_integral(n: int, b: float, relative: float, u: float) -> None:
    delta = relative * b

    def integrand(rate: float) -> float:
        tail = poisson.sf(n, rate) + u * poisson.pmf(n, rate)
        return float(norm.pdf(rate, b, delta) * tail / norm.cdf(b / delta))

    low, high = max(0.0, b - 8.0 * delta), b + 8.0 * delta
    points = sorted({min(max(x, low), high) for x in (n - 3.0 * n**0.5, float(n), n + 3.0 * n**0.5, b)})
    expected = quad(integrand, low, high, points=points, limit=300, epsabs=1e-9)[0]
    assert float(p_value(n, b, delta, u)) == pytest.approx(expected, abs=2e-6)


def test_truncated_normal_is_one() -> None:
    """False-alarm rate one in a thousand a case."""
    rng = np.random.default_rng(3)
    for mean, width in ((0.5, 1.0), (10.0, 2.0), (0.01, 5.0)):
        draws = truncated_normal(np.full(20_000, mean), np.full(20_000, width), rng)
        below = norm.cdf(-mean / width)
        assert kstest((norm.cdf((draws - mean) / width) - below) / (1.0 - below), "uniform").pvalue > 1e-3


def test_correlated_regions_are_drawn_together(demo: CompiledPredictor) -> None:
    """Means and covariances of counts: those of the model plus Poisson."""
    rows = np.flatnonzero(demo.catalog.analysis == demo.catalog.analysis[~demo.catalog.is_ul][0])[:2]
    background, covariance = np.array([50.0, 80.0]), np.array([[40.0, 45.0], [45.0, 90.0]])
    model = covariance_model([55.0, 70.0], background, covariance)
    catalog = with_combined(demo.catalog, {len(demo.catalog): CombinedRegions(rows, model, "covariance")}, [""])
    drawn = [draw(catalog, seed) for seed in range(4000)]
    counts = np.array([d.combined[len(demo.catalog)] for d in drawn])
    assert np.array_equal(counts, np.array([d.observed[rows] for d in drawn]))  # the regions on their own see the same
    np.testing.assert_allclose(counts.mean(axis=0), background, atol=5.0 * (170.0 / 4000) ** 0.5)
    np.testing.assert_allclose(np.cov(counts.T), covariance + np.diag(background), rtol=0.12)


def test_limits_of_the_published_counts(demo: CompiledPredictor) -> None:
    """The expected limit for what is expected; the demo's own limits belong to its counts, as SModelS computes them."""
    calm = in_universe(demo, Universe(None)).catalog
    regions = ~calm.is_ul
    np.testing.assert_allclose(calm.limit_observed[regions], calm.limit_expected[regions], rtol=1e-9)
    c = demo.catalog
    ratio = upper_limit(c.observed, c.background, c.delta) / upper_limit(c.background, c.background, c.delta)
    np.testing.assert_allclose((c.limit_expected * ratio)[regions], c.limit_observed[regions], rtol=2e-3)


@pytest.mark.parametrize(
    ("n", "b", "delta"), [(80, 100.0, 10.0), (110, 100.0, 30.0), (100, 100.0, 10.0), (8, 5.0, 1.0), (3, 6.0, 1.0)]
)
def test_limits_of_drawn_counts_are_those_of_pyhf(n: int, b: float, delta: float) -> None:
    """Its Asimov data move all measurements; its histosys is our background: linear, with a normal constraint."""
    import pyhf

    background = {"name": "delta", "type": "histosys", "data": {"hi_data": [b + delta], "lo_data": [b - delta]}}
    samples = [
        {"name": "s", "data": [1.0], "modifiers": [{"name": "mu", "type": "normfactor", "data": None}]},
        {"name": "b", "data": [b], "modifiers": [background]},
    ]
    parameter = {"name": "mu", "bounds": [[0.0, 20.0 * (b + delta * delta) ** 0.5]], "inits": [1.0]}
    spec = {"channels": [{"name": "one", "samples": samples}], "parameters": [parameter]}
    interpolation = {"histosys": {"interpcode": "code0"}, "normsys": {"interpcode": "code1"}}
    model = pyhf.Model(spec, poi_name="mu", modifier_settings=interpolation, validate=False)
    scan = np.linspace(0.5, 2.0, 31) * 2.0 * (b + delta * delta) ** 0.5
    theirs = pyhf.infer.intervals.upper_limits.upper_limit([float(n), *model.config.auxdata], model, scan=scan)[0]
    assert upper_limit(float(n), b, delta, moved=True) == pytest.approx(float(theirs), rel=2e-3)


@pytest.mark.parametrize("seed", [None, 11])
def test_no_signal_changes_nothing(demo: CompiledPredictor, hidden: ProtoModel, seed: int | None) -> None:
    assert same_data(
        in_universe(demo, Universe.with_signal(hidden, seed, strength=0.0)), in_universe(demo, Universe(seed))
    )


def test_an_asimov_signal_is_what_is_predicted(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    inside = in_universe(demo, Universe.with_signal(hidden, None, strength=0.7))
    there = inside.predict(hidden)
    for i, row in enumerate(there.rows.tolist()):
        if not there.is_ul[i]:
            expected = inside.catalog.background[row] + 0.7 * there.signal[i]
            assert inside.catalog.observed[row] == pytest.approx(expected, rel=1e-12)
        else:
            base = there.limit_expected[i]
            base = demo.predict(hidden).limit_observed[i] if np.isnan(base) else base
            assert there.limit_observed[i] == pytest.approx(base + 0.7 * there.sigma[i], rel=1e-9)
    # every region and every limit wants the model as it was put in
    mu = np.linspace(0.0, 2.0, 201)
    curves = there.curves()(mu)
    for i in np.flatnonzero(~there.is_ul & (there.signal > 1.0)).tolist():
        assert mu[int(np.argmax(curves[i]))] == pytest.approx(0.7, abs=0.011)


def test_a_signal_raises_limits_near_its_masses_only(demo: CompiledPredictor) -> None:
    def squark(mass: float) -> ProtoModel:
        return ProtoModel({LBP: 150.0, 1000001: mass}, {1000001: {(LBP, 1): 1.0}})

    calm, there = (in_universe(demo, u) for u in (Universe(None), Universe.with_signal(squark(800.0), None)))
    for mass, raised in ((800.0 + RADIUS - 1.0, True), (800.0 + RADIUS + 1.0, False)):
        one, two = there.predict(squark(mass)), calm.predict(squark(mass))
        limits = one.is_ul
        assert limits.any() and (one.limit_observed[limits] > two.limit_observed[limits]).all() == raised
        if not raised:
            assert np.array_equal(one.limit_observed[limits], two.limit_observed[limits])


def test_drawn_signals_leave_the_backgrounds_alone(demo: CompiledPredictor, hidden: ProtoModel) -> None:
    """Counts grow by Poisson numbers of the predicted mean; false-alarm rate about one in a thousand."""
    signal = in_universe(demo, Universe.with_signal(hidden, None)).catalog.observed - demo.catalog.background
    rows = np.flatnonzero(~demo.catalog.is_ul & (signal > 0.5))
    assert len(rows) > 3
    more = []
    for seed in range(200):
        one, two = (in_universe(demo, u) for u in (Universe.with_signal(hidden, seed), Universe(seed)))
        more.append((one.catalog.observed - two.catalog.observed)[rows])
    total = np.array(more)
    assert (total >= 0.0).all()
    pulls = (total.sum(axis=0) - 200.0 * signal[rows]) / np.sqrt(200.0 * signal[rows])
    assert np.abs(pulls).max() < norm.isf(0.5e-3 / len(rows))


def test_the_injected_model_is_allowed_and_scores(demo: CompiledPredictor, scorer: Scorer, hidden: ProtoModel) -> None:
    inside = in_universe(demo, Universe.with_signal(hidden, None))
    score = Scorer(inside, scorer.combinability, scorer.policy).evaluate(hidden)
    calm = Scorer(in_universe(demo, Universe(None)), scorer.combinability, scorer.policy).evaluate(hidden)
    assert score.K is not None and calm.K is not None
    # upper limits alone pull a little upwards: their Gaussians are cut at 0
    assert score.mu_max > 1.0 and score.mu_hat == pytest.approx(1.0, abs=0.2)
    assert score.Z**2 > 8.0 and calm.Z < 1e-4


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
