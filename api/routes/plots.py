"""Figures: for papers (SVG, PNG, PDF) and for pages (JSON of plotly.js)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from protomodels.api.deps import FiguresDep, Reader
from protomodels.api.routes.protomodels import Number
from protomodels.plots.figure import Figure
from protomodels.plots.kinds import KINDS
from protomodels.plots.paper import render
from protomodels.plots.posteriors import POSTERIOR_KINDS
from protomodels.plots.web import plotly

router = APIRouter(tags=["plots"])


class Format(StrEnum):
    """The format of a figure."""

    JSON = "json"
    SVG = "svg"
    PNG = "png"
    PDF = "pdf"


MEDIA_TYPES = {Format.SVG: "image/svg+xml", Format.PNG: "image/png", Format.PDF: "application/pdf"}
CONTENT = {"application/json": {"schema": {"type": "object"}}} | {
    media: {"schema": {"type": "string", "format": "binary"}} for media in MEDIA_TYPES.values()
}
KindPath = Annotated[str, Path(description="of figure", json_schema_extra={"enum": list(KINDS)})]
PosteriorKind = Annotated[str, Path(description="of figure", json_schema_extra={"enum": list(POSTERIOR_KINDS)})]
Beside = Annotated[
    list[Annotated[str, Query(max_length=16)]] | None,
    Query(max_length=8, description="other runs, of which the best K so far is drawn beside that of this one"),
]
FormatQuery = Annotated[Format, Query(description="json: data and layout for Plotly.newPlot, and alt")]


def drawn(figure: Figure, kind: Format) -> Response:
    """A figure in the format that was asked for."""
    if kind is Format.JSON:
        return JSONResponse(plotly(figure))
    return Response(render(figure, kind.value), media_type=MEDIA_TYPES[kind])


@router.get("/protomodels/{number}/plots/{kind}", response_class=Response, responses={200: {"content": CONTENT}})
def protomodel_plot(
    number: Number, kind: KindPath, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON
) -> Response:
    """Draw a proto-model: its spectrum, decays, contributions, likelihoods, limits or mass scans."""
    return drawn(figures.protomodel(number, kind), format)


@router.get("/runs/{run}/plots/climb", response_class=Response, responses={200: {"content": CONTENT}})
def run_plot(
    run: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON, beside: Beside = None
) -> Response:
    """Draw the best K of the walkers of a run against their steps, with median and best; or that of several runs."""
    return drawn(figures.run(run, beside or ()), format)


@router.get("/campaigns/{campaign}/plots/answer", response_class=Response, responses={200: {"content": CONTENT}})
def campaign_plot(campaign: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON) -> Response:
    """Best K in universes (global p-value), or the masses that were found (closure)."""
    return drawn(figures.campaign(campaign), format)


@router.get("/posteriors/{posterior}/plots/{kind}", response_class=Response, responses={200: {"content": CONTENT}})
def posterior_plot(
    posterior: str, kind: PosteriorKind, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON
) -> Response:
    """Draw what the chains of a complete posterior say: contents, spectrum, masses or predicted signals."""
    return drawn(figures.posterior(posterior, kind), format)


@router.get("/results/{name}/plots/combinability", response_class=Response, responses={200: {"content": CONTENT}})
def combinability_plot(name: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON) -> Response:
    """Which analyses of some results may be combined, without a table of the user's."""
    return drawn(figures.combinability(name), format)
