"""What a scan records, beside evaluations and beside predictions that are made anew in each universe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from protomodels.campaign.excesses.recording import LOWEST_Z, MOST_EXCLUDING, Recorder
from protomodels.campaign.excesses.worlds import World, published, region_z, worlds_without_signal
from protomodels.critic import allowed_signal_strength
from protomodels.errors import ConfigError
from protomodels.files import read_model
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import PROTO_OPTIONS, SpectrumPredictor
from protomodels.production import cross_sections
from protomodels.results.demo import HIDDEN
from protomodels.scoring.spectrum import excluded_by
from protomodels.scoring.spectrum.results import results_of
from protomodels.spectrum import to_spectrum
from protomodels.statistics.confidence import joint_cls, limit_cls, region_cls
from protomodels.statistics.p_values import p_value, significance
from protomodels.universes import Universe, in_universe

N = 12


@pytest.fixture(scope="module")
def worlds(demo: CompiledPredictor) -> tuple[World, ...]:
    return worlds_without_signal(demo, N, seed=5)


@pytest.fixture(scope="module")
def models() -> list[ProtoModel]:
    """Stops, and what the demo hides: from far excluded to hardly seen."""
    stops = [
        ProtoModel({1000022: lightest, 1000006: mass}, {1000006: {(1000022, 6): 1.0}})
        for mass in (450.0, 600.0, 700.0, 800.0, 900.0, 1000.0)
        for lightest in (60.0, 210.0)
    ]
    return [*stops, read_model(HIDDEN)[0]]


def recorded(
    demo: CompiledPredictor, model: ProtoModel, data: World, universes: tuple[World, ...] = ()
) -> Mapping[str, Any]:
    spectrum = to_spectrum(model, cross_sections(model))
    predicted = SpectrumPredictor.of(demo).predict(spectrum, options=PROTO_OPTIONS)
    return Recorder(demo.catalog, data, universes)(spectrum, predicted)


def analyses_of(row: Mapping[str, Any]) -> list[str]:
    return [name.removeprefix("cls_exp:") for name in row if name.startswith("cls_exp:")]


def cls_of(p: Predictions, place: int) -> float:
    """By the data of the predictions themselves."""
    row, catalog = int(p.rows[place]), p.catalog
    if row in catalog.combined:
        return joint_cls(catalog.combined[row].likelihood, p.signals_of(row))[0]
    if p.is_ul[place]:
        return float(limit_cls(p.sigma[place], p.limit_observed[place], p.limit_expected[place])[0])
    return float(region_cls(p.signal[place], catalog.background[row], catalog.delta[row], catalog.observed[row])[0])


def test_of_the_data_it_is_what_evaluations_say(demo: CompiledPredictor, models: list[ProtoModel]) -> None:
    seen, excluded = 0, set()
    for model in models:
        row = recorded(demo, model, published(demo.catalog))
        predicted = SpectrumPredictor.of(demo).predict(to_spectrum(model), options=PROTO_OPTIONS)
        p = predicted.predictions
        found = {(one.analysis, one.region): one for one in results_of(predicted)}
        by = {name for name, _, _ in excluded_by(allowed_signal_strength(p).limits, p)}
        assert row["n_excluding"] == min(len(by), max(MOST_EXCLUDING + 1, row["n_excluding"]))
        excluded.add(bool(by))
        for name in analyses_of(row):
            own = [one.cls_obs for (analysis, _), one in found.items() if analysis == name]
            assert np.isclose(own, row[f"cls_obs:{name}"], atol=1e-9).any()
            assert row[f"cls_exp:{name}"] <= 0.2
            place = np.flatnonzero((p.analysis == name) & (p.catalog.region[p.rows] == row[f"region:{name}"]))[0]
            assert row[f"topologies:{name}"] and "X_Z1" in row[f"particles:{name}"].split()
            if not p.is_ul[place]:
                n, b, delta = (getattr(p.catalog, key)[p.rows[place]] for key in ("observed", "background", "delta"))
                assert row[f"z:{name}"] == pytest.approx(significance(float(p_value(n, b, delta, 1.0))), abs=1e-9)
                seen += 1
    assert seen > 5 and excluded == {True, False}


def test_expected_is_the_published_background_as_data(demo: CompiledPredictor, models: list[ProtoModel]) -> None:
    catalog = demo.catalog
    data = published(catalog)
    elsewhere = World(data.observed + 7.0, data.limit, data.limit_ratio, data.z, data.combined, data.added)
    for model in models:
        first, second = recorded(demo, model, data), recorded(demo, model, elsewhere)
        assert {name: first[name] for name in first if name.startswith(("cls_exp:", "region:"))} == {
            name: second[name] for name in second if name.startswith(("cls_exp:", "region:"))
        }


def test_universes_are_as_if_each_were_predicted_anew(
    demo: CompiledPredictor, models: list[ProtoModel], worlds: tuple[World, ...]
) -> None:
    entries = 0
    inside = [in_universe(demo, Universe(5 + k)) for k in range(N)]
    for model in models:
        row = recorded(demo, model, published(demo.catalog), worlds)
        chance = json.loads(row["chance"] or "{}")
        assert row["n_universes"] == N and len(chance) < N + 1
        for number, universe in enumerate(inside):
            p = universe.predict(model)
            z = region_z(p.catalog, p.catalog.observed)
            high = {}
            for name in analyses_of(row):
                place = np.flatnonzero((p.analysis == name) & (p.catalog.region[p.rows] == row[f"region:{name}"]))[0]
                if p.is_ul[place] and np.isnan(universe.observed_limits.ratio).all():
                    continue
                if not p.is_ul[place] and z[p.rows[place]] >= LOWEST_Z:
                    high[name] = z[p.rows[place]]
            by = {name for name, _, _ in excluded_by(allowed_signal_strength(p).limits, p)}
            own = chance.get(str(number))
            if own is None:
                assert not high or len(by) > MOST_EXCLUDING
                continue
            entries += 1
            assert own[0] == len(by)
            assert set(high) <= set(own[1])
            for name, (cls, significant) in own[1].items():
                values = [cls_of(p, place) for place in np.flatnonzero(p.analysis == name)]
                assert np.isclose(values, cls, atol=1e-4).any()
                if name in high:
                    assert significant == pytest.approx(high[name], abs=1e-4)
    assert entries > 3


def test_too_many_universes_are_refused(demo: CompiledPredictor) -> None:
    for n in (-1, 1001):
        with pytest.raises(ConfigError, match="--universes"):
            worlds_without_signal(demo, n)
