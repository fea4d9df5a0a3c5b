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
Releases = Annotated[
    list[Annotated[str, Query(max_length=200)]],
    Query(min_length=2, max_length=6, description="names or fingerprints of results on the service's machine"),
]
MapNumber = Annotated[int, Query(ge=0, lt=10**6, description="of the map among those of the analysis, from 0")]
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


@router.get(
    "/protomodels/{number}/timeline/plots/releases", response_class=Response, responses={200: {"content": CONTENT}}
)
def timeline_plot(
    number: Number, _: Reader, figures: FiguresDep, results: Releases, format: FormatQuery = Format.JSON
) -> Response:
    """Draw K of a proto-model in one release of the results after another, and what came in between."""
    return drawn(figures.timeline_figure(number, results), format)


@router.get("/runs/{run}/plots/climb", response_class=Response, responses={200: {"content": CONTENT}})
def run_plot(
    run: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON, beside: Beside = None
) -> Response:
    """Draw the best K of the walkers of a run against their steps, with median and best; or that of several runs."""
    return drawn(figures.run(run, beside or ()), format)


@router.get("/runs/{run}/plots/modes", response_class=Response, responses={200: {"content": CONTENT}})
def modes_plot(run: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON) -> Response:
    """Draw K of the stored proto-models of a run by their content."""
    return drawn(figures.found(run, "modes"), format)


@router.get("/runs/{run}/plots/drivers", response_class=Response, responses={200: {"content": CONTENT}})
def drivers_plot(run: str, _: Reader, figures: FiguresDep, format: FormatQuery = Format.JSON) -> Response:
    """Draw what each analysis gives to the ten best proto-models of a run: the mean of its 2 ln L ratio."""
    return drawn(figures.found(run, "drivers"), format)


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


@router.get(
    "/results/{name}/analyses/{analysis}/plots/map", response_class=Response, responses={200: {"content": CONTENT}}
)
def map_plot(
    name: str,
    analysis: str,
    _: Reader,
    figures: FiguresDep,
    number: MapNumber = 0,
    format: FormatQuery = Format.JSON,
) -> Response:
    """Draw a map of an analysis over masses: upper limits on cross sections, or efficiencies of a signal region."""
    return drawn(figures.map(name, analysis, number), format)
