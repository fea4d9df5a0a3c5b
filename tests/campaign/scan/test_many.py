"""Models in Python, many at once; judges that combine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import protomodels as pm
from protomodels.campaign.scan import EvaluationJudge, ScanSettings, evaluate_many
from protomodels.campaign.scan.front import judge_of, rows_of
from protomodels.campaign.scan.limits import small_model
from protomodels.critic import Limit
from protomodels.errors import ModelError, ResultsError
from protomodels.model import ProtoModel
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import Options
from protomodels.production import CrossSections
from protomodels.results.demo import HIDDEN
from protomodels.scoring.evaluation import Contribution
from protomodels.spectrum import Spectrum, load_spectrum
from tests.campaign.scan.points import Trouble, write_points


def test_models_of_all_kinds(demo: CompiledPredictor, simple: ProtoModel, tmp_path: Path) -> None:
    file = write_points(tmp_path / "points", 1) / "point0000.slha"
    plain = {"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}
    models = [file, load_spectrum(file), simple, plain, "gone.slha", {"masses": {}}, lambda: 7, str(file)]
    found = evaluate_many(iter(models), demo, workers=2, masses=True, analyses=["ATLAS-DEMO-2016-01"])
    assert len(found) == 8 and found[0]["r_obs"] and "3 without an answer" in repr(found)
    assert found[0] == found[1] == found[7] and found[2]["file"] == "model 3"
    assert found[3]["mass:X_t1"] == 830 and found[2]["n_particles"] == 3
    assert "gone.slha" in str(found[4]["error"]) and all("error" in row for row in found[4:7])
    assert "model 7: got function; allowed: a Spectrum" in str(found[6]["error"])
    assert len(evaluate_many([], demo)) == 0
    frame = found.to_dataframe()
    assert list(frame["file"]) == [row["file"] for row in found] and "r_obs:ATLAS-DEMO-2016-01" in frame
    assert frame["mass:X_t1"].notna().tolist() == [True] * 4 + [False] * 3 + [True]


def test_rows_come_in_order_while_models_are_still_made(simple: ProtoModel) -> None:
    made = 0

    def models() -> Iterator[ProtoModel]:
        nonlocal made
        for _ in range(10_000):
            made += 1
            yield simple

    rows = rows_of(models(), Trouble(), ScanSettings(workers=2))
    assert [next(rows)["file"] for _ in range(50)] == [f"model {i + 1}" for i in range(50)]
    rows.close()  # type: ignore[attr-defined]  # a generator
    assert made < 2000


@pytest.mark.parametrize("models", [None, 3, "model.json", {"masses": {}}, small_model()])
def test_a_single_model_is_refused(models: Any) -> None:
    with pytest.raises(ModelError, match="models: got"):
        rows_of(models, Trouble())


@dataclass(frozen=True)
class Said:
    """An evaluation."""

    limits = (
        Limit("A", "SR1", False, 0.8, 1.2, 3.0),
        Limit("A", "T2tt", True, 0.4, float("nan"), 0.1),
        Limit("B", "T1", True, 0.2, 1.5, 0.1),
    )
    contributions: tuple[Contribution, ...]
    sections: CrossSections
    warnings = ("from the file", "of the scorer")
    is_excluded, K, Z, mu_hat, mu_max = True, None, 1.5, 0.5, float("inf")
    reason = "no prior"


def test_an_evaluation_as_a_row() -> None:
    def evaluate(spectrum: Spectrum) -> Said:
        assert spectrum.sections is not None
        return Said((), spectrum.sections)

    judge = EvaluationJudge(evaluate, "f", ["A", "B", "C"], {"policy": "default"}, ["all"])
    judge.prepare()
    row = judge(small_model())
    assert set(row) <= {*judge.columns, "warnings"} and judge.options["analyses"] == ["A", "B", "C"]
    assert (row["r_obs"], row["r_obs_region"], row["r_exp"], row["r_exp_analysis"]) == (0.8, "SR1", 1.5, "B")
    assert (row["r_obs:A"], row["r_exp:A"], row["r_obs:C"]) == (0.8, 1.2, None)
    assert (row["Z"], row["K"], row["no_K"], row["excluded"]) == (1.5, None, "no prior", True)
    assert row["sigma_13"] == 10.0 and row["warnings"] == "from the file; of the scorer"


def test_k_is_that_of_an_evaluation(demo: CompiledPredictor) -> None:
    one = pm.evaluate(HIDDEN, demo)
    row = evaluate_many([HIDDEN], demo, workers=1)[0]
    assert (row["K"], row["Z"], row["mu_hat"], row["mu_max"]) == (one.K, one.Z, one.mu_hat, one.mu_max)
    assert row["combination"] == " ".join(dict.fromkeys(c.analysis for c in one.contributions))
    short = evaluate_many([HIDDEN], demo, workers=1, limits_only=True)[0]
    assert "K" not in short and short["r_obs"] == row["r_obs"] and short["mu_max"] == row["mu_max"]


def test_rows_of_proto_models_are_what_evaluate_says_of_the_same_files(demo: CompiledPredictor, tmp_path: Path) -> None:
    soft = {"masses": {"X_Z1": 210, "X_W1": 217.5, "X_t1": 830.04, "X_d": 690}}  # compressed for proto-models only
    soft["decays"] = {"X_W1": {"1000022,24": 1.0}, "X_t1": {"1000022,6": 0.5, "1000024,5": 0.5}}  # type: ignore[dict-item]
    soft["decays"]["X_d"] = {"1000022,1": 0.9998, "1000024,2": 0.0002}  # type: ignore[assignment]  # below 0.02 fb
    files = []
    for name, model in (("hidden", pm.load_model(HIDDEN)), ("soft", pm.load_model(soft))):
        (tmp_path / f"{name}.json").write_text(json.dumps(model.as_dict()))
        (tmp_path / f"{name}.slha").write_text(model.to_slha())
        files += [tmp_path / f"{name}.json", tmp_path / f"{name}.slha"]
    rows = evaluate_many(files, demo, workers=1)
    short = evaluate_many(files, demo, workers=1, limits_only=True)
    for file, row, limits in zip(files, rows, short, strict=True):
        one = pm.evaluate(file, demo)
        assert one.K is not None and row["K"] == pytest.approx(one.K, rel=1e-12)
        strongest = one.limits[0].r_obs
        assert row["r_obs"] == limits["r_obs"] == pytest.approx(strongest, rel=1e-12)
        assert row["excluded"] == limits["excluded"] == (strongest > 1.0)
    other = pm.evaluate(files[2], demo, options=Options(sigmacut=0.0051))  # SModelS's parameters see another model
    assert other.K != pytest.approx(rows[2]["K"], rel=1e-3)


def test_only_compiled_results_can_judge(demo_oracle: Any) -> None:
    with pytest.raises(ResultsError, match=r"results: got .*; allowed: compiled results"):
        judge_of(demo_oracle)
