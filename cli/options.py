"""Options that commands share, and how their answers are written."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# what computes is imported where it is used: commands that only read the storage start without it
if TYPE_CHECKING:
    from database import RunRecord
    from predictor import Predictor, ResultsInfo


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
FormatOption = Annotated[Format, typer.Option("--format", help="table for people, json for programs")]


def write_json(value: Any) -> None:
    """The answer of ``--format json``; what is not a number becomes null."""
    sys.stdout.write(json.dumps(finite(value), indent=1) + "\n")


def finite(value: Any) -> Any:
    """``value`` with NaN and infinities as None: JSON has neither."""
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def load(results: str) -> Predictor:
    """The predictor of some results, with a line on standard error while they are compiled for the first time."""
    from predictor import load_results
    from predictor.kernel import is_compiled
    from protomodels.model import ProtoModel
    from protomodels.particles import LBP

    predictor = load_results(results, _progress(results))
    if not is_compiled():
        sys.stderr.write("compiling the predictor for this machine, once: about half a minute\n")
        sys.stderr.flush()
        # any model: a kernel is compiled whole at its first call
        predictor.predict(ProtoModel({LBP: 100.0, 1000001: 500.0}, {1000001: {(LBP, 1): 1.0}}))
    return predictor


def load_of(record: RunRecord) -> Predictor:
    """The predictor of the results that a stored run was made with, wherever they lie on this machine."""
    from walker import RunConfig

    results = RunConfig.from_json(record.config_json).results
    given = results == "demo" or Path(results).exists()
    return load(results if given else record.results_fingerprint)


def open_with_progress(results: str) -> ResultsInfo:
    """Some results made ready, with a line on standard error while they are compiled for the first time."""
    from predictor import open_results

    return open_results(results, _progress(results))


def _progress(results: str) -> Callable[[int, int], None]:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last > 2.0:
            last = time.monotonic()
            end = "\n" if done == total or not sys.stderr.isatty() else ""
            sys.stderr.write(f"\rreading {results}, once: {done} of {total} analyses{end}")
            sys.stderr.flush()

    return progress
