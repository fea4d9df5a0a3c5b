"""The front door: what `import protomodels` offers, its defaults, and how it shows what it returns."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import protomodels as pm
from protomodels.cli.main import main
from protomodels.critic import AllowedStrength, allowed_signal_strength
from protomodels.database import Storage, open_storage
from protomodels.errors import ConfigError, ModelError
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.plots.figure import Axis, Bars, Figure, Panel
from protomodels.plots.kinds import KINDS
from protomodels.plots.subject import Subject
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.regions import most_excess
from protomodels.results.demo import HIDDEN
from protomodels.runs import Extensions, Run, RunConfig
from protomodels.settings import Policy
from protomodels.walker.moves import MoveContext
from tests.slha_texts import slha

MODEL = {"masses": {"X_t1": 830, "X_Z1": 210}, "decays": {"X_t1": {"1000022,6": 1.0}}}


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(tmp_path / "runs.db")


def test_importing_it_loads_nothing_else() -> None:
    text = "import sys, protomodels; print(*(name for name in sys.modules if name.startswith('protomodels')))"
    done = subprocess.run([sys.executable, "-P", "-c", text], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.split() == ["protomodels"]


def test_every_name_is_there_and_has_a_docstring() -> None:
    assert set(pm.__all__) <= set(dir(pm))
    for name in set(pm.__all__) - {"__version__"}:
        assert len(inspect.getdoc(getattr(pm, name)) or "") > 80, name
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = pm.nothing


def test_python_and_the_command_line_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "model.json"
    file.write_text(HIDDEN.read_text())
    evaluation = pm.evaluate(str(file))
    sys.argv = ["protomodels", "evaluate", str(file), "--format", "json"]
    with pytest.raises(SystemExit):
        main()
    answer = json.loads(capsys.readouterr().out)
    seconds = answer.pop("seconds")
    assert seconds > 0 and evaluation.K is not None and evaluation.K > 10
    assert answer.pop("warnings") == []
    assert answer == evaluation.to_dict(details=True) | {"muhat": evaluation.mu_hat, "mumax": evaluation.mu_max}
    assert pm.evaluate_many([json.loads(HIDDEN.read_text()), file])[1].K == evaluation.K


def test_many_models_of_all_kinds_are_evaluated_in_their_order(tmp_path: Path, demo: Predictor) -> None:
    (tmp_path / "any.slha").write_text(slha())
    (tmp_path / "proto.json").write_text(HIDDEN.read_text())
    (tmp_path / "bad.slha").write_text("BLOCK MASS\n 1000006 heavy\n")
    spectrum = pm.load_spectrum(tmp_path / "any.slha")
    models = [MODEL, tmp_path / "any.slha", pm.load_model(HIDDEN), spectrum, str(tmp_path / "proto.json")]
    found = pm.evaluate_many(iter(models), demo)
    alone = [pm.evaluate(model, demo) for model in models]
    assert [type(one) for one in found] == [type(one) for one in alone]
    assert [one.to_dict(details=True) for one in found] == [one.to_dict(details=True) for one in alone]
    assert found[0].K != found[2].K == found[4].K and found[1].K is None is not found[1].reason
    wrong = [MODEL, tmp_path / "bad.slha", {"masses": {"X_t1": 1}}, MODEL]
    with pytest.raises(ModelError, match="heavy") as caught:
        pm.evaluate_many(wrong, demo)
    assert caught.value.__notes__ == ["model 2 of those given"]
    kept = pm.evaluate_many(wrong, demo, keep_errors=True)
    assert [isinstance(one, ModelError) for one in kept] == [False, True, True, False]
    assert kept[3].K == kept[0].K == found[0].K


def test_an_evaluation_shows_itself(demo: Predictor) -> None:
    evaluation = pm.evaluate(MODEL, demo)
    assert len(repr(evaluation)) < 200 and "K = " in repr(evaluation)
    html = evaluation._repr_html_()
    assert all(c.analysis in html for c in evaluation.contributions) and "<table>" in html
    frame = evaluation.to_dataframe()
    assert frame["analysis"].tolist() == [c.analysis for c in evaluation.contributions]
    json.dumps(evaluation.to_dict(), allow_nan=False)


def test_a_model_that_nothing_sees_has_no_k_and_a_reason(demo: Predictor) -> None:
    unseen = pm.evaluate(ProtoModel({1000022: 2300.0, 1000011: 2390.0}, {1000011: {(1000022, 11): 1.0}}), demo)
    assert unseen.K is None and unseen.reason and unseen.to_dict()["reason"] == unseen.reason
    assert unseen.reason in repr(unseen) and len(unseen.to_dataframe()) == 0


def test_a_run_and_its_hiscores(storage: Storage, demo: Predictor) -> None:
    done = pm.run(demo, walkers=1, steps=8, seed=1, executor="inline", storage=storage)
    assert done.state == "completed" and done.steps == 8 and done.best_K == done.hiscores[0].K
    found = pm.hiscores(storage, run=done.id)
    assert [r.id for r in found] == [r.id for r in done.hiscores]
    frame = found.to_dataframe()
    assert frame["K"].tolist() == sorted(frame["K"], reverse=True) and frame["X_Z1"].notna().all()
    assert len(repr(done)) < 200 and "<table>" in done._repr_html_() and json.dumps(done.to_dict())
    assert len(pm.hiscores(storage, particle="X_Z1", limit=1)) == 1
    assert repr(found[:0]) == "<Hiscores: 0 proto-models>"


@dataclass(frozen=True)
class Halve:
    """Halves all signal strength multipliers, in every other step."""

    name: str = "halve"

    def propose(self, model: ProtoModel, context: MoveContext, rng: np.random.Generator) -> ProtoModel | None:
        if rng.random() < 0.5:
            return None
        return replace(model, ssm={pair: 0.5 * kappa for pair, kappa in model.ssm.items()})


def cautious(predictions: Predictions, policy: Policy) -> AllowedStrength:
    return allowed_signal_strength(predictions, 0.5 * policy.tolerance)


def upper_limits_only(predictions: Predictions, policy: Policy) -> list[int]:
    return [i for i in most_excess(predictions, False) if predictions.is_ul[i]]


def test_parts_of_ones_own(storage: Storage, demo: Predictor) -> None:
    settings: dict[str, Any] = {"walkers": 1, "seed": 1, "executor": "inline", "storage": storage}
    own: dict[str, Any] = {"moves": [Halve()], "critic": cautious, "choose_regions": upper_limits_only}
    done = pm.run(demo, steps=40, **settings, **own)
    steps = storage.steps(done.id, 0)
    assert any("halve" in step.move for step in steps)
    assert all(c.type == "UL" for record in done.hiscores for c in record.contributions)
    plain, halved = pm.evaluate(MODEL, demo), pm.evaluate(MODEL, demo, critic=cautious)
    assert halved.mu_max == pytest.approx(0.5 * plain.mu_max)
    # a run is only gone on with by the parts that began it
    begun = Run.create(storage, RunConfig("demo", 1, 1, 2), demo, extensions=Extensions(**own))
    name = re.escape(f"{__name__}:Halve")
    with pytest.raises(ConfigError, match=rf"extensions: got none; allowed: .*moves {name}"):
        pm.resume(begun.id, storage=storage, executor="inline")
    with pytest.raises(ConfigError, match="executor: got ray"):
        pm.resume(begun.id, storage=storage, executor="ray", **own)
    with pytest.raises(ConfigError, match="moves: got halve"):
        pm.run(demo, steps=1, **settings, moves=[Halve(), Halve()])


def masses_alone(subject: Subject) -> Figure:
    names = tuple(PARTICLES[pid].name for pid in subject.model.masses)
    bars = Bars(np.array(list(subject.model.masses.values())))
    return Figure((Panel(Axis("mass [GeV]"), Axis(names=names), (bars,)),), alt="masses as bars")


def test_figures(tmp_path: Path, demo: Predictor, storage: Storage) -> None:
    evaluation = pm.evaluate(MODEL, demo)
    alts = {kind: pm.plot(evaluation, kind).alt for kind in KINDS}
    assert len(set(alts.values())) == len(KINDS)
    own = pm.plot(evaluation, masses_alone, to=tmp_path / "own.svg")
    assert repr(own) == "<Figure 'masses as bars', panels: 1>"
    assert (tmp_path / "own.svg").read_bytes().startswith(b"<?xml") and own._repr_svg_().startswith("<?xml")
    done = pm.run(demo, walkers=2, steps=4, seed=1, executor="inline", storage=storage)
    assert "walkers" in pm.plot(done).alt
    with pytest.raises(ConfigError, match="kind: got limits; allowed: none: there is one figure of a RunResult"):
        pm.plot(done, "limits")
    with pytest.raises(ConfigError, match="kind: got spectra; allowed: one of spectrum, decays"):
        pm.plot(evaluation, "spectra")
    with pytest.raises(ConfigError, match="a function that returns a Figure, not int"):
        pm.plot(evaluation, lambda subject: 3)
