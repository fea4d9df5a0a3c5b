"""Tables and cuts as they should not be: refused in words, or answered rightly."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from protomodels.campaign.excesses import Criteria, Cut, excesses
from protomodels.errors import ConfigError
from protomodels.predictor.compiled import CompiledPredictor
from tests.campaign.excesses.tables import A, B, found_in, lines, row, write

HIGH = (0.01, 0.2, 2.5)
ROWS = [
    row("first.slha", {A: HIGH, B: HIGH}, chance={3: [0, {A: [0.2, 2.5]}]}, omega=0.1),
    row("second.slha", {A: HIGH, B: HIGH}, omega=0.2),
]


def with_cell(path: Path, name: str, value: str) -> Path:
    """The table with another value in its second row."""
    head, first, second = lines(path)
    second[head.index(name)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, first, second])
    return path


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (f"cls_obs:{A}", "1.5", "a number from 0 to 1"),
        (f"cls_obs:{A}", "-999", "a number from 0 to 1"),
        (f"cls_exp:{B}", "-1", "second.slha: cls_exp"),
        (f"cls_exp:{B}", "one", "second.slha: cls_exp"),
        (f"z:{A}", "high", f"second.slha: z:{A} high"),
        ("n_excluding", "", "second.slha: n_excluding"),
        ("n_excluding", "0.5", "second.slha: n_excluding 0.5"),
        ("n_excluding", "-1", "second.slha: n_excluding -1"),
        ("n_universes", "1e12", "second.slha: n_universes 1e12"),
        ("n_universes", "inf", "second.slha: n_universes inf"),
        ("n_universes", "", "second.slha: n_universes"),
        ("n_universes", "3", "rows with 3 and with 4 universes"),
    ],
)
def test_a_cell_that_no_scan_writes_is_named(
    name: str, value: str, said: str, tmp_path: Path, demo: CompiledPredictor
) -> None:
    rows = [row("first.slha", {A: HIGH, B: HIGH}), row("second.slha", {A: HIGH, B: HIGH})]
    with pytest.raises(ConfigError, match=said) as refused:
        excesses(with_cell(write(tmp_path / "t.csv", rows), name, value))
    assert refused.value.field == "TABLE"


def test_tables_of_several_scans_are_told_apart_wherever_they_meet(
    tmp_path: Path, demo: CompiledPredictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "t.csv", [row(f"{i}", {A: HIGH}, n_universes=4 + (i > 2)) for i in range(4)])
    monkeypatch.setattr("protomodels.campaign.excesses.reading.pieces.__defaults__", (1,))
    with pytest.raises(ConfigError, match="rows with 4 and with 5 universes"):
        excesses(path)


@pytest.mark.parametrize("number", ["4", "-1", "1" + "0" * 5000, "x"])
def test_a_universe_that_is_not_there(number: str, tmp_path: Path, demo: CompiledPredictor) -> None:
    rows = [row("first.slha", {A: HIGH}, chance={number: [0, {A: [0.2, 2.5]}]})]  # type: ignore[dict-item]
    with pytest.raises(ConfigError, match=r"chance: got first\.slha"):
        found_in(tmp_path / "t.csv", rows)


def test_rows_with_an_error_need_nothing_else(tmp_path: Path, demo: CompiledPredictor) -> None:
    found = found_in(tmp_path / "t.csv", [{"file": "torn.slha", "error": "no SLHA"}, *ROWS])
    assert (found.counts.errors, found.selected.data) == (1, 2)


@pytest.mark.parametrize(
    ("cut", "files"),
    [
        ("omega < 0.15 or 2 < 1", ["first.slha"]),
        ("1 < 2", ["first.slha", "second.slha"]),
        ("not (1 < 2) or omega > 0.15", ["second.slha"]),
        ("1 + " * 400 + "omega < 400.15", ["first.slha"]),
        ("omega" + " * 1" * 450 + " > 0.15", ["second.slha"]),
        ("8 / 4 / 2 - 1 - 1 == -1 and omega > 0.15", ["second.slha"]),
        ("new == 'true'", ["first.slha"]),
        ("new == 'True'", ["first.slha"]),
        ("new != 'false' and new == 1", ["first.slha"]),
        ("not new == 1", ["second.slha"]),
        (f"`z:{A}` > 2 and file == 'first.slha'", ["first.slha"]),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet", "pandas"])
def test_cuts_mean_the_same_in_every_table(
    cut: str, files: list[str], kind: str, tmp_path: Path, demo: CompiledPredictor
) -> None:
    frame = pytest.importorskip("pandas").read_csv(write(tmp_path / "t.csv", ROWS))
    frame["new"] = [True, False]
    if kind == "parquet":
        frame.to_parquet(path := tmp_path / "t.parquet")
    elif kind == "pandas":
        frame.to_csv(path := tmp_path / "t.csv", index=False)
    else:
        (path := tmp_path / "t.csv").write_text(frame.to_csv().replace("True", "true").replace("False", "false"))
    found = excesses(path, criteria=Criteria(cuts=(Cut.of(cut),)))
    assert sorted(model.file for model in found.models) == files


@pytest.mark.parametrize("cut", ["'a' + 1 < 2", "-'a' < 1", "1 < 2 * 'a'", "'a' * omega == 'a'"])
def test_texts_are_no_numbers(cut: str, tmp_path: Path, demo: CompiledPredictor) -> None:
    with pytest.raises(ConfigError, match="--where: got"):
        found_in(tmp_path / "t.csv", ROWS, cuts=(Cut.of(cut),))


def test_names_with_hyphens_need_backquotes_and_that_is_said(tmp_path: Path, demo: CompiledPredictor) -> None:
    with pytest.raises(ConfigError, match="`z:CMS-SUS-19-006`"):
        found_in(tmp_path / "t.csv", ROWS, cuts=(Cut.of("z:CMS-DEMO-2016-01 > 2"),))


@pytest.mark.parametrize(
    "cut",
    [
        "open('x')", "f(1) < 2", "omega.__class__ == 1", "omega[0] < 1", "{omega} < 1", "omega < @x", "a := 1",
        "omega < 1 # true", "f'{omega}' == 1", "omega\x00 < 1", "`omega` (1) < 2", "0x10 < omega", "omega < 1j",
    ],
)  # fmt: skip
def test_what_would_be_a_program_is_refused(cut: str, tmp_path: Path, demo: CompiledPredictor) -> None:
    with pytest.raises(ConfigError, match="--where: got"):
        found_in(tmp_path / "t.csv", ROWS, cuts=(Cut.of(cut),))


def test_a_mark_of_utf_8_and_other_separators(tmp_path: Path, demo: CompiledPredictor) -> None:
    text = write(tmp_path / "t.csv", ROWS).read_text()
    (tmp_path / "marked.csv").write_text(text, encoding="utf-8-sig")
    assert excesses(tmp_path / "marked.csv").selected.data == 2
    (tmp_path / "other.csv").write_text(text.replace(",", ";"))
    with pytest.raises(ConfigError, match="no column file"):
        excesses(tmp_path / "other.csv")


def test_nested_values_of_parquet_are_no_numbers(tmp_path: Path, demo: CompiledPredictor) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    table: Any = parquet.read_table(write(tmp_path / "t.parquet", ROWS))
    table = table.append_column("many", arrow.array([[1.0, 2.0], None]))
    table = table.append_column("huge", arrow.array([2**62, 1], type=arrow.int64()))
    parquet.write_table(table, tmp_path / "t.parquet")
    cuts = (Cut.of("not many < 3 and huge > 2"),)
    assert [m.file for m in excesses(tmp_path / "t.parquet", criteria=Criteria(cuts=cuts)).models] == ["first.slha"]


def test_numbers_that_are_missing_are_missing(tmp_path: Path, demo: CompiledPredictor) -> None:
    rows = [row("first.slha", {A: (0.01, np.nan, np.nan), B: HIGH})]
    assert found_in(tmp_path / "t.csv", rows, analyses=1).models[0].orthogonal == (B,)
