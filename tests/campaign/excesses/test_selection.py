"""The criteria, and tables that are not what they should be."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

import pytest

import protomodels as pm
from protomodels.campaign.excesses import Criteria, Cut, excesses
from protomodels.campaign.excesses.counting import Sample, Tally
from protomodels.campaign.excesses.orthogonal import Orthogonality
from protomodels.campaign.excesses.planes import EXCLUDED, SMALL, SPARED, plane
from protomodels.combiner import combinability_for
from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from tests.campaign.excesses.tables import A, B, C, found_in, lines, row, write

HIGH = (0.01, 0.2, 2.5)
ROWS = [
    row("two.slha", {A: HIGH, B: HIGH},
        chance={0: [0, {A: [0.1, 2.2], B: [0.3, 2.1]}], 2: [1, {A: [0.2, 3.0], B: [0.2, 3.0]}]}),
    row("one.slha", {A: HIGH, B: (0.01, 0.04, 2.5)}),
    row("not sensitive.slha", {A: HIGH, B: (0.06, 0.2, 2.5)}, chance={1: [0, {B: [0.2, 2.5]}]}),
    row("low.slha", {A: HIGH, B: (0.01, 0.2, 1.9)}, chance={1: [0, {A: [0.2, 1.9], B: [0.04, 2.5]}]}),
    row("excluded.slha", {A: HIGH, B: HIGH}, excluding=1, chance={3: [0, {A: [0.2, 2.5]}]}),
    row("no sets.slha", {A: (0.01, float("nan"), 2.5)}),
    row("nothing.slha", {}),
    {"file": "torn.slha", "error": "no SLHA"},
]  # fmt: skip


def test_each_criterion(tmp_path: Path, demo: CompiledPredictor) -> None:
    found = found_in(tmp_path / "t.csv", ROWS)
    assert [model.file for model in found.models] == ["two.slha"] and found.models[0].orthogonal == (A, B)
    counts = found.counts
    assert (counts.n, counts.errors, counts.cut, counts.excluded, counts.sensitive, counts.spared) == (8, 1, 0, 1, 6, 5)
    assert dict(counts.data.by_number) == {1: 3, 2: 1} and counts.n_universes == 4
    assert found.selected.data == 1 and found.selected.chance == (1, 0, 0, 0) and found.selected.p == 2 / 5
    assert found.by_number[1].data == 3 and found.by_number[1].chance == (0, 0, 0, 1)
    names, matrix = found.matrix()
    assert names == (A, B) and matrix.tolist() == [[4, 1], [1, 1]]
    # every threshold is an option
    assert [m.file for m in found_in(tmp_path / "a.csv", ROWS, analyses=1).models] == [
        "two.slha", "low.slha", "not sensitive.slha", "one.slha"]  # fmt: skip
    assert found_in(tmp_path / "b.csv", ROWS, excluding=1).selected.data == 2
    assert found_in(tmp_path / "c.csv", ROWS, excluding=1).selected.chance == (1, 0, 1, 0)
    assert found_in(tmp_path / "d.csv", ROWS, z=1.8).selected.data == 2
    assert found_in(tmp_path / "e.csv", ROWS, alpha=0.061).selected.data == 2
    assert found_in(tmp_path / "f.csv", ROWS, z=2.5).selected.data == 0


def test_analyses_that_may_not_be_combined_count_once(tmp_path: Path, demo: CompiledPredictor) -> None:
    table = combinability_for("demo")
    orthogonality = Orthogonality(demo.catalog, table)
    allowed = dict(zip(("analysis", "experiment", "sqrts"), ([A, C], ["ATLAS"] * 2, [13.0] * 2), strict=True))
    together = bool(table.pairwise(allowed["analysis"], [None] * 2, allowed["experiment"], allowed["sqrts"])[0, 1])
    assert len(orthogonality.largest({A, C})) == 1 + together
    assert orthogonality.largest({A}) == (A,) and orthogonality.largest({A, B}) == (A, B)
    with pytest.raises(ConfigError, match="--results"):
        orthogonality.check(["CMS-NONE-1"])
    with pytest.raises(ConfigError, match="--results"):
        found_in(tmp_path / "t.csv", [row("a", {"CMS-NONE-1": HIGH})])


def test_csv_and_parquet_say_the_same(tmp_path: Path, demo: CompiledPredictor) -> None:
    pytest.importorskip("pyarrow")
    first, second = (found_in(tmp_path / f"t.{kind}", ROWS).to_dict() for kind in ("csv", "parquet"))
    assert first | {"table": ""} == second | {"table": ""}


def test_cuts_of_other_columns(tmp_path: Path, demo: CompiledPredictor) -> None:
    rows = [row(f"{i}.slha", {A: HIGH, B: HIGH}, omega=0.1 * i, stop=500.0 + i) for i in range(5)]
    found = found_in(tmp_path / "t.csv", rows, cuts=(Cut.of("omega < 0.25 and mass:X_t1 > 500"),))
    assert sorted(model.file for model in found.models) == ["1.slha", "2.slha"] and found.counts.cut == 3
    with pytest.raises(ConfigError, match="--where: got omga"):
        found_in(tmp_path / "t.csv", rows, cuts=(Cut.of("omga < 1"),))


@pytest.mark.parametrize(
    "options", [{"alpha": 0.0}, {"alpha": 0.3}, {"z": 1.0}, {"z": float("nan")}, {"analyses": 0}, {"excluding": 4}]
)
def test_criteria_out_of_range(options: dict[str, float]) -> None:
    with pytest.raises(ConfigError, match="--"):
        Criteria(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("n_excluding", "other", 1), "no column n_excluding"),
        (lambda text: text.replace(f"z:{A}", "other", 1), f"no column z:{A}"),
        (lambda text: text + "torn,row\n", "2 values"),
        (lambda text: text.replace("n_universes", "chance", 1), "column chance twice"),
        (lambda text: "", "no columns"),
        (lambda text: text.replace('""A""', "", 1).replace("[0,", "[[,", 1), "chance"),
        (lambda text: text.replace("[0, {", "[0, 5, {", 1), "chance"),
        (lambda text: text + '"' + "x" * 2_000_000 + '"\n', "field larger"),
    ],
)  # fmt: skip
def test_broken_tables(change: object, said: str, tmp_path: Path, demo: CompiledPredictor) -> None:
    path = write(tmp_path / "t.csv", ROWS)
    path.write_text(change(path.read_text()))  # type: ignore[operator]
    with pytest.raises(ConfigError, match=said):
        excesses(path)


def test_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 is not all")
    (tmp_path / "t.csv").write_bytes(b"\xff\xfe,\n")
    for name in ("gone.csv", "t.csv", "t.parquet", "t.txt"):
        with pytest.raises(ConfigError, match="TABLE: got"):
            excesses(tmp_path / name)


def test_memory_does_not_grow_with_the_table(tmp_path: Path, demo: CompiledPredictor) -> None:
    path = write(tmp_path / "small.csv", ROWS)
    head, *rest = lines(path)
    excesses(path)  # what is loaded once

    def peak(times: int) -> int:
        long = tmp_path / f"{times}.csv"
        with long.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            for _ in range(times):
                writer.writerows(rest)
        tracemalloc.start()
        found = excesses(long)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.counts.n == times * len(ROWS) and found.selected.data == times
        return most

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("protomodels.campaign.excesses.counting.KEPT", 50)
        patch.setattr("protomodels.campaign.excesses.counting.KEPT_BY_CHANCE", 50)
        short = peak(2_000)
        assert peak(8_000) < 1.3 * short


def test_a_sample_is_fair() -> None:
    import numpy as np

    sample = Sample(100, np.random.default_rng(3))
    for number in range(10_000):
        sample.show(number)  # type: ignore[arg-type]
    assert sample.shown == 10_000 and len(set(sample.models)) == 100
    assert 3500 < np.mean(sample.models) < 6500  # type: ignore[arg-type]
    assert Tally(sample).by_number == {}


def test_kinds_in_a_plane(tmp_path: Path, demo: CompiledPredictor) -> None:
    path = write(tmp_path / "t.csv", ROWS)
    found = plane(path, "mass:X_t1", "mass:X_Z1")
    assert found.counted == {"allowed": 1, EXCLUDED: 1, SPARED: 1, SMALL: 4}
    assert found.points[SMALL].tolist() == [[800.0, 100.0]] * 4
    with pytest.raises(ConfigError, match="--plane"):
        plane(path, "mass:X_t1", "mass:X_x")


def test_the_front_door(tmp_path: Path, demo: CompiledPredictor) -> None:
    found = pm.excesses(write(tmp_path / "t.csv", ROWS), demo, Criteria(analyses=1))
    assert found.selected.data == 4 and found.to_dict()["common"]["analyses"] == [A, B]
    figure = pm.plot(found, to=tmp_path / "matrix.svg")
    assert f"small excesses of 2 analyses: {A} 4, {B} 1" in figure.alt and (tmp_path / "matrix.svg").is_file()
