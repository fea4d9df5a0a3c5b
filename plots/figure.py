"""What a figure shows, in plain values: panels of marks on two axes.

It is drawn by `protomodels.plots.paper` (matplotlib) and by `protomodels.plots.web` (plotly); neither knows physics.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.extras import require

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

Floats = NDArray[np.float64]
Color = int | None
"""Place in the palette; None for a neutral grey."""

PALETTE: Final = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""Ten colours that the colour-blind tell apart (arXiv:2107.02270)."""
GREY: Final = "#7f7f7f"
SYNTHETIC: Final = "synthetic demo results"
"""Stands above every figure of them."""


def color_of(color: Color) -> str:
    """As #rrggbb; colours repeat where there are more things than colours.

    >>> color_of(0), color_of(10), color_of(None)
    ('#3f90da', '#3f90da', '#7f7f7f')
    """
    return GREY if color is None else PALETTE[color % len(PALETTE)]


@dataclass(frozen=True)
class Axis:
    """An axis of a panel.

    Attributes
    ----------
    label: with the unit.
    low, high: its ends; None: from the data.
    log: logarithmic.
    names: stand at 0, 1, 2... instead of numbers.
    hidden: not drawn.
    """

    label: str = ""
    low: float | None = None
    high: float | None = None
    log: bool = False
    names: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """A line through points; NaN interrupts it. ``dash``: solid, dash or dot."""

    x: Floats
    y: Floats
    name: str = ""
    color: Color = 0
    dash: str = "solid"
    width: float = 1.5
    opacity: float = 1.0


@dataclass(frozen=True)
class Points:
    """Single points. ``symbol``: circle, star, tick (a short vertical line), diamond or dot (small)."""

    x: Floats
    y: Floats
    name: str = ""
    color: Color = 0
    symbol: str = "circle"


@dataclass(frozen=True)
class Band:
    """The area between two lines."""

    x: Floats
    low: Floats
    high: Floats
    name: str = ""
    color: Color = 0


@dataclass(frozen=True)
class Bars:
    """Bars that begin at 0.

    Attributes
    ----------
    values: length of each, shape (n,).
    along: ``y``: they lie at y = 0, 1, 2..., with names on that axis; ``x``: they stand between ``edges``.
    edges: ends of the bins, ascending, shape (n + 1,); None for bars at 0, 1, 2...
    texts: shown when a bar is pointed at, where the drawing can do that.
    """

    values: Floats
    name: str = ""
    color: Color = 0
    along: str = "y"
    edges: Floats | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A straight line across the panel where x (vertical) or y has a value."""

    at: float
    vertical: bool = False
    name: str = ""
    color: Color = None
    dash: str = "dot"


@dataclass(frozen=True)
class Squares:
    """A matrix of coloured squares.

    Attributes
    ----------
    values: 0, 1, 2..., shape (rows, columns); row 0 is at y = 0.
    colors: of each value; None: nothing is drawn.
    meanings: of each value, for the legend.
    """

    values: NDArray[np.int64]
    colors: tuple[Color, ...]
    meanings: tuple[str, ...]


@dataclass(frozen=True)
class Heat:
    """Values over a plane, as colours that the colour-blind tell apart, with a bar that explains them.

    Attributes
    ----------
    x, y: centers of the cells, at equal distances.
    values: of the cells, shape (len(y), len(x)); NaN: nothing is drawn.
    label: of the bar, with the unit.
    log: colours follow the logarithm.
    """

    x: Floats
    y: Floats
    values: Floats
    label: str = ""
    log: bool = False


@dataclass(frozen=True)
class Region:
    """Cells of a plane, such as those that an analysis excludes.

    Attributes
    ----------
    x, y: centers of the cells.
    inside: which cells belong to it, shape (len(y), len(x)).
    filled: with colour; else their outline is drawn.
    """

    x: Floats
    y: Floats
    inside: NDArray[np.bool_]
    name: str = ""
    color: Color = 0
    filled: bool = False
    dash: str = "solid"
    opacity: float = 1.0


@dataclass(frozen=True)
class Arrow:
    """From one point to another."""

    x0: float
    y0: float
    x1: float
    y1: float
    color: Color = None
    width: float = 1.0


@dataclass(frozen=True)
class Label:
    """Words at a point; ``anchor``: left, center or right of the words is there."""

    x: float
    y: float
    text: str
    color: Color = None
    anchor: str = "left"


Mark = Line | Points | Band | Bars | Rule | Squares | Heat | Region | Arrow | Label


@dataclass(frozen=True)
class Panel:
    """Marks on two axes, drawn in their order."""

    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    title: str = ""


@dataclass(frozen=True, repr=False)
class Figure:
    """Panels in rows of ``columns``.

    Attributes
    ----------
    width, height: of a panel, inches.
    alt: what is to be seen, in words, for those who cannot see it.
    """

    panels: tuple[Panel, ...]
    title: str = ""
    columns: int = 3
    width: float = 6.0
    height: float = 3.8
    alt: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns: 4 panels in ``columns=3`` are (2, 3)."""
        columns = max(1, min(self.columns, len(self.panels)))
        return max(1, -(-len(self.panels) // columns)), columns

    def called_synthetic(self) -> Figure:
        """The same figure, with a title and an ``alt`` that call what it shows synthetic.

        >>> Figure((), title="K of universes", alt="best K").called_synthetic().title
        'K of universes (synthetic demo results)'
        """
        title = f"{self.title} ({SYNTHETIC})" if self.title else SYNTHETIC
        return replace(self, title=title, alt=f"{SYNTHETIC}: {self.alt}")

    def save(self, path: str | Path) -> None:
        """Write it to a file .svg, .pdf or .png.

        Raises
        ------
        ConfigError: where the name has another ending, or the file cannot be written.
        MissingExtraError: where matplotlib is not installed.
        """
        require("matplotlib", "figures")
        from protomodels.plots.paper import save

        save(self, path)

    def to_matplotlib(self) -> Canvas:
        """A figure of matplotlib, in our style, to be changed: its ``axes`` are the panels, in their order.

        It belongs to no window and is not among the figures of pyplot; its own ``savefig`` writes it.

        Raises
        ------
        MissingExtraError: where matplotlib is not installed.
        """
        require("matplotlib", "figures")
        from protomodels.plots.paper import drawn

        return drawn(self)

    def __repr__(self) -> str:
        return f"<Figure {self.title or self.alt[:80]!r}, panels: {len(self.panels)}>"

    def _repr_svg_(self) -> str:
        require("matplotlib", "figures")
        from protomodels.plots.paper import render

        return render(self, "svg").decode()
