"""``protomodels scan``."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import time
from pathlib import Path

from tests.campaign.scan.points import write_points
from tests.command_line import COMMAND, Cli


def test_a_table_of_files(cli: Cli, tmp_path: Path) -> None:
    write_points(tmp_path / "points", 5)
    (tmp_path / "points" / "wrong.slha").write_text("no SLHA")
    done = cli("scan", "points", "--to", "t.csv", "--workers", "2", "--analyses", "all", "--masses")
    assert "t.csv: 6 models; " in done.stdout and "1 without an answer" in done.stdout
    assert "6/6 models  1 without an answer" in done.stderr
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == [*(f"points/point000{i}.slha" for i in range(5)), "points/wrong.slha"]
    assert rows[0]["mass:X_t1"] == "500.0" and any(name.startswith("r_obs:ATLAS") for name in rows[0])
    assert "--restart" in cli("scan", "points", "--to", "t.csv", code=2).stderr
    answer = cli.json("scan", "points", "--to", "t.csv", "--restart", "--pattern", "point*")
    assert isinstance(answer, dict)
    assert (answer["table"], answer["models"], answer["errors"], answer["kept"]) == ("t.csv", 5, 0, 0)


def test_what_is_wrong_is_said_at_once(cli: Cli, tmp_path: Path) -> None:
    write_points(tmp_path / "points", 1)
    for arguments, said in (
        (("gone", "--to", "t.csv"), "gone"),
        (("points", "--to", "t.xls"), "--to"),
        (("points", "--to", "t.csv", "--analyses", "CMS-NO-1"), "error: analyses: got CMS-NO-1"),
        (("points", "--to", "t.csv", "--sigmacut", "0"), "sigmacut"),
        (("points", "--to", "t.csv", "--workers", "0"), "--workers"),
    ):
        assert said in cli("scan", *arguments, code=2).stderr
    assert not list(tmp_path.glob("t.*"))


def test_ctrl_c_and_the_same_command_again(cli: Cli, tmp_path: Path) -> None:
    write_points(tmp_path / "points", 3000)
    arguments = ["scan", "points", "--to", "t.csv", "--workers", "1", "--format", "json"]
    for stop in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(  # noqa: S603 - our own command
            [COMMAND, *arguments], cwd=tmp_path, env=cli.environment, stderr=subprocess.PIPE, text=True
        )
        part, before = tmp_path / "t.csv.part", rows(tmp_path / "t.csv.part")
        end = time.monotonic() + 120.0
        while rows(part) < before + 20:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.002)
        process.send_signal(stop)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130 and "the same command goes on" in said, said
    answer = json.loads(cli(*arguments).stdout)
    assert answer["models"] == 3000 and answer["kept"] >= 39 and not part.exists()
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 3001


def rows(part: Path) -> int:
    return part.read_bytes().count(b"\n") if part.exists() else 0
