"""All of a scan: files in, a table out; what is finished stays finished."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from protomodels.campaign.scan.inputs import Inputs, Stamp, find_inputs
from protomodels.campaign.scan.journal import Journal, part_of
from protomodels.campaign.scan.judge import Judge, open_columns, table_columns
from protomodels.campaign.scan.pool import Pool
from protomodels.campaign.scan.rows import RowMaker
from protomodels.campaign.scan.table import check_table, write_table
from protomodels.errors import ConfigError
from protomodels.settings import NEWER_ORDER, ReferenceOrder


@dataclass(frozen=True)
class ScanSettings:
    """How files are scanned.

    Attributes
    ----------
    pattern: of names in folders and archives; those of model files without.
    workers: processes; all cores without.
    seconds: that one model may take.
    masses: a column for each particle's mass.
    allow_invalid: judge a point, too, that its generator calls invalid (SPINFO 4).
    order: of the reference cross sections of proto-models that name none.
    restart: begin anew, and write over a table that is there.
    """

    pattern: str | None = None
    workers: int | None = None
    seconds: float = 60.0
    masses: bool = False
    allow_invalid: bool = False
    order: ReferenceOrder = NEWER_ORDER
    restart: bool = False

    def __post_init__(self) -> None:
        if self.workers is not None and not 1 <= self.workers <= 1000:
            raise ConfigError("--workers", self.workers, "a whole number between 1 and 1000")
        if not 0.0 < self.seconds <= 86400.0:
            raise ConfigError("--seconds", self.seconds, "more than 0, at most 86400")


@dataclass(frozen=True)
class Progress:
    """How far a scan has come: models done of all, those without an answer since it went on, and models a second."""

    done: int
    total: int
    errors: int
    per_second: float


@dataclass(frozen=True)
class Summary:
    """What a scan did.

    Attributes
    ----------
    table: where it is.
    models, errors: rows, and those of them with a reason instead of an answer.
    kept: models whose rows an interrupted scan had left.
    seconds: that this scan took; per_second: models of it.
    notes: on how files were found.
    """

    table: Path
    models: int
    errors: int
    kept: int
    seconds: float
    per_second: float
    notes: tuple[str, ...]


def scan_files(
    paths: str | Path | Sequence[str | Path],
    to: str | Path,
    judge: Judge,
    settings: ScanSettings | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Summary:
    """Judge many files, and write a table with a row for each, in the order of the files.

    Rows are kept beside the table (``TABLE.part``) until all are there: the same call goes on after any end of the
    process.  Files that have changed in between are judged again.

    Parameters
    ----------
    paths: files, folders, archives and lists, as for :func:`protomodels.campaign.scan.inputs.find_inputs`.
    to: a ``.csv`` or ``.parquet`` file.
    progress: called after each model.

    Raises
    ------
    ModelError, ConfigError: naming a path or an option that is wrong, or that differs from the scan that goes on.
    MissingExtraError: where Parquet is wanted and pyarrow is not installed.
    StorageError: where rows or the table cannot be written.
    """
    settings, table = settings or ScanSettings(), Path(to)
    check_table(table)
    if table.exists() and not part_of(table).exists() and not settings.restart:
        raise ConfigError("--to", str(table), "a table that is not there yet; or --restart")
    inputs = find_inputs(paths, settings.pattern)
    with Journal(part_of(table), _asked(judge, settings), settings.restart) as journal:
        return _scanned(inputs, table, journal, judge, settings, progress)


def _scanned(
    inputs: Inputs,
    table: Path,
    journal: Journal,
    judge: Judge,
    settings: ScanSettings,
    progress: Callable[[Progress], None] | None,
) -> Summary:
    total, done, errors, kept = len(inputs), 0, 0, 0

    def is_finished(name: str, stamp: Stamp) -> bool:
        nonlocal kept
        found = journal.is_finished(name, stamp)
        kept += found
        return found

    waiting = inputs.items(is_finished)
    first = next(waiting, None)
    start = time.monotonic()
    if first is not None:
        judge.prepare()  # once, before there are workers, and on nobody's time
        start = time.monotonic()
        maker = RowMaker(judge, settings.order, settings.masses, settings.allow_invalid)
        workers = min(settings.workers or os.cpu_count() or 1, total)
        with Pool(maker, workers, settings.seconds) as pool:
            for item, row in pool.rows(chain([first], waiting)):
                journal.add(item.name, item.stamp, row)
                done += 1
                errors += "error" in row
                if progress is not None:
                    per_second = done / max(time.monotonic() - start, 1e-9)
                    progress(Progress(kept + done, total, errors, per_second))
    seconds = time.monotonic() - start
    errors, found = 0, set[str]()
    for row in journal.rows(inputs.names):
        errors += "error" in row
        found |= open_columns(row)
    write_table(table, table_columns(judge.columns, found), journal.rows(inputs.names))
    journal.remove()
    speed = done / seconds if done else 0.0
    return Summary(table, total, errors, total - done, seconds, speed, inputs.notes)


def _asked(judge: Judge, settings: ScanSettings) -> dict[str, object]:
    """What rows depend on."""
    own = {name: getattr(settings, name) for name in ("seconds", "masses", "allow_invalid", "order")}
    return {"results": judge.fingerprint, "options": {**judge.options, **own}, "version": version("protomodels")}
