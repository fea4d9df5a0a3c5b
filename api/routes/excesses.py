"""Small excesses: which models of a scan were expected to be excluded and were not."""

from __future__ import annotations

import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Query, Response

from protomodels import run_settings as settings
from protomodels.api.deps import ExcessesDep, Reader
from protomodels.api.excesses import MOST_BATCHES
from protomodels.api.responses.excesses import small_excesses
from protomodels.api.routes.criteria import CriteriaDep
from protomodels.api.routes.plots import CONTENT, Format, FormatQuery, drawn
from protomodels.campaign.excesses.writing import write_models
from protomodels.client.schemas import SmallExcesses
from protomodels.settings import PolicyName

router = APIRouter(prefix="/excesses", tags=["small excesses"])

_CSV: Final = "text/csv"
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {_CSV: {"schema": {"type": "string", "format": "binary"}}}}
}
Batches = Annotated[
    list[Annotated[str, Query(max_length=16)]],
    Query(alias="batch", min_length=1, max_length=MOST_BATCHES, description="all batches of one scan"),
]
After = Annotated[int, Query(ge=0, lt=2**31, description="so many of the selected models the answer begins")]
Limit = Annotated[int, Query(ge=0, le=1000, description="selected models of an answer")]
Column = Annotated[str, Query(min_length=1, max_length=200, description="of the table, such as mass:X_t1")]


class ExcessFigure(StrEnum):
    """A figure of small excesses."""

    PLANE = "plane"
    MATRIX = "matrix"
    CLUSTERS = "clusters"


@router.get("")
def excesses(
    batches: Batches,
    criteria: CriteriaDep,
    _: Reader,
    found: ExcessesDep,
    clusters: Annotated[bool, Query(description="also clusters of selected models")] = False,
    after: After = 0,
    limit: Limit = 50,
) -> SmallExcesses:
    """The small excesses among the rows of batches that are there, beside what chance gives."""
    groups = found.clusters(batches, criteria) if clusters else None
    return small_excesses(found.of_batches(batches, criteria), groups, after, limit)


@router.post("")
def excesses_of_table(
    content: Annotated[bytes, Body(media_type=_CSV, description="a table of `protomodels scan --excesses`, as CSV")],
    criteria: CriteriaDep,
    _: Reader,
    found: ExcessesDep,
    results: Annotated[str, Query(max_length=200, description=settings.RESULTS.help)] = settings.RESULTS.default,
    policy: Annotated[PolicyName, Query(description=settings.POLICY.help)] = settings.POLICY.default,
    after: After = 0,
    limit: Limit = 50,
) -> SmallExcesses:
    """The small excesses in a table that comes with the request, which may have further columns; nothing is kept."""
    return small_excesses(found.of_table(content, results, policy, criteria), None, after, limit)


@router.get("/models.csv", response_class=Response, responses=_FILE)
def excess_models(batches: Batches, criteria: CriteriaDep, _: Reader, found: ExcessesDep) -> Response:
    """All selected models as a table, a row for each of them and each analysis."""
    models = found.of_batches(batches, criteria).models
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "models.csv"
        write_models(path, models)
        content = path.read_bytes()
    disposition = {"Content-Disposition": 'attachment; filename="small-excesses.csv"'}
    return Response(content, media_type=_CSV, headers=disposition)


@router.get("/plots/{kind}", response_class=Response, responses={200: {"content": CONTENT}})
def excess_plot(
    kind: ExcessFigure,
    batches: Batches,
    criteria: CriteriaDep,
    _: Reader,
    found: ExcessesDep,
    x: Column = "lightest_mass",
    y: Column = "sigma_13",
    format: FormatQuery = Format.JSON,
) -> Response:
    """Draw where small excesses are in a plane of two columns, which analyses share them, or their clusters."""
    if kind is ExcessFigure.PLANE:
        return drawn(found.plane(batches, x, y, criteria), format)
    figure = found.matrix if kind is ExcessFigure.MATRIX else found.cluster_figure
    return drawn(figure(batches, criteria), format)
