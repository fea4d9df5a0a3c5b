"""Tables as plain text values: drawn by the command line, shown by notebooks as HTML, turned into data frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from protomodels.errors import ConfigError
from protomodels.extras import require

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes
    ----------
    title: above it.
    columns: their headings.
    rows: texts, one for each column.
    numeric: columns that are set flush right.

    >>> Table("masses", ("particle", "GeV"), (("X_Z1", "163"),), numeric=("GeV",)).html()[:31]
    '<table><caption>masses</caption'
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[str, ...] = ()

    def html(self) -> str:
        """The table as HTML; every text in it is escaped."""
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        right = [' style="text-align: right"' if name in self.numeric else "" for name in self.columns]
        body = "".join(
            "<tr>"
            + "".join(f"<td{style}>{escape(text)}</td>" for style, text in zip(right, row, strict=True))
            + "</tr>"
            for row in self.rows
        )
        caption = f"<caption>{escape(self.title)}</caption>" if self.title else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


@dataclass(frozen=True)
class Report:
    """What is said of one thing: a first line, pairs of a name and a value, tables, notes.

    Attributes
    ----------
    title: the first line.
    summary: (name, value).
    tables: in their order.
    notes: lines below the tables.
    """

    title: str
    summary: tuple[tuple[str, str], ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    def html(self) -> str:
        """The report as HTML; every text in it is escaped."""
        pairs = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in self.summary)
        parts = [
            f"<p><strong>{escape(self.title)}</strong></p>",
            f"<table><tbody>{pairs}</tbody></table>" if pairs else "",
        ]
        parts += [table.html() for table in self.tables]
        parts += [f"<p>{escape(note)}</p>" for note in self.notes]
        return "".join(parts)


def data_frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows of plain values as a data frame of pandas.

    Parameters
    ----------
    columns: which, in their order; needed where there may be no rows.

    Raises
    ------
    MissingExtraError: where pandas is not installed.
    """
    frame: pd.DataFrame = require("pandas", "tables as data frames").DataFrame(list(rows), columns=columns)
    return frame


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows of plain values as a Parquet file.

    Raises
    ------
    MissingExtraError: where pyarrow is not installed.
    ConfigError: where the file cannot be written.
    """
    arrow, parquet = require("pyarrow", "Parquet tables"), require("pyarrow.parquet", "Parquet tables")
    table = arrow.table({name: [row[name] for row in rows] for name in columns})
    try:
        parquet.write_table(table, path)
    except OSError as error:
        raise ConfigError("to", str(path), f"a file that can be written ({error.strerror or error})") from error


def finite(value: Any) -> Any:
    """``value`` with NaN and infinities as None, at any depth: JSON has neither.

    >>> finite({"mu_max": math.inf, "limits": (1.0, math.nan)})
    {'mu_max': None, 'limits': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
