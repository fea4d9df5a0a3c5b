"""Pages of batches: their list, the rows of one, and the small excesses of those of a scan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.shared import Cursor, Shown, page
from protomodels.api.responses.batches import batch_detail
from protomodels.api.routes.criteria import CriteriaDep
from protomodels.api.routes.excesses import Batches
from protomodels.api.synthetic import DEMO, is_synthetic, synthetic_fingerprints
from protomodels.database import FINAL, BatchRecord, RunState, Storage
from protomodels.errors import MissingExtraError

router = APIRouter()
_SHOWN: Final = 50
_ROWS: Final = 100
_COLUMNS: Final = 10
"""A page shows the first so many columns; the table has all."""
_FIGURES: Final = ("plane", "matrix", "clusters")


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


@router.get("/excesses")
def excesses(
    request: Request,
    given: Shown,
    batches: Batches,
    criteria: CriteriaDep,
    x: Annotated[str, Query(min_length=1, max_length=200)] = "lightest_mass",
    y: Annotated[str, Query(min_length=1, max_length=200)] = "sigma_13",
) -> Response:
    """Small excesses beside what chance gives, where they are, which analyses share them, and their clusters."""
    found = given.excesses.of_batches(batches, criteria)
    clusters, why = None, ""
    try:
        clusters = given.excesses.clusters(batches, criteria)
    except MissingExtraError as error:
        why = str(error)
    names = ("z", "analyses", "excluding")
    cuts = [cut.text for cut in criteria.cuts]
    asked = {
        "batch": batches,
        "cls": criteria.alpha,
        "where": cuts,
        **{name: getattr(criteria, name) for name in names},
    }
    report = found.report()
    return page(
        request,
        "excesses.html",
        batches=batches,
        criteria=criteria,
        cuts=cuts,
        axes=(x, y),
        columns=batch_detail(given.storage.get_batch(batches[0])).columns,
        found=replace(report, tables=(*report.tables, *(clusters.tables() if clusters else ()))),
        why=why,
        kinds=[kind for kind in _FIGURES if kind != "clusters" or (clusters is not None and clusters.models)],
        asked=urlencode(asked, doseq=True),
        plane=urlencode({"x": x, "y": y}),
        synthetic=given.excesses.of_demo(batches[0]),
    )


def _results(record: BatchRecord) -> Any:
    return json.loads(record.settings_json).get("results")


def _is_synthetic(storage: Storage, record: BatchRecord) -> bool:
    return _results(record) == DEMO or is_synthetic(storage, record.results_fingerprint)
