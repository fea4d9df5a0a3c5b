"""Proposals go where models are selected, keep their distances, and know the ranges of parameters."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.expressions import Cut
from protomodels.campaign.excesses.front import orthogonality_of
from protomodels.campaign.excesses.sampling import propose, propose_from_tables
from protomodels.campaign.excesses.sampling.proposing import DISTANCE, EXPLORING
from protomodels.campaign.excesses.sampling.tables import scores_of
from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from tests.campaign.excesses.tables import A, B, row, write

pytest.importorskip("sklearn")

CENTER = np.array([0.3, 0.6, 0.5])


def score_of(unit: np.ndarray) -> np.ndarray:
    """A ball of 1.4% of the volume is selected, a shell around it nearly."""
    distance = np.linalg.norm(unit - CENTER, axis=1)
    return np.where(distance < 0.15, 1.0, np.where(distance < 0.4, 0.5, 0.0))


def test_proposals_are_selected_more_often() -> None:
    scale = np.array([100.0, 2000.0, 5.0])
    unit = np.random.default_rng(1).random((400, 3))
    points, scores = unit * scale, score_of(unit)
    found = propose(points, scores, 100, seed=3)
    assert found.shape == (100, 3) and np.array_equal(found, propose(points, scores, 100, seed=3))
    assert (score_of(found / scale) >= 1.0).mean() > 0.5 > 10 * (scores >= 1.0).mean()
    low, high = points.min(axis=0), points.max(axis=0)
    assert (found >= low).all() and (found <= high).all()
    # none is a copy, and a tenth looks elsewhere
    new = (found - low) / (high - low)
    others = np.concatenate([(points - low) / (high - low), new])
    distances = np.sort(np.linalg.norm(new[:, None] - others[None], axis=2), axis=1)[:90, 1]
    assert (distances > DISTANCE * np.sqrt(3) * (1 - 1e-9)).mean() > 0.9
    assert (score_of(found[-round(EXPLORING * 100) :] / scale) == 0.0).any()


def test_gaps_of_a_parameter_stay_empty() -> None:
    rng = np.random.default_rng(2)
    points = np.column_stack([rng.uniform(0.5, 1.0, 300) * rng.choice([-1.0, 1.0], 300), rng.random(300)])
    found = propose(points, (np.abs(points[:, 0]) < 0.6).astype(float), 200)
    assert (np.abs(found[:, 0]) >= 0.49).all() and (found[:, 0] < 0.0).any() and (found[:, 0] > 0.0).any()


@pytest.mark.parametrize(
    ("points", "n"),
    [(np.zeros((19, 2)), 5), (np.zeros((30, 0)), 5), (np.full((30, 2), np.nan), 5), (np.ones(30), 5),
     (np.ones((30, 2)), 0)],
)  # fmt: skip
def test_what_nothing_can_be_learned_from(points: np.ndarray, n: int) -> None:
    with pytest.raises(ConfigError):
        propose(points, np.zeros(len(points)), n)


def test_scores(tmp_path: Path, demo: CompiledPredictor) -> None:
    high, none = (0.01, 0.2, 2.5), (0.01, 0.2, 1.0)
    rows = [
        row("selected", {A: high, B: high}),
        row("one", {A: high, B: none}),
        row("held", {A: high, B: high}, excluding=1),
        row("sensitive", {A: none}),
        row("nothing", {}),
        row("heavy", {A: high, B: high}, stop=2000.0),
        {"file": "torn", "error": "no SLHA"},
    ]
    criteria = Criteria(cuts=(Cut.of("mass:X_t1 < 1000"),))
    found = scores_of(write(tmp_path / "t.csv", rows), orthogonality_of("demo"), criteria)
    wanted = {"selected": 1.0, "one": 0.5, "held": 0.25, "sensitive": 0.1, "nothing": 0.0}
    assert {name: found[name] for name in wanted} == wanted
    assert np.isnan([found["heavy"], found["torn"]]).all()


def test_a_table_in_and_a_table_out(tmp_path: Path, demo: CompiledPredictor) -> None:
    rng, high = np.random.default_rng(4), (0.01, 0.2, 2.5)
    unit = rng.random((200, 2))
    rows = [row(f"{i}", {A: high, B: high} if x + y < 0.4 else {}) for i, (x, y) in enumerate(unit)]
    scan = write(tmp_path / "scan.csv", rows)
    with (tmp_path / "p.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows(
            [("file", "m1", "m2", "word"), *((f"{i}", x, y, "a") for i, (x, y) in enumerate(unit)), ("x", "", "", "")]
        )
    ask = scan, tmp_path / "p.csv", tmp_path / "new.csv", 50, orthogonality_of("demo")
    assert propose_from_tables(*ask, columns=["m1", "m2"]) == 200
    with (tmp_path / "new.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 50 and set(found[0]) == {"m1", "m2"}
    assert sum(float(one["m1"]) + float(one["m2"]) < 0.4 for one in found) > 30
    for columns, said in ((["m3"], "m3"), (["word"], "numbers"), ((), "numbers")):
        with pytest.raises(ConfigError, match=said):
            propose_from_tables(*ask, columns=columns)
    (tmp_path / "p.csv").write_text("file,m1\nother,1\n")
    with pytest.raises(ConfigError, match="none of the 200 models"):
        propose_from_tables(*ask)
