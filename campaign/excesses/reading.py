"""A table of a scan, a piece of its rows at a time: memory does not grow with the table."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.campaign.excesses.expressions import TRUTHS
from protomodels.campaign.scan.table import PARQUET, SUFFIXES
from protomodels.errors import ConfigError
from protomodels.extras import require

Floats = NDArray[np.float64]

PIECE: Final = 5_000
"""Rows that are read at once."""
LARGEST_FIELD: Final = 1_000_000
"""Characters of a field of CSV."""
_WHAT: Final = "Parquet tables"
Wanted = Callable[[str], bool]


class Piece:
    """Some rows of a table, by columns.

    Parameters
    ----------
    values: of each column, as the file has them: texts of CSV, typed ones of Parquet, None where nothing is.
    n: rows.
    """

    def __init__(self, values: dict[str, Sequence[Any]], n: int) -> None:
        self._values, self.n = values, n

    @property
    def names(self) -> Collection[str]:
        """Of the columns."""
        return self._values.keys()

    def numbers(self, name: str) -> Floats:
        """Of a column, NaN where it is empty or no number, (n,); true and false are 1 and 0."""
        found, column = np.full(self.n, np.nan), self._values[name]
        filled = self._filled(name)
        found[filled] = [_number(column[place]) for place in filled]
        return found

    def checked(self, name: str, low: float = -np.inf, high: float = np.inf) -> Floats:
        """The same of a column of the scan's own, (n,).

        Raises
        ------
        ConfigError: where a value is no number, or less than ``low`` or more than ``high``, naming its row.
        """
        found, column = self.numbers(name), self._values[name]
        inside = (low <= found) & (found <= high)
        for place in self._filled(name):
            if not inside[place] and not _is_nan(column[place]):
                what = f"{self._values['file'][place]}: {name} {str(column[place])[:60]}"
                bounds = "" if np.isinf([low, high]).all() else f" from {low:g} to {high:g}"
                raise ConfigError("TABLE", what, f"a number{bounds}, or nothing")
        return found

    def texts(self, name: str) -> NDArray[np.object_]:
        """Of a column, '' where it is empty, (n,); truths as true and false."""
        found = np.empty(self.n, dtype=object)
        found[:] = [_text(value) for value in self._values[name]]
        return found

    def _filled(self, name: str) -> list[int]:
        return [place for place, value in enumerate(self._values[name]) if value is not None and value != ""]

    def row(self, place: int) -> dict[str, Any]:
        """One row, without what is empty; as the file has it."""
        values = {name: column[place] for name, column in self._values.items()}
        return {name: value for name, value in values.items() if value is not None and value != ""}


def columns_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a table.

    Raises
    ------
    ConfigError: where it is no table, or has a name twice.
    MissingExtraError: where Parquet is read and pyarrow is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError("TABLE", str(path), f"a table of `protomodels scan`, {' or '.join(SUFFIXES)}")
    if path.suffix.lower() == PARQUET:
        with _parquet(path) as file:
            names = tuple(map(str, file.schema_arrow.names))
    else:
        with _csv(path) as reader:
            names = tuple(next(reader, ()))
    twice = sorted({name for name in names if names.count(name) > 1})
    if not names or twice:
        what = f"{path}: {'column ' + twice[0] + ' twice' if twice else 'no columns'}"
        raise ConfigError("TABLE", what, "a first line with the names of columns, each once")
    return names


def pieces(path: Path, wanted: Wanted, size: int = PIECE) -> Iterator[Piece]:
    """The rows of a table, in their order.

    Parameters
    ----------
    wanted: is a column of this name needed?  Others are not read.
    size: rows at once.

    Raises
    ------
    ConfigError: where it is no table, or a row has another number of values than there are columns, naming its line.
    MissingExtraError: as for :func:`columns_of`.
    """
    names = [name for name in columns_of(path) if wanted(name)]
    if path.suffix.lower() == PARQUET:
        with _parquet(path) as file:
            for batch in file.iter_batches(batch_size=size, columns=names):
                yield Piece({name: batch.column(name).to_pylist() for name in names}, batch.num_rows)
        return
    with _csv(path) as reader:
        header = next(reader)
        places = [header.index(name) for name in names]
        while rows := list(islice(reader, size)):
            for number, row in enumerate(rows):
                if len(row) != len(header):
                    line = reader.line_num - len(rows) + number + 1
                    what = f"{path}, about line {line}: {len(row)} values"
                    raise ConfigError("TABLE", what, f"one for each of {len(header)} columns")
            yield Piece({name: [row[i] for row in rows] for name, i in zip(names, places, strict=True)}, len(rows))


@contextmanager
def _csv(path: Path) -> Iterator[Any]:
    before = csv.field_size_limit(LARGEST_FIELD)
    try:
        # other programs put a mark of UTF-8 at the beginning
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield csv.reader(file, strict=True)
    except (OSError, UnicodeError, csv.Error) as error:
        raise ConfigError("TABLE", f"{path} ({error})", "a readable table of `protomodels scan`") from error
    finally:
        csv.field_size_limit(before)


@contextmanager
def _parquet(path: Path) -> Iterator[Any]:
    arrow, parquet = require("pyarrow", _WHAT), require("pyarrow.parquet", _WHAT)
    try:
        with parquet.ParquetFile(str(path)) as file:
            yield file
    except (OSError, arrow.ArrowException) as error:
        raise ConfigError("TABLE", f"{path} ({error})", "a readable table of `protomodels scan`") from error


def _number(value: Any) -> float:
    if isinstance(value, str) and (truth := TRUTHS.get(value, value)) in ("true", "false"):
        return float(truth == "true")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _is_nan(value: Any) -> bool:
    """Is it a number that is missing, and not something else?"""
    try:
        return math.isnan(float(value))
    except (TypeError, ValueError, OverflowError):
        return False


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    return TRUTHS.get(text, text)
