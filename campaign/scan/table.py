"""The table of a scan: CSV, or Parquet with pyarrow.  Rows come one at a time, and are not held."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from protomodels.campaign.scan.judge import Kind, Row, Scalar
from protomodels.errors import ConfigError, StorageError
from protomodels.extras import require

PARQUET: Final = ".parquet"
SUFFIXES: Final = (".csv", PARQUET)
_BATCH: Final = 10_000
"""Rows of Parquet that are written at once."""
_WHAT: Final = "Parquet tables"


def check_table(path: Path) -> None:
    """Can such a table be written?  Asked before hours of work.

    Raises
    ------
    ConfigError: where the name ends in something else, there is no such folder, or it is one.
    MissingExtraError: where pyarrow is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ConfigError("--to", str(path), f"a name that ends in {' or '.join(SUFFIXES)}")
    if not path.parent.is_dir():
        raise ConfigError("--to", str(path), "a file in a folder that exists")
    if path.is_dir():
        raise ConfigError("--to", str(path), "a file, and no folder")
    if path.suffix.lower() == PARQUET:
        require("pyarrow.parquet", _WHAT)


def write_table(path: Path, columns: Mapping[str, Kind], rows: Iterable[Row]) -> None:
    """Write a table; the file is there when all of it is.

    Parameters
    ----------
    columns: their names and kinds, in their order; what a row does not have is missing.

    Raises
    ------
    StorageError: where it cannot be written.
    """
    write = _write_parquet if path.suffix.lower() == PARQUET else _write_csv
    partial = path.with_name(f".{path.name}.new")
    try:
        write(partial, columns, rows)
        partial.replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(path: Path, columns: Mapping[str, Kind], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(map(_text, columns))
        writer.writerows([_csv_value(row.get(name)) for name in columns] for row in rows)


def _csv_value(value: Scalar) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else _text(str(value))


def _write_parquet(path: Path, columns: Mapping[str, Kind], rows: Iterable[Row]) -> None:
    arrow, parquet = require("pyarrow", _WHAT), require("pyarrow.parquet", _WHAT)
    types = {
        Kind.TEXT: arrow.string(),
        Kind.NUMBER: arrow.float64(),
        Kind.WHOLE: arrow.int64(),
        Kind.TRUTH: arrow.bool_(),
    }
    schema = arrow.schema([(_text(name), types[kind]) for name, kind in columns.items()])
    waiting = iter(rows)
    with _closing(parquet.ParquetWriter(str(path), schema)) as writer:
        while batch := list(islice(waiting, _BATCH)):
            arrays = [
                arrow.array([_typed(row.get(name), kind) for row in batch], type=types[kind])
                for name, kind in columns.items()
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))


@contextmanager
def _closing(writer: Any) -> Iterator[Any]:
    try:
        yield writer
    finally:
        writer.close()


def _typed(value: Scalar, kind: Kind) -> Scalar:
    if value is None:
        return None
    if kind is Kind.NUMBER:
        return float(value)
    return _text(str(value)) if kind is Kind.TEXT else value


def _text(text: str) -> str:
    """Text that UTF-8 can hold: names of files may be any bytes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
