"""Files in, a table out: the same whatever the workers, whatever is wrong with single files."""

from __future__ import annotations

import csv
import gzip
import tarfile
from pathlib import Path
from typing import Any

import pytest

from protomodels.campaign.scan import ScanSettings, scan, scan_files
from protomodels.campaign.scan.front import judge_of
from protomodels.critic import allowed_signal_strength
from protomodels.errors import ConfigError, InputError, MissingExtraError, ModelError
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.predictor.general import predict_spectrum
from protomodels.results.demo import HIDDEN
from protomodels.spectrum import load_spectrum
from tests.campaign.scan.points import Trouble, write_points


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_points(tmp_path_factory.mktemp("many") / "points", 300)


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return write_points(tmp_path / "one", 1) / "point0000.slha"


def test_three_hundred_files_of_one_and_two_workers(demo: CompiledPredictor, many: Path, tmp_path: Path) -> None:
    tables = []
    for workers in (1, 2):
        table = tmp_path / f"{workers}.csv"
        seen: list[int] = []
        done = scan([many], table, demo, analyses=["all"], settings=ScanSettings(workers=workers, masses=True),
                    progress=lambda progress, seen=seen: seen.append(progress.done))  # fmt: skip
        assert (done.models, done.errors, done.kept) == (300, 0, 0) and done.per_second > 0
        assert seen == list(range(1, 301)) and not table.with_name(f"{table.name}.part").exists()
        tables.append(table.read_bytes())
    assert tables[0] == tables[1]
    rows = read(tmp_path / "1.csv")
    assert [Path(row["file"]).name for row in rows] == [f"point{i:04d}.slha" for i in range(300)]
    assert {row["excluded"] for row in rows} == {"true", "false"}
    for row in rows[::60]:
        predictions = predict_spectrum(demo, load_spectrum(row["file"])).predictions
        best = allowed_signal_strength(predictions).limits[0]
        assert float(row["Z"]) >= 0.0 and (row["K"] or row["no_K"])
        assert (float(row["r_obs"]), row["r_obs_analysis"], row["r_obs_region"]) == (
            best.r_obs, best.analysis, best.region)  # fmt: skip
        assert float(row[f"r_obs:{best.analysis}"]) == best.r_obs
        assert row["n_particles"] == "2" and row["lightest"] == "X_Z1"
        assert float(row["lightest_mass"]) == float(row["mass:X_Z1"]) < float(row["mass:X_t1"])
        assert float(row["sigma_8"]) == pytest.approx(3.0) and float(row["sigma_13"]) >= 10.0


def test_csv_and_parquet_hold_the_same(demo: CompiledPredictor, many: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "broken.slha").write_text("BLOCK MASS\n 1000006 heavy\n")
    for suffix in ("csv", "parquet"):
        scan([many, tmp_path / "broken.slha"], tmp_path / f"t.{suffix}", demo, settings=ScanSettings(workers=2))
    text = read(tmp_path / "t.csv")
    binary = parquet.read_table(tmp_path / "t.parquet").to_pylist()

    def shown(value: Any) -> str:
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    assert [{name: shown(value) for name, value in row.items()} for row in binary] == text
    assert list(binary[0]) == list(text[0]) and isinstance(binary[0]["r_obs"], float)
    assert binary[-1]["error"] and binary[-1]["r_obs"] is None and binary[0]["error"] is None


def test_files_that_are_wrong_are_rows_with_their_reason(demo: CompiledPredictor, one: Path, tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    (folder / "a.slha").write_text(one.read_text())
    (folder / "b-broken.slha").write_text("BLOCK MASS\n 1000006 heavy\n")
    (folder / "c-empty.slha").write_text("")
    with (folder / "d-huge.slha").open("wb") as file:
        file.truncate(60_000_000)
    (folder / "e-gone.slha").symlink_to(folder / "nowhere")
    (folder / "f-torn.slha.gz").write_bytes(gzip.compress(one.read_bytes())[:100])
    (folder / "g.slha.gz").write_bytes(gzip.compress(one.read_bytes()))
    (folder / "h-without.slha").write_text(one.read_text().partition("XSECTION")[0])
    (folder / "i.json").write_text(HIDDEN.read_text())
    (folder / "j-broken.json").write_text('{"masses": {"X_Z1": 100}, "masses": {}}')
    (folder / "k-no.md").write_text("no model")
    (folder / "l-\udcff.slha").write_text(one.read_text())
    done = scan([folder], tmp_path / "t.csv", demo, settings=ScanSettings(workers=2))
    rows = {Path(row["file"]).name: row for row in read(tmp_path / "t.csv")}
    assert list(rows) == sorted(rows) and len(rows) == done.models == 11
    fine = {name for name, row in rows.items() if not row["error"]}
    assert fine == {"a.slha", "g.slha.gz", "h-without.slha", "i.json", "l-\\udcff.slha"} and done.errors == 6
    assert all(rows[name]["r_obs"] and rows[name]["mu_max"] for name in fine)
    reasons = {"b": "heavy", "c": "c-empty", "d": "50000000", "e": "no such file", "f": "unpack",
               "j": "twice"}  # fmt: skip
    for letter, reason in reasons.items():
        row = next(row for name, row in rows.items() if name.startswith(letter))
        assert reason in row["error"] and not row["r_obs"]


def test_workers_that_die_or_hang_cost_one_row(one: Path, tmp_path: Path) -> None:
    names = ["a", "die-always", "die-once", "m", "raise", "sleep", "z"]
    for name in names:
        (tmp_path / f"{name}.slha").write_text(one.read_text())
    for workers in (1, 2):
        settings = ScanSettings(workers=workers, seconds=1.5, pattern="*.slha", restart=True)
        (tmp_path / "die-once.slha.died").unlink(missing_ok=True)
        paths = [tmp_path / f"{name}.slha" for name in names]
        assert scan_files(paths, tmp_path / "t.csv", Trouble(), settings).errors == 3
        rows = {Path(row["file"]).stem: row for row in read(tmp_path / "t.csv")}
        assert list(rows) == names
        assert "died 2 times (signal 9)" in rows["die-always"]["error"]
        assert "more than 1.5 s" in rows["sleep"]["error"]
        assert "unexpected ValueError: what nobody thought of" in rows["raise"]["error"]
        assert all(rows[name]["r_exp"] == "500.0" and not rows[name]["r_obs"] for name in ("a", "die-once", "m", "z"))
        assert rows["a"]["warnings"].endswith("x") and (tmp_path / "die-once.slha.died").exists()


def test_lists_archives_and_folders_in_their_order(one: Path, tmp_path: Path) -> None:
    folder = write_points(tmp_path / "inner" / "deep", 3)
    with tarfile.open(tmp_path / "points.tar.gz", "w:gz") as tar:
        for name in ("point0002.slha", "point0001.slha", "point0002.slha"):
            tar.add(folder / name, f"in/{name}")
        tar.add(folder, "empty", recursive=False)
    (tmp_path / "points.list").write_text("# mine\n\none/point0000.slha\none/gone.slha\none/point0000.slha\n")
    (tmp_path / "model.txt").write_text(one.read_text())
    paths = [tmp_path / "points.tar.gz", tmp_path / "points.list", tmp_path / "inner", tmp_path / "model.txt"]
    done = scan_files(paths, tmp_path / "t.csv", Trouble(), ScanSettings(workers=2))
    rows = read(tmp_path / "t.csv")
    assert [row["file"].removeprefix(f"{tmp_path}/") for row in rows] == [
        "points.tar.gz::in/point0002.slha", "points.tar.gz::in/point0001.slha", "one/point0000.slha",
        "one/gone.slha", *(f"inner/deep/point{i:04d}.slha" for i in range(3)), "model.txt"]  # fmt: skip
    assert [bool(row["error"]) for row in rows] == [False, False, False, True, False, False, False, False]
    assert rows[0]["r_exp"] == rows[6]["r_exp"] != rows[1]["r_exp"]
    assert done.notes == ("1 files are named more than once; each is evaluated once",)


def test_an_archive_that_is_torn_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    folder = write_points(tmp_path / "points", 40)
    with tarfile.open(tmp_path / "whole.tar", "w") as tar:
        tar.add(folder, "points")
    (tmp_path / "torn.tar").write_bytes((tmp_path / "whole.tar").read_bytes()[:30_000])
    done = scan_files([tmp_path / "torn.tar"], tmp_path / "t.csv", Trouble(), ScanSettings(workers=1))
    rows = read(tmp_path / "t.csv")
    assert 10 < len(rows) < 40 and not rows[0]["error"] and rows[-1]["file"].endswith("torn.tar") and rows[-1]["error"]
    assert "cannot be read to its end" in done.notes[0]


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"to": "t.xlsx"}, ConfigError, "--to"),
        ({"to": "no/t.csv"}, ConfigError, "--to"),
        ({"to": "there.csv"}, ConfigError, "--restart"),
        ({"paths": ["gone.slha"]}, ModelError, "gone.slha"),
        ({"paths": ["empty"]}, ConfigError, "FILES"),
    ],
)
def test_what_cannot_be_scanned_is_refused_before_it_begins(
    change: dict[str, Any], error: type[InputError], said: str, one: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "there.csv").write_text("a table of somebody")
    with pytest.raises(error, match=said):
        scan_files(**{"paths": [one], "to": "t.csv", "judge": Trouble()} | change)
    assert (tmp_path / "there.csv").read_text() == "a table of somebody" and not list(tmp_path.glob("*.part"))


def test_settings_are_checked() -> None:
    for wrong in ({"workers": 0}, {"seconds": 0.0}, {"seconds": float("nan")}):
        with pytest.raises(ConfigError, match=f"--{next(iter(wrong))}"):
            ScanSettings(**wrong)  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="ATLAS-NO-1"):
        judge_of("demo", analyses=["ATLAS-NO-1"])


def test_parquet_without_pyarrow_names_the_extra(one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="the extra scan of protomodels"):
        scan_files([one], tmp_path / "t.parquet", Trouble())
