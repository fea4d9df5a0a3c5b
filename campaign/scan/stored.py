"""The table of a batch: the rows that are there, cut, written, and as small excesses read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from protomodels.campaign.excesses.expressions import Cut
from protomodels.campaign.excesses.reading import Piece
from protomodels.campaign.excesses.selection import check_cuts
from protomodels.campaign.scan.judge import Kind, Row, open_columns, table_columns
from protomodels.campaign.scan.table import check_table, write_table
from protomodels.database import BatchRecord, BatchRow, Storage


@dataclass(frozen=True)
class StoredTable:
    """Rows of a batch, in the order of its models; those that are not there yet are left out.

    Attributes
    ----------
    record: of the batch.
    columns: kinds of the columns, by name.
    models: as they are stored;  rows: of the same models.
    """

    record: BatchRecord
    columns: Mapping[str, Kind]
    models: tuple[BatchRow, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, storage: Storage, batch: str) -> Self:
        """The table as far as it is there.

        Raises
        ------
        NotFoundError: where there is no such batch.
        """
        record = storage.get_batch(batch)
        models = [m for m in storage.batch_rows(batch, limit=record.n_models) if m.row_json is not None]
        rows: list[Row] = [json.loads(model.row_json or "{}") for model in models]
        found = {name for row in rows for name in open_columns(row)}
        return cls(record, columns_of(record, found), tuple(models), tuple(rows))

    def with_columns(self, columns: Mapping[str, Kind]) -> Self:
        """With further columns, which are empty where no row has them."""
        return replace(self, columns={**self.columns, **columns})

    def cut(self, cuts: Sequence[Cut]) -> Self:
        """Only rows that pass all of these.

        Raises
        ------
        ConfigError: where a cut needs a column that is not there, or compares what cannot be compared.
        """
        check_cuts(tuple(self.columns), cuts)
        passing = np.logical_and.reduce([np.ones(len(self.rows), dtype=np.bool_), *(own(self.piece) for own in cuts)])
        places = np.flatnonzero(passing).tolist()
        models = tuple(self.models[place] for place in places)
        return replace(self, models=models, rows=tuple(self.rows[place] for place in places))

    @cached_property
    def piece(self) -> Piece:
        """As tables of scans are read."""
        return Piece({name: [row.get(name) for row in self.rows] for name in self.columns}, len(self.rows))

    def write(self, to: Path) -> None:
        """Write it as the table of a scan.

        Parameters
        ----------
        to: a ``.csv`` or ``.parquet`` file.

        Raises
        ------
        MissingExtraError: where Parquet is wanted and pyarrow is not installed.
        """
        check_table(to)
        write_table(to, self.columns, self.rows)


def columns_of(record: BatchRecord, found: Iterable[str] = ()) -> dict[str, Kind]:
    """Columns of the table of a batch.

    Parameters
    ----------
    found: names of those that a table has where any row has them.
    """
    own = {name: Kind(kind) for name, kind in json.loads(record.columns_json).items()}
    return table_columns(own, found)
