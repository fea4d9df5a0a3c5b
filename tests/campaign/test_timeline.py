"""Timelines: K through releases, and what analyses that came in between did to it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from protomodels.campaign.timeline import Timeline, timeline
from protomodels.campaign.timeline.changes import CHANGED, GONE, NEW
from protomodels.campaign.timeline.releases import in_order, release_number
from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.particles import LBP, pid_of
from protomodels.plots.front import plot
from protomodels.predictor import Predictor, load_results
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.results.demo import ARCHIVE, HIDDEN
from protomodels.runs.front import run
from protomodels.scoring import Scorer
from protomodels.scoring.ablation import ablate
from protomodels.scoring.front import evaluate
from protomodels.scoring.influence import influences
from tests.command_line import Cli


@dataclass(frozen=True)
class Older:
    """The demo as if it were published in two steps.

    Attributes
    ----------
    results: with an analysis ``missing`` that cannot be read, and without a signal region of ``smaller``.
    """

    folder: Path
    results: CompiledPredictor
    missing: str
    smaller: str
    region: str


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory, extract: Callable[..., Path], demo: CompiledPredictor) -> Older:
    found = evaluate(HIDDEN, demo)
    regions = [c for c in found.contributions if not c.is_ul]
    missing, smaller = regions[0].analysis, regions[1].analysis
    folder = extract(ARCHIVE, tmp_path_factory.mktemp("older"))
    for info in list(folder.rglob("globalInfo.txt")):
        if info.parent.name == missing:
            file = next(info.parent.rglob("T*.txt"))
            # SModelS refuses two maps of one topology in a region
            file.with_name("TAgain.txt").write_text(file.read_text().replace(file.stem, "TAgain", 1))
        elif info.parent.name == smaller:
            shutil.rmtree(info.parent / regions[1].region)
    (folder / "version").write_text("0.9\n")
    return Older(folder, load_results(str(folder)), missing, smaller, regions[1].region)


@pytest.fixture(scope="module")
def both(older: Older, demo: CompiledPredictor) -> Timeline:
    return timeline(HIDDEN, results=[older.results, demo], label="hidden")


def test_k_in_each_release_is_that_of_its_own_evaluation(both: Timeline, older: Older, demo: Predictor) -> None:
    (history,) = both
    assert both.releases == (older.results.name, "demo")
    for standing, results in zip(history.standings, (older.results, demo), strict=True):
        found = evaluate(HIDDEN, results, combinable=ARCHIVE.with_name("combinable.json"))
        assert (standing.K, standing.Z, standing.mu_hat, standing.mu_max) == (
            found.K,
            found.Z,
            found.mu_hat,
            found.mu_max,
        )
        assert standing.analyses[0] == found.contributions[0].analysis
        assert standing.limit == found.limits[0].analysis and standing.unseen == ()


def test_what_came_and_what_changed_is_named(both: Timeline, older: Older) -> None:
    (step,) = both[0].steps
    kinds = {change.analysis: (change.kind, change.what) for change in step.changes}
    assert step.came == (older.missing,) and step.went == ()
    assert [[folder.rpartition("/")[2] for folder in left_out] for left_out in both.left_out] == [[older.missing], []]
    assert any(note.startswith("left out of") and older.missing in note for note in both.report().notes)
    assert kinds.keys() == {older.missing, older.smaller}
    assert kinds[older.missing][0] == NEW and "signal region" in kinds[older.missing][1]
    kind, what = kinds[older.smaller]
    assert kind == CHANGED and "signal regions instead of" in what
    assert step.changes[0].size >= step.changes[1].size > 0.0


def test_an_analysis_that_goes_is_measured_where_it_was(older: Older, demo: CompiledPredictor, both: Timeline) -> None:
    back = timeline(HIDDEN, results=[demo, older.results])
    (step,) = back[0].steps
    gone = next(change for change in step.changes if change.analysis == older.missing)
    came = next(change for change in both[0].steps[0].changes if change.analysis == older.missing)
    assert gone.kind == GONE and gone.after is None and gone.before == came.after
    assert back[0].K == both[0].K[::-1] and step.went == (older.missing,)


def test_without_a_new_analysis_the_k_is_that_of_the_release_before(
    extract: Callable[..., Path], tmp_path: Path, demo: CompiledPredictor, older: Older
) -> None:
    """Leave-one-out is exact where one analysis is all that came."""
    folder = extract(ARCHIVE, tmp_path)
    for info in list(folder.rglob("globalInfo.txt")):
        if info.parent.name == older.missing:
            shutil.rmtree(info.parent)
    found = timeline(HIDDEN, results=[load_results(str(folder)), demo])[0]
    (change,) = found.steps[0].changes
    assert change.after is not None and change.before is None
    assert change.after.K_without == pytest.approx(found.K[0], abs=1e-9)
    assert change.after.mu_max_without == pytest.approx(found.standings[0].mu_max, rel=1e-12)
    assert change.after.total == pytest.approx(found.K[1] - found.K[0], abs=1e-9)  # type: ignore[operator]


def test_influence_as_evidence_is_ablation_and_as_limit_is_the_critic(scorer: Scorer) -> None:
    found = scorer.evaluate(ProtoModel({LBP: 100.0, 1000001: 600.0}, {1000001: {(LBP, 1): 1.0}}))
    rests = ablate(found)
    assert rests is not None and found.K is not None
    everything = influences(found, scorer.predictor.catalog.analyses)
    assert set(everything) == set(found.predictions.analysis.tolist())
    for name, K in rests.without_analysis.items():
        assert everything[name].K_without_evidence == pytest.approx(K, abs=1e-9)
    strongest = found.limits[0].analysis
    others = [limit for limit in found.limits if limit.analysis != strongest]
    for name, one in everything.items():
        assert (one.mu_max_without > found.mu_max) == (name == strongest)
        # a limit can only take: without it mu-hat may be larger
        assert one.as_limit is not None and one.as_limit <= 1e-9
    assert everything[strongest].mu_max_without == pytest.approx(scorer.policy.tolerance / others[0].r_obs)


def test_a_particle_without_maps_has_no_k_and_it_is_said(older: Older, demo: Predictor) -> None:
    stau = ProtoModel({LBP: 100.0, pid_of("X_tau"): 300.0}, {pid_of("X_tau"): {(LBP, 15): 1.0}})
    found = timeline(stau, results=[older.results, demo])
    for standing in found[0].standings:
        assert standing.K is None and standing.unseen == ("X_tau",)
        assert standing.reason == "no result sees the model; X_tau: no map of this release"
    assert found[0].verdict[0] == "unseen"
    assert any("no K of the model" in note for note in found.report().notes)


def test_releases_are_sorted_by_their_numbers_only_where_all_have_one(older: Older, demo: CompiledPredictor) -> None:
    assert release_number(older.results) == (0, 9) and release_number(demo) is None
    assert in_order([demo, older.results]) == [demo, older.results]
    for wrong in ([demo], [demo, demo]):
        with pytest.raises(ConfigError, match="results"):
            in_order(wrong)


class _Named:
    """Results that are only a name."""

    def __init__(self, name: str) -> None:
        self.name = self.fingerprint = name


def test_numbers_are_compared_as_numbers() -> None:
    named = [_Named(f"smodels-{number}") for number in ("1.10.0", "3.0.0", "1.2.4")]
    assert [r.name for r in in_order(named)] == ["smodels-1.2.4", "smodels-1.10.0", "smodels-3.0.0"]  # type: ignore[arg-type]
    assert [r.name for r in in_order(named, as_given=True)] == [r.name for r in named]  # type: ignore[arg-type]


def test_the_best_of_a_run_are_followed_with_what_it_scored_with(older: Older, demo: Predictor, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    done = run(demo, walkers=2, steps=15, seed=4, policy="paper", executor="inline", storage=url, progress=False)
    told: list[tuple[int, int]] = []
    found = timeline(
        run=done.id,
        results=[older.results, demo],
        best=3,
        storage=url,
        progress=lambda n, of: told.append((n, of)),
    )
    assert found.found_in == "demo" and told == [(n, len(found)) for n in range(1, len(found) + 1)]
    assert [h.label for h in found] == [f"proto-model {r.id}" for r in done.hiscores[: len(found)]]
    # the policy is the run's; what it stored is not rounded
    for history, record in zip(found, done.hiscores, strict=False):
        assert history.K[1] == pytest.approx(record.K, abs=1e-9)
    with pytest.raises(ConfigError, match="policy"):
        timeline(run=done.id, results=[older.results, demo], policy="paper", storage=url)
    with pytest.raises(ConfigError, match="either a model, or a run"):
        timeline(results=[older.results, demo])


def test_the_command_says_the_same(cli: Cli, older: Older, both: Timeline) -> None:
    arguments = ("timeline", str(HIDDEN), "--results", str(older.folder), "demo")
    told = cli.json(*arguments)
    assert isinstance(told, dict)
    expected = json.loads(json.dumps(both.to_dict()))
    assert [model["label"] for model in told["models"]] == ["hidden.json"]
    told["models"][0]["label"] = "hidden"
    assert told == expected
    shown = cli(*arguments, "--plot", "k.svg").stdout
    assert f"hidden.json: {both[0].verdict[0]} (" in shown and (cli.folder / "k.svg").exists()
    assert "at least two releases" in cli("timeline", str(HIDDEN), "--results", "demo", code=2).stderr


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    return Cli(tmp_path)


def test_the_figure_shows_k_and_the_analyses(both: Timeline, older: Older) -> None:
    figure = plot(both)
    first, second = figure.panels
    assert first.x.names == both.releases
    (points,) = [mark for mark in first.marks if type(mark).__name__ == "Points"]
    np.testing.assert_array_equal(points.y, both[0].K)  # type: ignore[union-attr]
    assert f"{older.missing} (demo)" in second.y.names
    with pytest.raises(ConfigError, match="one figure"):
        plot(both, "limits")


def test_answers_become_tables(both: Timeline) -> None:
    frame = both.to_dataframe()
    assert frame["K"].tolist() == list(both[0].K) and frame["release"].tolist() == list(both.releases)
    assert "timeline" in repr(both).lower() and "<table>" in both._repr_html_()
