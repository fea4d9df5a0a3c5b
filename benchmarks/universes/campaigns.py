"""Where the campaigns are kept, and what they share."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from benchmarks.common import REFERENCE
from benchmarks.paper.output import PAGES
from benchmarks.paper.runs import FOLDER, OLD, TABLE_2020
from protomodels.database import RunRecord, Storage
from protomodels.runs import RunConfig
from protomodels.runs.new import table_sha256

DOCS: Final = PAGES / "universes"
FUDGE: Final = 0.65
"""Of the paper."""
WINNER: Final = REFERENCE / "winner.slha"
PUBLISHED: Final = REFERENCE / "published_runs.json"


def storage_url() -> str:
    """The storage of all these campaigns."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{FOLDER / 'universes.db'}"


def base_config(walkers: int, steps: int, **more: Any) -> RunConfig:
    """Runs with policy "paper" on database 1.2.4; the seed is the campaign's."""
    table = {"combinable": TABLE_2020, "combinable_sha256": table_sha256(TABLE_2020)}
    return RunConfig(OLD, 0, walkers, steps, policy="paper", **table, **more)


def picture(name: str) -> Path:
    """Where a picture is kept."""
    DOCS.mkdir(parents=True, exist_ok=True)
    return DOCS / f"{name}.svg"


def seconds(storage: Storage, run: RunRecord) -> float | None:
    """Wall time of a run that was walked in one go, from its log; None for others."""
    moves = storage.transitions(run.id)
    if run.attempt != 1:
        return None
    times = {t.to_state: t.at for t in moves}
    return (times[max(times, key=lambda s: times[s])] - min(t.at for t in moves[1:])).total_seconds()
