"""``protomodels generate``, ``scan --excesses`` and ``excesses``, one after the other."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.campaign.excesses.tables import A, B, row, write
from tests.campaign.scan.points import write_points
from tests.command_line import Cli


def test_from_generated_points_to_small_excesses(cli: Cli, tmp_path: Path) -> None:
    said = cli("generate", "strong", "--to", "points.tar", "-n", "6", "--seed", "2").stdout
    assert said == "points.tar: 6 spectra; their parameters are in points.tar.parameters.csv\n"
    again = cli.json("generate", "strong", "--to", "again", "--parameters", "points.tar.parameters.csv")
    assert again == {"files": 6, "to": "again", "parameters": "again.parameters.csv"}
    tables = []
    for workers in ("1", "2"):
        done = cli(
            "scan", "points.tar", "--to", f"{workers}.csv", "--excesses", "--universes", "3", "--workers", workers
        )
        assert f"{workers}.csv: 6 models" in done.stdout
        tables.append((tmp_path / f"{workers}.csv").read_text())
    assert tables[0] == tables[1]
    with (tmp_path / "1.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {one["n_universes"] for one in rows} == {"3"} and any(name.startswith("cls_exp:") for name in rows[0])
    assert all(float(one["mass:X_Z1"]) > 0.0 for one in rows)
    answer = cli.json("excesses", "1.csv", "--cls", "0.2", "--z", "1.5", "--analyses", "1")
    assert isinstance(answer, dict)
    assert answer["counts"]["models"] == 6 and answer["counts"]["n_universes"] == 3
    assert len(answer["selected"]["chance"]) == 3
    made = cli.json("excesses", "points.tar", "--scan-to", "made.csv", "--universes", "3", "--workers", "1",
                    "--cls", "0.2", "--z", "1.5", "--analyses", "1")  # fmt: skip
    assert isinstance(made, dict) and made | {"table": ""} == answer | {"table": ""}


def test_a_table_with_small_excesses(cli: Cli, tmp_path: Path) -> None:
    high = (0.01, 0.2, 2.5)
    rows = [row(f"{i}.slha", {A: high, B: high}, omega=0.1 * i, stop=500.0 + i, Z=3.1) for i in range(20)]
    write(tmp_path / "t.csv", rows)
    done = cli("excesses", "t.csv", "--where", "omega < 1.15", "--to", "found.csv")
    assert done.stdout.startswith("12 of 20 models of t.csv are small excesses\n") and "removed by cuts" in done.stdout
    assert "by chance: mean and central 68% of 4 universes" in done.stdout
    with (tmp_path / "found.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert len(found) == 24 and found[0]["analysis"] == A and found[0]["Z"] == "3.1" and found[0]["orthogonal"] == "2"
    pytest.importorskip("sklearn")
    done = cli(
        "excesses", "t.csv", "--clusters", "--starts", "starts", "--plots", "pictures", "--plane", "omega,mass:X_t1"
    )
    assert "clusters of models; by chance 0.0" in done.stdout and (tmp_path / "starts" / "cluster-1.json").is_file()
    assert sorted(path.name for path in (tmp_path / "pictures").iterdir()) == [
        "clusters.svg",
        "matrix.svg",
        "plane.svg",
    ]
    assert '"K"' in cli("evaluate", "starts/cluster-1.json", "--format", "json").stdout


def test_what_is_wrong_is_said_at_once(cli: Cli, tmp_path: Path) -> None:
    write_points(tmp_path / "points", 1)
    write(tmp_path / "t.csv", [row("a.slha", {A: (0.01, 0.2, 2.5)})])
    for arguments, said in (
        (("excesses", "points"), "--scan-to"),
        (("excesses", "t.csv", "--where", "open('x')"), "--where"),
        (("excesses", "t.csv", "--to", "./t.csv"), "--to: got t.csv; allowed: another table than that of the scan"),
        (("excesses", "t.csv", "--cluster-size", "1"), "--cluster-size"),
        (("excesses", "t.csv", "--plane", "omega"), "--plane"),
        (("scan", "points", "--to", "s.csv", "--universes", "3"), "--universes: got 3; allowed: with --excesses"),
        (("generate", "weak", "--to", "x"), "slice: got weak; allowed: electroweak or strong"),
        (("generate", "strong", "--to", "points"), "--to"),
    ):
        assert said in cli(*arguments, code=2).stderr
    assert not (tmp_path / "x").exists()
