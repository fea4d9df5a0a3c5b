"""A row of the table of docs/validation.md, and the databases it is measured on."""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.common import RESULTS

OLD, NEW = str(RESULTS / "smodels-1.2.4.tar.xz"), str(RESULTS / "smodels-3.0.0.tar.xz")


class Row(NamedTuple):
    """What was compared, in how many cases, and the largest difference."""

    what: str
    cases: str
    difference: str
