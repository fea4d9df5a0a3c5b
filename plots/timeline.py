"""K in one release after another, with the analyses that came in between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np

from protomodels.plots.figure import Axis, Bars, Figure, Label, Line, Panel, Points, Rule

NAMED: Final = 10
"""Changes that are drawn, those of the largest influence."""
SMALLEST: Final = 0.005
"""Influence on K below which a change is not drawn."""


class Followed(Protocol):
    """A model through the releases: K in each, and from each to the next one what came."""

    @property
    def label(self) -> str: ...
    @property
    def K(self) -> Sequence[float | None]: ...  # noqa: N802 - the field's letter
    @property
    def steps(self) -> Sequence[Any]: ...


def timeline_figure(releases: Sequence[str], followed: Sequence[Followed]) -> Figure:
    """K of each model by release, and what analyses that came in between did to K of the first one.

    Parameters
    ----------
    releases: their names, the oldest first.
    followed: models, the first one with its analyses.
    """
    x = np.arange(float(len(releases)))
    marks: list[Line | Points | Label | Rule] = [Rule(0.0)]
    for number, model in enumerate(followed):
        K = np.array([np.nan if value is None else value for value in model.K], dtype=np.float64)
        marks += [Line(x, K, model.label, number), Points(x, K, color=number)]
    panels = [Panel(Axis(names=tuple(releases)), Axis("K"), tuple(marks), "K by release")]
    changes = [(step, change) for step in followed[0].steps for change in step.changes if _now(change) >= SMALLEST]
    largest = sorted(changes, key=lambda pair: -_now(pair[1]))[:NAMED]
    # in the order of the releases, as the panel beside it
    largest.sort(key=lambda pair: releases.index(pair[0].after))
    if largest:
        names = tuple(f"{change.analysis} ({step.after})" for step, change in largest)
        found = [change.after for _, change in largest]
        evidence, limit = (
            np.array([np.nan if value is None else value for value in values], dtype=np.float64)
            for values in ((i.as_evidence for i in found), (i.as_limit for i in found))
        )
        places = np.arange(float(len(largest)))
        shown = (
            Bars(np.nan_to_num(evidence), "as evidence"),
            Points(limit, places, "as limit", 1, "diamond"),
            Rule(0.0, vertical=True),
        )
        title = f"what each gives to K of {followed[0].label}"
        panels.append(Panel(Axis("difference of K"), Axis(names=names), shown, title))
    said = "; ".join(
        f"{model.label}: " + ", ".join("none" if value is None else f"{value:.2f}" for value in model.K)
        for model in followed
    )
    return Figure(tuple(panels), columns=2, width=7.0, height=4.2, alt=f"K in {', '.join(releases)}: {said}")


def _now(change: Any) -> float:
    """The larger of its influences on K in the newer release."""
    found = change.after
    return 0.0 if found is None else max(abs(found.as_evidence or 0.0), abs(found.as_limit or 0.0))
