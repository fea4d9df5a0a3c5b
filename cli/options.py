"""Options that commands share, and how their answers are written."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from protomodels.tables import finite


class Format(StrEnum):
    """How a command answers."""

    TABLE = "table"
    JSON = "json"


class PolicyChoice(StrEnum):
    """Named policies; see protomodels.settings."""

    PAPER = "paper"
    DEFAULT = "default"


class RegionsChoice(StrEnum):
    """What an analysis with several signal regions enters with; see protomodels.settings."""

    BEST = "best"
    COMBINED = "combined"


class StateChoice(StrEnum):
    """States of runs; see protomodels.database.states."""

    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    FAILED = "failed"
    CRASHED = "crashed"


class ClosureChoice(StrEnum):
    """Kinds of closure tests; see protomodels.campaign.closure."""

    TECHNICAL = "technical"
    PHYSICS = "physics"


class SearchChoice(StrEnum):
    """How walks look for models; see protomodels.settings."""

    PAPER = "paper"
    REFINED = "refined"


ResultsOption = Annotated[
    str, typer.Option("--results", help="demo (synthetic), a directory, a .tar.xz, or a name used before")
]
PolicyOption = Annotated[PolicyChoice, typer.Option("--policy", help="paper: as arXiv:2012.12246; default: ours")]
RegionsOption = Annotated[
    RegionsChoice, typer.Option("--regions", help="best: one region an analysis; combined: all, where published")
]
CombinableOption = Annotated[
    str | None, typer.Option("--combinable", help="JSON table of combinable analyses", metavar="FILE.json")
]
StorageOption = Annotated[
    str | None,
    typer.Option(
        "--storage",
        help="sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME; default: $PROTOMODELS_STORAGE or a file of yours",
    ),
]
SERVER: Final = "PROTOMODELS_SERVER"
TOKEN: Final = "PROTOMODELS_TOKEN"  # noqa: S105 - the name of a variable

ServerOption = Annotated[
    str | None,
    typer.Option("--server", help=f"http://HOST:PORT of `protomodels serve`; its token in ${TOKEN}", envvar=SERVER),
]
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs")]


def write_json(value: Any) -> None:
    """The answer of ``--format json``; what is not a number becomes null."""
    sys.stdout.write(json.dumps(finite(value), indent=1) + "\n")
