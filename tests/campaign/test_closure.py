"""Closure and power: what is found of an injected proto-model."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from protomodels.campaign.closure import ClosureCampaign
from protomodels.campaign.closure_config import Closure
from protomodels.campaign.closure_result import ClosureResult, mass_spreads, partners
from protomodels.campaign.power import power_curve
from protomodels.database import Storage
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictor
from protomodels.production import in_order
from protomodels.runs import Execution, RunConfig
from tests.campaign.searches import BASE, INLINE, closure_config


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


def test_closure_walks_on_what_it_says(storage: Storage, demo: Predictor, hidden: ProtoModel) -> None:
    injected = in_order(hidden, "NNLO_approx+NNLL")  # with the cross sections that the search gives it
    for kind in Closure:
        campaign = ClosureCampaign.create(storage, closure_config(hidden, kind), demo)
        found = campaign.walk(INLINE)
        assert found == campaign.answer() == ClosureCampaign(storage, campaign.id, demo).answer()
        assert [f.run for f in found] == list(storage.campaign(campaign.id).runs.values())
        for position, f in enumerate(found):
            config = RunConfig.from_json(storage.get_run(f.run).config_json)
            assert config.universe is not None and config.universe.model == injected and config.seed == position + 1
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
