"""``protomodels results overlaps``, and what other commands say of a user's table."""

from __future__ import annotations

import json
from pathlib import Path

from protomodels.results.demo import HIDDEN
from tests.command_line import Cli

ONE, OTHER = "CMS-DEMO-2016-02", "CMS-DEMO-2016-03"


def test_reasons_and_refusals(cli: Cli, tmp_path: Path) -> None:
    found = cli.json("results", "overlaps", ONE, "ATLAS-DEMO-2016-01")
    assert found == {
        "analyses": [ONE, "ATLAS-DEMO-2016-01"],
        "combinable": True,
        "reasons": ["another experiment or another energy: other events"],
    }
    assert "may not be combined" in cli("results", "overlaps", f"{ONE}:synthetic_SR1", ONE).stdout
    assert f"such as {ONE}" in cli("results", "overlaps", "CMS-DEMO-2016-002", ONE, code=2).stderr
    assert "analyses: got X; allowed: two" in cli("results", "overlaps", "X", code=2).stderr


def test_a_table_is_checked(cli: Cli, tmp_path: Path) -> None:
    table = tmp_path / "mine.json"
    table.write_text(json.dumps({"pairs": [[ONE, OTHER], [f"{ONE}:synthetic_SR1", OTHER], [ONE, "CMS-DEMO-2016-3"]]}))
    checked = cli.json("results", "overlaps", "--combinable", str(table))
    assert isinstance(checked, dict) and checked["covered"] == 1 and checked["sharing_events"] == []
    assert checked["unmatched"] == [{"label": "CMS-DEMO-2016-3", "nearest": OTHER}]
    said = "1 of 4 labels of the table match nothing in demo: CMS-DEMO-2016-3"
    assert said in cli("evaluate", str(HIDDEN), "--combinable", str(table)).stderr
    answer = cli.json("evaluate", str(HIDDEN), "--combinable", str(table), "--no-strict")
    assert isinstance(answer, dict) and answer["warnings"][0].startswith(said)
    short = ("--walkers", "1", "--steps", "2", "--executor", "inline", "--combinable", str(table))
    assert said in cli("run", *short).stderr
    assert said in cli("logs", str(cli.json("list")[0]["run"])).stdout  # type: ignore[index]
