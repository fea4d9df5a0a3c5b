"""What a scan is asked for: where the table goes, folders behind links, what has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from protomodels.campaign.scan.inputs import find_inputs
from protomodels.campaign.scan.journal import Journal
from protomodels.campaign.scan.limits import wanted
from protomodels.campaign.scan.table import check_table
from protomodels.errors import ConfigError
from tests.campaign.scan.points import write_points


def test_a_link_to_a_folder_is_said_and_not_followed(tmp_path: Path) -> None:
    write_points(tmp_path / "disk", 2)
    points = write_points(tmp_path / "points", 3)
    (points / "more").symlink_to(tmp_path / "disk")
    (points / "round").symlink_to(points)
    found = find_inputs([points])
    assert len(found) == 3
    assert [note.split(" is a link")[0] for note in found.notes] == [f"{points}/more", f"{points}/round"]
    assert len(find_inputs([points, points / "more"])) == 5


def test_one_path_and_names_with_commas_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    points = write_points(tmp_path / "points", 3)
    assert len(find_inputs(str(points))) == len(find_inputs(points)) == len(find_inputs([points])) == 3
    assert wanted("B, A", ("A", "B")) == ("B", "A") and wanted("all", ("A", "B")) == ("A", "B")


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(ConfigError, match="a file, and no folder"):
        check_table(tmp_path / "t.csv")


def test_what_has_changed_is_named_with_what_it_belongs_to(tmp_path: Path) -> None:
    def begin(policy: str) -> None:
        with Journal(tmp_path / "t.csv.part", {"options": {"policy": {"name": policy}}}):
            pass

    begin("default")
    with pytest.raises(ConfigError, match=r"policy\.name: got paper; allowed: default, as"):
        begin("paper")
