"""Batches: many models, judged by a runner, a row for each."""

from __future__ import annotations

import json
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from protomodels.api.deps import Reader, ResultsDep, StorageDep, Writer
from protomodels.api.problems import in_request
from protomodels.api.requests import BatchIn
from protomodels.api.responses.batches import batch_detail, batch_info, batch_row
from protomodels.api.routes.criteria import CutsDep
from protomodels.campaign.scan.batches import BatchSettings
from protomodels.campaign.scan.stored import StoredTable
from protomodels.client.schemas import BatchDetail, BatchInfo, BatchRow, Page
from protomodels.database import NewBatch, RunState
from protomodels.runs.config import text_sha256

router = APIRouter(prefix="/batches", tags=["batches"])


class TableFormat(StrEnum):
    """The format of a table."""

    CSV = "csv"
    PARQUET = "parquet"


MEDIA_TYPES = {TableFormat.CSV: "text/csv", TableFormat.PARQUET: "application/vnd.apache.parquet"}
_CONTENT = {media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()}


@router.get("")
def list_batches(
    _: Reader,
    storage: StorageDep,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[str | None, Query(max_length=16, description="cursor")] = None,
) -> Page[BatchInfo]:
    """List batches, newest first; `next` of a page is `before` of the one that follows."""
    storage.expire_leases()
    found = storage.list_batches(limit + 1, before=before)
    items = [batch_info(record) for record in found[:limit]]
    return Page(items=items, next=items[-1].id if len(found) > limit else None)


@router.post("", status_code=202)
def create_batch(
    body: BatchIn,
    who: Writer,
    storage: StorageDep,
    results: ResultsDep,
    response: Response,
    key: Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)] = None,
) -> BatchInfo:
    """Queue a batch of at most 1,000 models (10 MB in all), which `protomodels runner` judges one by one.

    A request that is sent again with the same Idempotency-Key gives the same batch.
    """
    table = None if body.combinable is None else json.dumps(body.combinable, sort_keys=True)
    values = body.model_dump(exclude={"name", "models", "combinable"}) | {"analyses": tuple(body.analyses)}
    values["masses"] = body.masses or body.excesses
    settings = BatchSettings(**values, combinable_sha256="" if table is None else text_sha256(table))
    predictor = results.load(body.results)
    with results.exclusive():
        columns = settings.columns(predictor, table)
    models = [(model.name, model.text) for model in body.models]
    new = NewBatch(body.name, settings.to_json(), json.dumps(columns), predictor.fingerprint, models, table)
    if key is None:
        batch = storage.create_batch(new)
    else:
        asked = text_sha256(body.model_dump_json())
        batch = storage.create_batch(new, owner=who.name, key=key, sha256=asked)
    response.headers["Location"] = f"/api/v1/batches/{batch}"
    return batch_info(storage.get_batch(batch))


@router.get("/{batch}")
def get_batch(batch: str, _: Reader, storage: StorageDep) -> BatchDetail:
    """Show one batch: its settings, its state, how many models have a row, and the columns of its table."""
    storage.expire_leases()
    return batch_detail(storage.get_batch(batch))


@router.delete("/{batch}", status_code=204)
def delete_batch(batch: str, _: Writer, storage: StorageDep) -> None:
    """Delete a batch with its models and rows; not while it runs."""
    storage.expire_leases()
    storage.delete_batch(batch)


@router.post("/{batch}/cancel")
def cancel_batch(batch: str, _: Writer, storage: StorageDep) -> BatchInfo:
    """End a batch for good; its rows stay."""
    storage.expire_leases()
    at_work = storage.get_batch(batch).state is RunState.RUNNING
    storage.set_batch_state(batch, RunState.CANCELLING if at_work else RunState.CANCELLED, "as asked")
    return batch_info(storage.get_batch(batch))


@router.get("/{batch}/rows")
def rows(
    batch: str,
    _: Reader,
    storage: StorageDep,
    after: Annotated[int, Query(ge=-1, lt=2**31, description="only models beyond this position")] = -1,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    *,
    cuts: CutsDep,
) -> Page[BatchRow]:
    """List the models of a batch in their order, each with its row; `next` is `after` of the page that follows.

    With cuts only those whose rows are there and pass.
    """
    if cuts:
        with in_request("batch"):
            passing = [one for one in StoredTable.of(storage, batch).cut(cuts).models if one.position > after]
        last = str(passing[limit - 1].position) if len(passing) > limit else None
        return Page(items=[batch_row(record) for record in passing[:limit]], next=last)
    found = storage.batch_rows(batch, after=after, limit=limit)
    more = len(found) == limit
    return Page(items=[batch_row(record) for record in found], next=str(found[-1].position) if more else None)


@router.get("/{batch}/table.{format}", response_class=Response, responses={200: {"content": _CONTENT}})
def table(batch: str, format: TableFormat, _: Reader, storage: StorageDep, cuts: CutsDep) -> Response:
    """The rows that are there as a table, as `protomodels scan` writes it; with cuts those that pass."""
    with in_request("batch"):
        found = StoredTable.of(storage, batch).cut(cuts)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{format}"
        found.write(path)
        content = path.read_bytes()
    disposition = {"Content-Disposition": f'attachment; filename="{batch}.{format}"'}
    return Response(content, media_type=MEDIA_TYPES[format], headers=disposition)
