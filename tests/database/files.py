"""What these tests share: the file of a storage, and plain SQLite beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from protomodels.database import ResultsRecord

RESULTS = ResultsRecord("f" * 64, "demo", "1.0", 40)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def execute(path: Path, *statements: str) -> list[Any]:
    """What plain SQLite answers to the last of the statements."""
    with closing(sqlite3.connect(path)) as raw, raw:
        return [raw.execute(statement).fetchall() for statement in statements][-1]
