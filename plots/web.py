"""Figures as figures of plotly.js: plain values for JSON, without the package plotly.

Colours of axes and paper are left to the page, which has a light and a dark face.
"""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.plots.figure import (
    Arrow,
    Axis,
    Band,
    Bars,
    Figure,
    Heat,
    Label,
    Line,
    Panel,
    Points,
    Region,
    Rule,
    Squares,
    color_of,
)
from protomodels.plots.pages.symbols import as_html

_SYMBOLS: Final = {"circle": "circle", "star": "star", "tick": "line-ns-open", "diamond": "diamond", "dot": "circle"}
_GAP: Final = 0.09
PIXELS: Final = 96
"""An inch."""

Traces = list[dict[str, Any]]


def plotly(figure: Figure) -> dict[str, Any]:
    """``data`` and ``layout`` for ``Plotly.newPlot``, and ``alt``."""
    rows, columns = figure.shape
    data: Traces = []
    layout: dict[str, Any] = {
        "height": round(PIXELS * (figure.height * rows + (0.4 if figure.title else 0.0))),
        "title": {"text": figure.title},
        "shapes": [],
        "annotations": [],
        "barmode": "overlay",
        "showlegend": False,
    }
    for number, panel in enumerate(figure.panels):
        suffix = "" if number == 0 else str(number + 1)
        row, column = divmod(number, columns)
        traces = _panel(panel, suffix, layout)
        data += traces
        layout["showlegend"] |= any(t.get("showlegend") for t in traces)
        gap = 0.0 if len(figure.panels) == 1 else _GAP
        x_axis, y_axis = _axis(panel.x, vertical=False), _axis(panel.y, vertical=True)
        x_axis |= {"anchor": f"y{suffix}", "domain": _domain(column, columns, gap)}
        y_axis |= {"anchor": f"x{suffix}", "domain": _domain(rows - 1 - row, rows, gap)}
        layout |= {f"xaxis{suffix}": x_axis, f"yaxis{suffix}": y_axis}
        if panel.title:
            where = {"xref": f"x{suffix} domain", "yref": f"y{suffix} domain", "x": 0.5, "y": 1.0, "yanchor": "bottom"}
            layout["annotations"].append(where | {"text": as_html(panel.title), "showarrow": False})
    return {"data": data, "layout": layout, "alt": figure.alt}


def _domain(place: int, n: int, gap: float) -> list[float]:
    width = 1.0 / n
    return [place * width + (gap / 2 if place else 0.0), (place + 1) * width - (gap / 2 if place < n - 1 else 0.0)]


def _axis(axis: Axis, *, vertical: bool) -> dict[str, Any]:
    out: dict[str, Any] = {"title": {"text": as_html(axis.label)}, "automargin": True, "zeroline": False}
    low, high = axis.low, axis.high
    if axis.names:
        n = len(axis.names)
        out |= {
            "tickmode": "array",
            "tickvals": list(range(n)),
            "ticktext": list(map(as_html, axis.names)),
            "showgrid": False,
        }
        low, high = (n - 0.5, -0.5) if vertical else (-0.5, n - 0.5)
    if axis.log:
        out["type"] = "log"
        low, high = (None if end is None else float(np.log10(end)) for end in (low, high))
    if low is not None and high is not None:
        out["range"] = [low, high]
    elif low is not None or high is not None:
        out |= {"range": [low, high], "autorange": "max" if high is None else "min"}
    if axis.hidden:
        out["visible"] = False
    return out


def _panel(panel: Panel, suffix: str, layout: dict[str, Any]) -> Traces:
    refs = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    out: Traces = []
    for mark in panel.marks:
        for trace in _draw(mark, suffix, layout):
            trace |= refs
            trace.setdefault("showlegend", bool(trace.get("name")))
            out.append(trace)
    return out


def _plain(values: NDArray[Any]) -> list[Any]:
    """JSON has no NaN."""
    return [None if isinstance(v, float) and not np.isfinite(v) else v for v in np.asarray(values).tolist()]


@singledispatch
def _draw(mark: object, suffix: str, layout: dict[str, Any]) -> Traces:
    raise TypeError(f"no way to draw {mark!r} in {suffix!r} of {layout!r}")


@_draw.register
def _(mark: Line, _suffix: str, _layout: dict[str, Any]) -> Traces:
    line = {"color": color_of(mark.color), "dash": mark.dash, "width": mark.width}
    where = {"x": _plain(mark.x), "y": _plain(mark.y)}
    out: dict[str, Any] = {"type": "scatter", "mode": "lines", "line": line, "opacity": mark.opacity, **where}
    return [out | ({"name": mark.name} if mark.name else {"hoverinfo": "skip"})]


@_draw.register
def _(mark: Points, _suffix: str, _layout: dict[str, Any]) -> Traces:
    marker = {"color": color_of(mark.color), "symbol": _SYMBOLS[mark.symbol], "size": 3 if mark.symbol == "dot" else 9}
    where = {"x": _plain(mark.x), "y": _plain(mark.y)}
    return [{"type": "scatter", "mode": "markers", "marker": marker, "name": mark.name, **where}]


@_draw.register
def _(mark: Band, _suffix: str, _layout: dict[str, Any]) -> Traces:
    base = {"type": "scatter", "mode": "lines", "x": _plain(mark.x), "line": {"width": 0}, "hoverinfo": "skip"}
    filling = {"fill": "tonexty", "fillcolor": color_of(mark.color) + "33", "name": mark.name}
    return [base | {"y": _plain(mark.low)}, base | filling | {"y": _plain(mark.high)}]


@_draw.register
def _(mark: Bars, _suffix: str, _layout: dict[str, Any]) -> Traces:
    out: dict[str, Any] = {"type": "bar", "marker": {"color": color_of(mark.color)}, "name": mark.name}
    values = _plain(mark.values)
    if mark.texts:
        out |= {"hovertext": list(mark.texts), "hoverinfo": "text"}
    if mark.edges is not None:
        middles, widths = 0.5 * (mark.edges[1:] + mark.edges[:-1]), np.diff(mark.edges)
        return [out | {"x": _plain(middles), "y": values, "width": _plain(widths), "opacity": 0.7}]
    places = list(range(len(values)))
    if mark.along == "y":
        return [out | {"orientation": "h", "x": values, "y": places}]
    return [out | {"x": places, "y": values}]


@_draw.register
def _(mark: Rule, suffix: str, layout: dict[str, Any]) -> Traces:
    line = {"color": color_of(mark.color), "dash": mark.dash, "width": 1.5}
    own, across = ("x", "y") if mark.vertical else ("y", "x")
    ends = {f"{own}0": mark.at, f"{own}1": mark.at, f"{across}0": 0, f"{across}1": 1}
    refs = {f"{own}ref": f"{own}{suffix}", f"{across}ref": f"{across}{suffix} domain"}
    layout["shapes"].append({"type": "line", "line": line, **ends, **refs})
    if not mark.name:
        return []
    return [{"type": "scatter", "mode": "lines", "x": [None], "y": [None], "line": line, "name": mark.name}]


@_draw.register
def _(mark: Squares, _suffix: str, _layout: dict[str, Any]) -> Traces:
    n = len(mark.colors)
    scale = []
    for number, color in enumerate(mark.colors):
        shown = "rgba(0,0,0,0)" if color is None else color_of(color)
        scale += [[number / n, shown], [(number + 1) / n, shown]]
    texts = [[mark.meanings[v] for v in row] for row in mark.values.tolist()]
    squares = {"z": mark.values.tolist(), "colorscale": scale, "zmin": -0.5, "zmax": n - 0.5, "showscale": False}
    out: Traces = [{"type": "heatmap", "text": texts, "hoverinfo": "text", "showlegend": False, **squares}]
    for color, meaning in zip(mark.colors, mark.meanings, strict=True):
        if color is not None:
            marker = {"symbol": "square", "size": 10, "color": color_of(color)}
            out.append(
                {"type": "scatter", "mode": "markers", "x": [None], "y": [None], "marker": marker, "name": meaning}
            )
    return out


@_draw.register
def _(mark: Heat, _suffix: str, _layout: dict[str, Any]) -> Traces:
    z = np.log10(mark.values) if mark.log else mark.values
    bar: dict[str, Any] = {"title": {"text": as_html(mark.label), "side": "right"}, "thickness": 14}
    if mark.log and np.isfinite(z).any():
        powers = range(int(np.floor(np.nanmin(z))), int(np.ceil(np.nanmax(z))) + 1)
        bar |= {"tickvals": list(powers), "ticktext": [f"{10.0**power:g}" for power in powers]}
    texts = [[f"{value:.3g}" if np.isfinite(value) else "" for value in row] for row in mark.values.tolist()]
    cells = {"z": [_plain(row) for row in z], "text": texts, "hoverinfo": "x+y+text", "colorscale": "Cividis"}
    return [
        {"type": "heatmap", "x": _plain(mark.x), "y": _plain(mark.y), "colorbar": bar, **cells, "showlegend": False}
    ]


@_draw.register
def _(mark: Region, _suffix: str, _layout: dict[str, Any]) -> Traces:
    color = color_of(mark.color)
    out: dict[str, Any] = {"type": "contour", "x": _plain(mark.x), "y": _plain(mark.y), "name": mark.name}
    out |= {"z": mark.inside.astype(int).tolist(), "showscale": False, "autocontour": False, "hoverinfo": "skip"}
    line = {"color": color, "dash": mark.dash, "width": 0 if mark.filled else 1.5}
    if mark.filled:
        shade = color + f"{round(127 * mark.opacity):02x}"
        constraint = {"type": "constraint", "operation": ">", "value": 0.5}
        return [out | {"contours": constraint, "fillcolor": shade, "line": line}]
    lines = {"coloring": "none", "start": 0.5, "end": 0.5, "size": 1}
    return [out | {"contours": lines, "line": line}]


@_draw.register
def _(mark: Arrow, suffix: str, layout: dict[str, Any]) -> Traces:
    refs = {"xref": f"x{suffix}", "yref": f"y{suffix}", "axref": f"x{suffix}", "ayref": f"y{suffix}"}
    ends = {"ax": mark.x0, "ay": mark.y0, "x": mark.x1, "y": mark.y1}
    head = {"showarrow": True, "arrowhead": 2, "arrowcolor": color_of(mark.color), "arrowwidth": max(1.0, mark.width)}
    layout["annotations"].append({"text": "", **refs, **ends, **head})
    return []


@_draw.register
def _(mark: Label, suffix: str, layout: dict[str, Any]) -> Traces:
    words: dict[str, Any] = {
        "text": as_html(mark.text),
        "showarrow": False,
        "xanchor": mark.anchor,
        "yanchor": "bottom",
    }
    if mark.color is not None:
        words["font"] = {"color": color_of(mark.color)}
    where = {"xref": f"x{suffix}", "yref": f"y{suffix}", "x": mark.x, "y": mark.y}
    layout["annotations"].append(words | where)
    return []
