"""What the front door refuses: one error of our tree that names field, value and what is allowed; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import protomodels as pm
from protomodels.critic import AllowedStrength, published_limits
from protomodels.database import Storage, open_storage
from protomodels.errors import ConfigError, InputError, ModelError, ResultsError, StorageError
from protomodels.plots.figure import Figure
from protomodels.predictor import Predictor

MODEL = {"masses": {"X_t1": 830, "X_Z1": 210}, "decays": {"X_t1": {"1000022,6": 1.0}}}
ANY: Any = None
"""For arguments of a wrong type."""


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return open_storage(tmp_path / "runs.db")


@pytest.mark.parametrize("model", [None, 3, [1], b"model.json", "a\0b", float("nan")])
def test_what_is_no_model_is_refused(model: Any) -> None:
    for use in (pm.load_model, pm.evaluate, pm.plot):
        with pytest.raises(ModelError, match="allowed: "):
            use(model)


@pytest.mark.parametrize("models", [None, 3, "model.json", MODEL])
def test_evaluate_many_wants_several(models: Any) -> None:
    with pytest.raises(ModelError, match="models: got"):
        pm.evaluate_many(models)


@pytest.mark.parametrize("results", [None, 3, [], b"demo", {"demo": 1}, "x" * 5000])
def test_what_are_no_results_is_refused(results: Any, storage: Storage) -> None:
    calls: list[Callable[[], object]] = [
        lambda: pm.load_results(results),
        lambda: pm.evaluate(MODEL, results),
        lambda: pm.run(results, storage=storage),
        lambda: pm.closure(MODEL, results=results, storage=storage),
    ]
    for call in calls:
        with pytest.raises(ResultsError, match="results: got"):
            call()
    assert not storage.list_runs()


def test_results_may_be_a_path() -> None:
    assert pm.load_results(Path("demo")).name == "demo"


@pytest.mark.parametrize("location", [3, [], b"runs.db", "", "  ", float("nan")])
def test_what_is_no_storage_is_refused(location: Any) -> None:
    calls: list[Callable[[Any], object]] = [pm.open_storage, pm.hiscores, lambda s: pm.run(walkers=1, storage=s)]
    for call in calls:
        with pytest.raises(ConfigError, match="--storage: got"):
            call(location)


def test_what_only_reads_makes_no_storage(tmp_path: Path) -> None:
    calls: list[Callable[[Path], object]] = [
        lambda missing: pm.hiscores(missing),
        lambda missing: pm.resume("some", storage=missing),
        lambda missing: pm.pvalue("some", storage=missing),
    ]
    for call in calls:
        with pytest.raises(StorageError, match="there is no such file"):
            call(tmp_path / "new" / "runs.db")
    assert not list(tmp_path.iterdir())


def test_the_storage_of_the_user_is_made_when_it_is_first_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROTOMODELS_STORAGE", str(tmp_path / "runs.db"))
    assert len(pm.hiscores()) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("tolerance", 0.0),
        ("tolerance", float("nan")),
        ("tolerance", "1.3"),
        ("min_results", 0),
        ("min_sensitivity", float("nan")),
        ("regions", "some"),
        ("search", "some"),
        ("reference_order", "LO"),
        ("strict", "yes"),
    ],
)
def test_an_impossible_policy_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ConfigError, match=f"{field}: got"):
        replace(pm.policy("paper"), **{field: value})
    with pytest.raises(ConfigError, match="policy: got"):
        pm.policy([field])  # type: ignore[arg-type]


NO_ROWS: list[Any] = [
    None,
    ["a"],
    [-1],
    [10**6],
    [0.0],
    [True],
    [0, 0],
    5,
    [float("nan")],
    [[0]],
    [[0], [1, 2]],
    [10**30],
]


@pytest.mark.parametrize("rows", NO_ROWS)
def test_a_statistic_of_regions_that_chooses_no_rows(rows: Any, demo: Predictor) -> None:
    with pytest.raises(ConfigError, match=r"choose_regions: got .*allowed: indices of rows"):
        pm.evaluate(MODEL, demo, choose_regions=lambda predictions, policy: rows)


def test_a_mask_is_not_taken_for_indices(demo: Predictor) -> None:
    with pytest.raises(ConfigError, match="indices of rows"):
        pm.evaluate(MODEL, demo, choose_regions=lambda predictions, policy: predictions.has_likelihood)
    assert pm.evaluate(MODEL, demo, choose_regions=lambda predictions, policy: []).K is None


@pytest.mark.parametrize("mu_max", [float("nan"), -1.0, "1", None])
def test_a_critic_that_allows_no_strength(mu_max: Any, demo: Predictor) -> None:
    with pytest.raises(ConfigError, match=r"critic: got .*AllowedStrength"):
        pm.evaluate(MODEL, demo, critic=lambda predictions, policy: AllowedStrength(mu_max, predictions))
    with pytest.raises(ConfigError, match=r"critic: got .*AllowedStrength"):
        pm.evaluate(MODEL, demo, critic=lambda predictions, policy: mu_max)


@dataclass(frozen=True)
class Nonsense:
    """A move that gives no model."""

    name: str = "nonsense"

    def propose(self, model: Any, context: Any, rng: Any) -> Any:
        return 3


@pytest.mark.parametrize(
    "own",
    [
        {"moves": None},
        {"moves": Nonsense()},
        {"moves": "shift"},
        {"moves": [Nonsense]},
        {"moves": [3]},
        {"moves": [Nonsense(), Nonsense()]},
        {"choose_regions": 3},
        {"critic": "cautious"},
        {"progress": 3},
        {"executor": "some"},
        {"strict": "yes"},
        {"seed": 1.5},
        {"policy": []},
        {"combinable": "a\0b"},
    ],
)
def test_a_run_that_cannot_be_is_not_stored(own: dict[str, Any], demo: Predictor, storage: Storage) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(own))}: got"):
        pm.run(demo, **{"walkers": 1, "steps": 2, "seed": 1, "executor": "inline", "storage": storage, **own})
    assert not storage.list_runs()


@pytest.mark.parametrize(
    "asked",
    [
        {"executor": "some"},
        {"workers": 0},
        {"on_answer": 3},
        {"seed": None},
        {"seed": -1},
        {"runs": 0},
        {"kind": "some"},
    ],
)
def test_a_closure_test_that_cannot_be_is_not_stored(asked: dict[str, Any], demo: Predictor, storage: Storage) -> None:
    with pytest.raises(ConfigError, match=f"{next(iter(asked))}: got"):
        pm.closure(MODEL, results=demo, storage=storage, **asked)
    assert not storage.list_campaigns() and not storage.list_runs()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"strengths": 1.0}, "strengths"),
        ({"strengths": [1.0, -1.0]}, "universe.strength"),
        ({"strengths": "1"}, "universe.strength"),
        ({"critical_K": float("nan")}, "critical_K"),
        ({"critical_K": "5"}, "critical_K"),
        ({"executor": "some"}, "executor"),
    ],
)
def test_a_power_curve_that_cannot_be_is_not_stored(
    asked: dict[str, Any], field: str, demo: Predictor, storage: Storage
) -> None:
    with pytest.raises(ConfigError, match=f"{field}: got"):
        pm.power(MODEL, **{"strengths": [1.0], "critical_K": 5.0, "results": demo, "storage": storage, **asked})
    assert not storage.list_campaigns() and not storage.list_runs()


@pytest.mark.parametrize(
    "asked",
    [{"executor": "some"}, {"on_answer": 3}, {"seed": None}, {"universes": 0}, {"width": "a"}, {"width": 1.0}],
)
def test_a_p_value_that_cannot_be_is_not_stored(asked: dict[str, Any], demo: Predictor, storage: Storage) -> None:
    run = pm.run(demo, walkers=1, steps=20, seed=1, executor="inline", storage=storage)
    assert run.best_K is not None
    with pytest.raises(ConfigError, match=f"{next(iter(asked))}: got"):
        pm.pvalue(run.id, storage=storage, **asked)
    assert not storage.list_campaigns()


def test_a_p_value_of_a_search_with_parts_of_ones_own_is_refused(demo: Predictor, storage: Storage) -> None:
    own: Any = {"critic": lambda predictions, policy: published_limits(predictions, policy)}
    run = pm.run(demo, walkers=1, steps=20, seed=1, executor="inline", storage=storage, **own)
    with pytest.raises(ConfigError, match=r"run: got .*parts of the user's own"):
        pm.pvalue(run.id, storage=storage)
    assert not storage.list_campaigns()


def test_a_move_that_gives_no_model_ends_the_run_and_says_so(demo: Predictor, storage: Storage) -> None:
    with pytest.raises(ConfigError, match=r"moves.nonsense: got 3; allowed: a ProtoModel"):
        pm.run(demo, walkers=1, steps=30, seed=1, executor="inline", storage=storage, moves=[Nonsense()])
    run = storage.list_runs()[0]
    assert run.state == "failed" and "moves.nonsense" in storage.log(run.id)[-1][1].message


@pytest.mark.parametrize("kind", [3, "", "some", [], b"limits"])
def test_what_is_no_kind_of_figure_is_refused(kind: Any) -> None:
    with pytest.raises(ConfigError, match=r"kind: got .*spectrum"):
        pm.plot(MODEL, kind)


def test_an_array_is_no_run() -> None:
    with pytest.raises(ModelError, match="model: got"):
        pm.plot(np.eye(2))


@pytest.mark.parametrize("to", [3, "", "figure", "figure.txt", b"figure.svg", "a\0.svg"])
def test_a_figure_goes_to_a_file_that_can_be(to: Any) -> None:
    with pytest.raises(ConfigError, match="plot: got"):
        Figure((), alt="nothing").save(to)


@pytest.mark.parametrize("particle", [None, "X_some", 3, ["X_t1", 3], float("nan")])
def test_what_is_no_particle_is_refused(particle: Any, storage: Storage) -> None:
    with pytest.raises(ModelError, match="particle: got"):
        pm.hiscores(storage, particle=particle)
    assert len(pm.hiscores(storage, particle=1000006)) == 0


def test_every_refusal_is_short_and_says_what_is_allowed(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"masses": {"X_Z1": list(range(10_000))}}))
    with pytest.raises(InputError) as caught:
        pm.load_model(file)
    assert len(str(caught.value)) < 1000 and "; allowed: " in str(caught.value)
