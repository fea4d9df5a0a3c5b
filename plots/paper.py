"""Figures by matplotlib, in the style of the field (mplhep): .svg, .png, .pdf."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import singledispatch
from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure as Canvas

from protomodels.errors import ConfigError
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

KINDS: Final = ("svg", "png", "pdf")
INK: Final = "#333333"
"""Of words that are of no colour."""
_DASHES: Final = {"solid": "-", "dash": "--", "dot": ":"}
_SYMBOLS: Final = {"circle": "o", "star": "*", "tick": "|", "diamond": "D", "dot": "."}
_SIZES: Final = {
    "font.size": 10,
    "axes.labelsize": "medium",
    "axes.titlesize": "medium",
    "xtick.labelsize": "small",
    "ytick.labelsize": "small",
    "legend.fontsize": "small",
    "xtick.major.size": 6,
    "xtick.minor.size": 3,
    "ytick.major.size": 6,
    "ytick.minor.size": 3,
    "axes.linewidth": 1.0,
    "svg.hashsalt": "protomodels",  # the same figure is the same file
}
_one_at_a_time = threading.Lock()
"""matplotlib's settings are those of the process."""


def render(figure: Figure, kind: str = "svg") -> bytes:
    """The figure as the content of a file; the same figure gives the same bytes.

    Parameters
    ----------
    kind: svg, png (150 dots per inch) or pdf.
    """
    with _styled():
        canvas = _canvas(figure)
        out = io.BytesIO()
        known = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        canvas.savefig(out, format=kind, dpi=150, metadata=known.get(kind))
    return out.getvalue()


def drawn(figure: Figure) -> Canvas:
    """The figure as one of matplotlib, axes in the order of its panels."""
    with _styled():
        return _canvas(figure)


@contextmanager
def _styled() -> Iterator[None]:
    from mplhep import style

    settings: dict[Any, Any] = {**style.ROOT, **_SIZES}
    with _one_at_a_time, matplotlib.rc_context(settings):
        yield


def save(figure: Figure, path: str | Path) -> None:
    """Write the figure as what the file's name says.

    Raises
    ------
    ConfigError: where that is no kind that we can draw, or the file cannot be written.
    """
    kind = Path(path).suffix.removeprefix(".").lower() if isinstance(path, (str, Path)) else ""
    if kind not in KINDS:
        raise ConfigError("plot", str(path), "a file that ends in ." + ", .".join(KINDS))
    content = render(figure, kind)
    try:
        Path(path).write_bytes(content)
    except (OSError, ValueError) as error:
        raise ConfigError("plot", str(path), f"a file that can be written ({error})") from error


def _canvas(figure: Figure) -> Canvas:
    rows, columns = figure.shape
    extra = 0.4 if figure.title else 0.0
    canvas = Canvas(figsize=(figure.width * columns, figure.height * rows + extra), layout="constrained")
    if figure.title:
        canvas.suptitle(figure.title)
    for number, panel in enumerate(figure.panels, start=1):
        _panel(canvas.add_subplot(rows, columns, number), panel)
    return canvas


def _panel(axes: Axes, panel: Panel) -> None:
    for mark in panel.marks:
        _draw(mark, axes)
    _axis(axes, "x", panel.x)
    _axis(axes, "y", panel.y)
    if panel.title:
        axes.set_title(panel.title)
    handles, names = axes.get_legend_handles_labels()
    if names:
        full = len(names) > 6 or any(isinstance(mark, Squares) for mark in panel.marks)
        where: dict[str, Any] = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)} if full else {"loc": "best"}
        axes.legend(handles, names, **where)


def _axis(axes: Axes, which: str, axis: Axis) -> None:
    own = axes.xaxis if which == "x" else axes.yaxis
    if axis.log:
        (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    low, high = axis.low, axis.high
    if axis.names:
        own.set_minor_locator(matplotlib.ticker.NullLocator())
        own.set_ticks(range(len(axis.names)), axis.names)
        low, high = (-0.5, len(axis.names) - 0.5) if which == "x" else (len(axis.names) - 0.5, -0.5)
        if which == "x" and len(axis.names) > 3:
            axes.tick_params(axis="x", labelrotation=90)
    if which == "x":
        axes.set_xlim(low, high)
    else:
        axes.set_ylim(low, high)
    if axis.hidden:
        own.set_visible(False)
    own.set_label_text(axis.label)


@singledispatch
def _draw(mark: object, axes: Axes) -> None:
    raise TypeError(f"no way to draw {mark!r} on {axes!r}")


@_draw.register
def _(mark: Line, axes: Axes) -> None:
    axes.plot(
        mark.x,
        mark.y,
        _DASHES[mark.dash],
        color=color_of(mark.color),
        lw=mark.width,
        alpha=mark.opacity,
        label=mark.name or None,
    )


@_draw.register
def _(mark: Points, axes: Axes) -> None:
    axes.plot(
        mark.x,
        mark.y,
        _SYMBOLS[mark.symbol],
        color=color_of(mark.color),
        ms=2 if mark.symbol == "dot" else 7,
        label=mark.name or None,
    )


@_draw.register
def _(mark: Band, axes: Axes) -> None:
    axes.fill_between(mark.x, mark.low, mark.high, color=color_of(mark.color), alpha=0.2, label=mark.name or None, lw=0)


@_draw.register
def _(mark: Bars, axes: Axes) -> None:
    color, name = color_of(mark.color), mark.name or None
    if mark.edges is not None:
        axes.stairs(mark.values, mark.edges, fill=True, color=color, alpha=0.7, label=name)
    elif mark.along == "y":
        axes.barh(range(len(mark.values)), mark.values, color=color, label=name)
    else:
        axes.bar(range(len(mark.values)), mark.values, color=color, label=name)


@_draw.register
def _(mark: Rule, axes: Axes) -> None:
    line = axes.axvline if mark.vertical else axes.axhline
    line(mark.at, color=color_of(mark.color), ls=_DASHES[mark.dash], label=mark.name or None)


@_draw.register
def _(mark: Squares, axes: Axes) -> None:
    colors = ListedColormap([(0, 0, 0, 0) if c is None else color_of(c) for c in mark.colors])
    axes.imshow(mark.values, cmap=colors, vmin=-0.5, vmax=len(mark.colors) - 0.5, aspect="auto", interpolation="none")
    for color, meaning in zip(mark.colors, mark.meanings, strict=True):
        if color is not None:
            axes.plot([], [], "s", color=color_of(color), label=meaning)


@_draw.register
def _(mark: Heat, axes: Axes) -> None:
    norm = LogNorm() if mark.log else None
    mesh = axes.pcolormesh(mark.x, mark.y, mark.values, norm=norm, cmap="cividis", shading="nearest", rasterized=True)
    # an axes is part of a canvas
    axes.get_figure().colorbar(mesh, ax=axes, label=mark.label)  # type: ignore[union-attr]


@_draw.register
def _(mark: Region, axes: Axes) -> None:
    inside, color = mark.inside.astype(float), color_of(mark.color)
    if mark.filled:
        axes.contourf(mark.x, mark.y, inside, levels=[0.5, 1.5], colors=[color], alpha=0.5 * mark.opacity)
    else:
        styles = [_DASHES[mark.dash]]
        axes.contour(mark.x, mark.y, inside, levels=[0.5], colors=[color], linestyles=styles, linewidths=1.0)
    if mark.name:
        axes.plot([], [], color=color, lw=6 if mark.filled else 1.5, label=mark.name)


@_draw.register
def _(mark: Arrow, axes: Axes) -> None:
    style = {"arrowstyle": "-|>", "color": color_of(mark.color), "lw": mark.width, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", (mark.x1, mark.y1), (mark.x0, mark.y0), arrowprops=style)


@_draw.register
def _(mark: Label, axes: Axes) -> None:
    color = INK if mark.color is None else color_of(mark.color)
    axes.text(mark.x, mark.y, mark.text, ha=mark.anchor, va="bottom", fontsize="small", color=color)
