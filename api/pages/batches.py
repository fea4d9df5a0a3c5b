"""Pages of batches: their list, and the rows of one."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.shared import Cursor, Shown, page
from protomodels.api.responses.batches import batch_detail
from protomodels.api.synthetic import DEMO, is_synthetic, synthetic_fingerprints
from protomodels.database import FINAL, BatchRecord, RunState, Storage

router = APIRouter()
_SHOWN: Final = 50
_ROWS: Final = 100
_COLUMNS: Final = 10
"""A page shows the first so many columns; the table has all."""


@router.get("/batches")
def batches(request: Request, given: Shown, before: Annotated[str, Query(max_length=16)] = "") -> Response:
    """Batches, newest first."""
    given.storage.expire_leases()
    found = given.storage.list_batches(_SHOWN + 1, before=before or None)
    more = found[_SHOWN - 1].id if len(found) > _SHOWN else None
    rows = [(record, _results(record)) for record in found[:_SHOWN]]
    return page(request, "batches.html", rows=rows, more=more, demo=synthetic_fingerprints(given.storage) | {DEMO})


@router.get("/batches/{batch}")
def batch(request: Request, batch: str, given: Shown, after: Cursor = 0) -> Response:
    """One batch: how far it has come, and its rows; ``after`` so many models the page begins."""
    given.storage.expire_leases()
    record = given.storage.get_batch(batch)
    found = given.storage.batch_rows(batch, after=after - 1, limit=_ROWS)
    columns = [name for name in batch_detail(record).columns if name not in ("file", "error")]
    return page(
        request,
        "batch.html",
        found=record,
        results=_results(record),
        columns=columns[:_COLUMNS],
        n_columns=len(columns),
        rows=[(row, json.loads(row.row_json or "{}")) for row in found],
        more=found[-1].position + 1 if len(found) == _ROWS else None,
        actions=() if record.state in FINAL or record.state is RunState.CANCELLING else ("cancel",),
        excesses=json.loads(record.settings_json).get("excesses", False),
        synthetic=_is_synthetic(given.storage, record),
    )


def _results(record: BatchRecord) -> Any:
    return json.loads(record.settings_json).get("results")


def _is_synthetic(storage: Storage, record: BatchRecord) -> bool:
    return _results(record) == DEMO or is_synthetic(storage, record.results_fingerprint)
