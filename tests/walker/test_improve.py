"""Models of one's own at the top of their mode: from Python and from the command line."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import protomodels as pm
from protomodels.cli.main import main
from protomodels.critic import AllowedStrength, allowed_signal_strength
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor import Predictions
from protomodels.production import cross_sections
from protomodels.scoring import Scorer
from protomodels.settings import Policy, policy
from protomodels.walker.front import improved
from protomodels.xsec import production_pairs

X_D, X_T1, X_W1 = 1000001, 1000006, 1000024
CLUMSY = ProtoModel(
    {LBP: 210.0, X_D: 690.0, X_T1: 830.0, X_W1: 1210.0},
    {X_D: {(LBP, 1): 1.0}, X_T1: {(LBP, 6): 1.0}, X_W1: {(LBP, 24): 1.0}},
    {(-X_T1, X_T1): 0.22, (-X_D, X_D): 0.28},
)
"""With a chargino that nothing sees."""


@pytest.mark.parametrize("name", ["default", "paper"])
def test_k_rises_and_a_particle_of_no_use_is_lost(scorer: Scorer, name: str) -> None:
    scorer = replace(scorer, policy=policy(name))
    found = improved(scorer, CLUMSY)
    assert found.before.K == scorer.evaluate(CLUMSY).K and found.gain > 1.0
    assert found.lost == ("X_W1",) and X_W1 not in found.model.masses
    assert found.after.K == scorer.evaluate(found.model).K
    assert found.after.mu_hat == pytest.approx(1.0, abs=1e-4)
    again = improved(scorer, found.model)
    assert 0.0 <= again.gain < 0.01 and again.model.masses.keys() == found.model.masses.keys()
    assert improved(scorer, CLUMSY).model == found.model


def test_changes_are_all_that_is_different(scorer: Scorer) -> None:
    """Each number of both models is either listed with its two values, or the same."""
    found = improved(scorer, CLUMSY)
    listed = {change.name: change for change in found.changes}
    assert len(listed) == len(found.changes)
    assert listed["m(X_W1)"].before == 1210.0 and listed["m(X_W1)"].after is None
    gone = listed["BR(X_W1 -> W X_Z1)"]
    assert (gone.before, gone.after) == (1.0, None)
    for pid, name in ((LBP, "m(X_Z1)"), (X_D, "m(X_d)"), (X_T1, "m(X_t1)")):
        before, after = CLUMSY.masses[pid], found.model.masses[pid]
        assert (name in listed) == (before != after)
        assert name not in listed or (listed[name].before, listed[name].after) == (before, after)
    mu, pair = found.before.mu_hat or 0.0, (-X_T1, X_T1)
    assert listed["kappa(X_t1, X_t1)"].before == pytest.approx(0.22 * mu, rel=1e-12)
    assert listed["kappa(X_t1, X_t1)"].after == found.model.kappa(pair)
    kept = [p for p in production_pairs(CLUMSY.masses) if p in production_pairs(found.model.masses)]
    moved = [p for p in kept if abs(found.model.kappa(p) - mu * CLUMSY.kappa(p)) > 1e-6 * found.model.kappa(p)]
    lost = len(production_pairs(CLUMSY.masses)) - len(kept)
    assert sum(name.startswith("kappa") for name in listed) == len(moved) + lost
    text = found.report().html()
    assert all(name in text for name in listed if ">" not in name) and "X_W1" in found.report().summary[-1][1]
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_model_at_its_top_stays_as_it_is(scorer: Scorer) -> None:
    """Also one whose mu-hat is not 1: K is the same, and so is the model."""
    top = improved(scorer, CLUMSY)
    while (again := improved(scorer, top.model)).gain > 0.0:
        top = again
    assert again.after is again.before and again.model == top.model and not again.changes
    assert again.report().notes[0].startswith("no change")


def test_the_cross_sections_of_a_file_become_multipliers(scorer: Scorer) -> None:
    sections = cross_sections(replace(CLUMSY, reference_order=scorer.policy.reference_order)).scaled(0.5)
    found = improved(scorer, CLUMSY, sections)
    assert found.before.K == scorer.evaluate(CLUMSY, sections).K
    assert found.after.K == pytest.approx(improved(scorer, CLUMSY).after.K, abs=0.01)


def test_a_model_without_a_k_is_refused_with_the_reason(scorer: Scorer) -> None:
    unseen = ProtoModel({LBP: 100.0, 1000011: 120.0}, {1000011: {(LBP, 11): 1.0}})
    with pytest.raises(ModelError, match=r"model: got X_e 120.*a model with a K.*no result sees the model"):
        improved(scorer, unseen)


def test_a_critic_of_ones_own_counts(demo: object) -> None:
    def strict(predictions: Predictions, choice: Policy) -> AllowedStrength:
        return allowed_signal_strength(predictions, 0.5 * choice.tolerance)

    own, usual = pm.improve(CLUMSY, critic=strict), pm.improve(CLUMSY)
    assert own.after.K is not None and usual.after.K is not None
    assert own.before.mu_max == pytest.approx(0.5 * usual.before.mu_max) and own.gain > 0.0
    assert own.after.K < usual.after.K
    assert own.after.limits[0].r_obs <= 0.5 * 1.3 * (1.0 + 1e-4)


def run(*arguments: str, code: int = 0) -> None:
    sys.argv = ["protomodels", "improve", *arguments]
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == code


@pytest.mark.parametrize("suffix", [".json", ".slha"])
def test_the_command_says_and_writes_what_python_does(
    suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], demo: object
) -> None:
    file, to = tmp_path / "model.json", tmp_path / f"better{suffix}"
    file.write_text(json.dumps(CLUMSY.as_dict()))
    run(str(file), "--to", str(to), "--format", "json")
    answer, found = json.loads(capsys.readouterr().out), pm.improve(CLUMSY)
    assert answer.pop("warnings") == [] and answer == json.loads(json.dumps(found.to_dict()))
    written = pm.load_model(to)
    if suffix == ".json":
        assert written == found.model and pm.evaluate(to).K == found.after.K
    else:
        assert np.allclose(list(written.masses.values()), list(found.model.masses.values()), atol=0.05)
        assert pm.evaluate(to).K == pytest.approx(found.after.K, abs=0.2)
    run(str(file))
    table = capsys.readouterr().out
    assert f"K = {found.after.K:.3f}, before {found.before.K:.3f}" in table and "m(X_t1)" in table
    assert "lost" in table and "X_W1" in table


def test_a_wrong_name_to_write_to_is_refused_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(CLUMSY.as_dict()))
    for wrong in ("better.txt", "nowhere/better.json"):
        run(str(file), "--results", "nothing", "--to", str(tmp_path / wrong), code=2)
        assert "--to: got" in capsys.readouterr().err


def test_wrong_choices_are_refused_as_evaluate_does() -> None:
    with pytest.raises(ConfigError, match="policy: got none"):
        pm.improve(CLUMSY, policy="none")
    with pytest.raises(ModelError):
        pm.improve({"masses": {"X_Z1": 1.0}})
