"""A scan that was killed goes on, and its table is the one of a scan that was not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from protomodels.campaign.scan import ScanSettings, scan_files
from protomodels.campaign.scan.journal import Journal, part_of
from protomodels.errors import ConfigError
from tests.campaign.scan.points import Slow, Trouble, write_points

ROOT = Path(__file__).parents[3]
ONE = ScanSettings(workers=1)


def start(folder: Path, table: Path, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.campaign.scan.points", str(folder), str(table), str(workers)]
    return subprocess.Popen(command, cwd=ROOT)  # noqa: S603 - our own module


def wait_for(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 60.0
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def lines(table: Path) -> int:
    return part_of(table).read_bytes().count(b"\n") if part_of(table).exists() else 0


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_points(tmp_path_factory.mktemp("killed") / "points", 100)


@pytest.fixture(scope="module")
def whole(points: Path) -> bytes:
    table = points.parent / "whole.csv"
    scan_files([points], table, Trouble(), ONE)
    return table.read_bytes()


def test_a_parent_that_is_killed(points: Path, whole: bytes, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    for more in (20, 50):
        process = start(points, table, 2)
        wait_for(lambda more=more: lines(table) > more)
        process.kill()
        process.wait()
    before = lines(table) - 1
    assert not table.exists() and 49 < before < 100
    done = scan_files([points], table, Slow(), ScanSettings(workers=2))
    assert table.read_bytes() == whole and before <= done.kept + 1 and not part_of(table).exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for child processes in /proc")
def test_workers_that_are_killed(points: Path, whole: bytes, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    process = start(points, table, 2)
    for more in (10, 40, 70):
        wait_for(lambda more=more: lines(table) > more)
        os.kill(children(process.pid)[0], signal.SIGKILL)
    assert process.wait() == 0 and table.read_bytes() == whole


def test_an_interrupt_keeps_what_is_done(tmp_path: Path) -> None:
    points, table, whole = write_points(tmp_path / "points", 500), tmp_path / "t.csv", tmp_path / "whole.csv"
    scan_files([points], whole, Trouble(), ONE)
    process = start(points, table, 2)
    wait_for(lambda: lines(table) > 30)
    process.send_signal(signal.SIGINT)
    assert process.wait() != 0 and lines(table) > 30
    assert scan_files([points], table, Slow(), ONE).kept >= 30 and table.read_bytes() == whole.read_bytes()


def begun(points: Path, table: Path, n: int) -> Path:
    """A part file as after a kill: that of a finished scan without its last lines."""
    kept: list[bytes] = []
    scan_files([points], table, Slow(), ONE, lambda _: kept.append(part_of(table).read_bytes()))
    table.unlink()
    part_of(table).write_bytes(kept[n - 1])
    return part_of(table)


@pytest.mark.parametrize("damage", ["torn", "cut", "garbage", "header"])
def test_a_part_file_that_is_damaged(damage: str, points: Path, whole: bytes, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    part = begun(points, table, 40)
    content = part.read_bytes().splitlines(keepends=True)
    if damage == "torn":
        content[-1] = content[-1][:20]
    elif damage == "cut":
        content[-1] = content[-1].rstrip(b"\n")
    elif damage == "garbage":
        content[5], content[6] = b"\0" * 50 + b"\n", b'"no row"\n'
    else:
        content = [content[0][:15]]
    part.write_bytes(b"".join(content))
    done = scan_files([points], table, Slow(), ONE)
    assert done.kept == {"torn": 39, "cut": 39, "garbage": 38, "header": 0}[damage]
    assert table.read_bytes() == whole


class Other(Slow):
    options = {"sigmacut": 1.0}  # noqa: RUF012 - never changed


class OtherResults(Slow):
    fingerprint = "others"


def test_other_options_and_results_are_refused(points: Path, whole: bytes, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    part = begun(points, table, 40)
    before = part.read_bytes()
    with pytest.raises(ConfigError, match=r"sigmacut: got 1\.0; allowed: None, as .*; or --restart"):
        scan_files([points], table, Other(), ONE)
    with pytest.raises(ConfigError, match="results: got others"):
        scan_files([points], table, OtherResults(), ONE)
    with pytest.raises(ConfigError, match="masses: got True; allowed: False"):
        scan_files([points], table, Slow(), ScanSettings(masses=True))
    content = before.splitlines(keepends=True)
    header = json.loads(content[0])
    part.write_bytes(json.dumps(header | {"version": "0.0.1"}).encode() + b"\n" + b"".join(content[1:]))
    with pytest.raises(ConfigError, match=r"version: got .*0\.0\.1, as"):
        scan_files([points], table, Slow(), ONE)
    part.write_bytes(before)
    assert scan_files([points], table, Slow(), ScanSettings(workers=1, restart=True)).kept == 0
    assert table.read_bytes() == whole


def test_a_file_that_is_no_part_of_a_scan_is_left_alone(points: Path, tmp_path: Path) -> None:
    for text in ("notes of somebody\n", '{"other": 1}\n', "[]\n"):
        (tmp_path / "t.csv.part").write_text(text)
        with pytest.raises(ConfigError, match="the part file of a scan"):
            scan_files([points], tmp_path / "t.csv", Trouble(), ONE)
        assert (tmp_path / "t.csv.part").read_text() == text


def test_files_that_are_new_or_have_changed_are_done(tmp_path: Path) -> None:
    folder, table = write_points(tmp_path / "points", 10), tmp_path / "t.csv"
    begun(folder, table, 8)
    (folder / "point0003.slha").write_text((folder / "point0007.slha").read_text() + "# changed\n")
    (folder / "extra.slha").write_text((folder / "point0001.slha").read_text())
    assert scan_files([folder], table, Slow(), ONE).kept == 7
    rows = table.read_text().splitlines()
    assert len(rows) == 12 and "extra.slha" in rows[1] and ",920.0," in rows[5]


def test_two_scans_do_not_write_one_table(points: Path, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    process = start(points, table, 1)
    wait_for(lambda: lines(table) > 2)
    with pytest.raises(ConfigError, match="no other scan"):
        Journal(part_of(table), {})
    assert process.wait() == 0
