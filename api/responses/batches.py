"""Batches."""

from __future__ import annotations

import json
from typing import Any

from protomodels.campaign.scan.stored import columns_of
from protomodels.client.schemas import BatchDetail, BatchInfo, BatchRow
from protomodels.database import BatchRecord
from protomodels.database import BatchRow as BatchRowRecord
from protomodels.tables import finite


def batch_info(record: BatchRecord) -> BatchInfo:
    """A batch as lists show it."""
    return BatchInfo(**_values(record))


def batch_detail(record: BatchRecord) -> BatchDetail:
    """A batch with the columns of its table."""
    columns = {name: str(kind) for name, kind in columns_of(record).items()}
    return BatchDetail(**_values(record), columns=columns)


def batch_row(record: BatchRowRecord) -> BatchRow:
    """A model with its row."""
    row = None if record.row_json is None else finite(json.loads(record.row_json))
    return BatchRow(position=record.position, name=record.name, row=row, error=record.error)


def _values(record: BatchRecord) -> dict[str, Any]:
    names = [name for name in BatchInfo.model_fields if name not in ("settings", "state")]
    values = {name: getattr(record, name) for name in names}
    return {**values, "settings": json.loads(record.settings_json), "state": str(record.state)}
