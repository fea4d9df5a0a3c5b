"""Tables of scans with made-up small excesses."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from protomodels.campaign.excesses.answer import Excesses
from protomodels.campaign.excesses.criteria import Criteria
from protomodels.campaign.excesses.front import excesses
from protomodels.campaign.scan.judge import COMMON, Kind, open_columns, table_columns
from protomodels.campaign.scan.table import write_table

A, B, C, D = "ATLAS-DEMO-2016-01", "CMS-DEMO-2016-01", "ATLAS-DEMO-2016-02", "CMS-DEMO-2016-02"
"""Analyses of the demo; those of one experiment are of one sqrt(s)."""
OWN = {
    "Z": Kind.NUMBER,
    "K": Kind.NUMBER,
    "sigma_13": Kind.NUMBER,
    "n_excluding": Kind.WHOLE,
    "n_universes": Kind.WHOLE,
    "chance": Kind.TEXT,
}


def row(
    name: str,
    seen: dict[str, tuple[float, float, float]],
    excluding: int = 0,
    chance: dict[int, Any] | None = None,
    stop: float = 800.0,
    **more: Any,
) -> dict[str, Any]:
    """A row in which analyses have (CLs expected, CLs observed, Z)."""
    values: dict[str, Any] = {"file": name, "n_excluding": excluding, "n_universes": 4, "sigma_13": 10.0}
    values |= {"mass:X_t1": stop, "mass:X_Z1": 100.0}
    for analysis, (expected, observed, z) in seen.items():
        values |= {f"cls_exp:{analysis}": expected, f"cls_obs:{analysis}": observed, f"z:{analysis}": z}
        values |= {f"region:{analysis}": "SR1", f"topologies:{analysis}": "T2tt", f"particles:{analysis}": "X_t1 X_Z1"}
    if chance:
        values["chance"] = json.dumps(chance)
    return values | more


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """As a scan writes it, in the kind that the name says; further columns are numbers."""
    found = {name for one in rows for name in one}
    others = dict.fromkeys(sorted(found - set(COMMON) - set(OWN) - open_columns(found)), Kind.NUMBER)
    write_table(path, table_columns({**OWN, **others}, open_columns(found)), rows)
    return path


def found_in(path: Path, rows: Sequence[dict[str, Any]], **criteria: Any) -> Excesses:
    """The small excesses of rows, by way of a table, with the demo results."""
    return excesses(write(path, rows), "demo", Criteria(**criteria))


def lines(path: Path) -> list[list[str]]:
    """Of a CSV table."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
