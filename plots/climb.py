"""Best K of runs against their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from protomodels.plots.figure import Axis, Band, Figure, Line, Mark, Panel, Rule


def climb_figure(highest: Mapping[str, NDArray[np.float64]], walkers: int, line: float, label: str) -> Figure:
    """Median and range of best K over runs, against the steps of all walkers.

    Parameters
    ----------
    highest: by name of the search the best K of each run after each step of its walkers, shape (runs, steps).
    walkers: of a run.
    line, label: a K to compare with, and what it is.
    """
    marks: list[Mark] = []
    for number, (name, K) in enumerate(highest.items()):
        steps = walkers * np.arange(1.0, K.shape[1] + 1)
        marks.append(Band(steps, K.min(axis=0), K.max(axis=0), color=number))
        marks.append(Line(steps, np.median(K, axis=0), f"{name} ({len(K)} runs)", number))
    marks.append(Rule(line, name=label))
    panel = Panel(Axis("steps of all walkers", log=True), Axis("best K", low=0.0), tuple(marks))
    return Figure((panel,), alt="best K against steps, median and range over runs")


class Trace(Protocol):
    """How a run went: the last step of each part of it, and the highest K of each walker there (None without)."""

    @property
    def steps(self) -> Sequence[int]: ...
    @property
    def K(self) -> Sequence[Sequence[float | None]]: ...  # noqa: N802 - the field's letter


def trace_figure(trace: Trace) -> Figure:
    """K of the walkers of a run against their steps."""
    K = np.array([[np.nan if value is None else value for value in row] for row in trace.K], dtype=np.float64)
    return walkers_figure(np.array(trace.steps, dtype=np.float64), K)


def overlaid_figure(traces: Mapping[str, Trace]) -> Figure:
    """The best K so far of several runs, against the steps of all walkers of each.

    Parameters
    ----------
    traces: by name of the run.
    """
    marks: list[Mark] = []
    said = []
    for number, (name, trace) in enumerate(traces.items()):
        K = np.array([[-np.inf if value is None else value for value in row] for row in trace.K], dtype=np.float64)
        steps = len(K) * np.array(trace.steps, dtype=np.float64)
        best = np.maximum.accumulate(K.max(axis=0, initial=-np.inf))
        known = np.isfinite(best)
        marks.append(Line(steps[known], best[known], name, number, width=2.5))
        said.append(f"{name} {best[-1]:.2f}" if known.any() else f"{name} none")
    panel = Panel(Axis("steps of all walkers"), Axis("best K so far"), tuple(marks))
    return Figure((panel,), width=9.0, height=3.6, alt=f"best K of runs against their steps: {', '.join(said)}")


def walkers_figure(steps: NDArray[np.float64], K: NDArray[np.float64]) -> Figure:
    """K of each walker against its step, with the median of the walkers and the best so far.

    Parameters
    ----------
    steps: shape (n,).
    K: highest K of each walker around each of these steps, shape (walkers, n); NaN where there is none.
    """
    marks: list[Mark] = [Line(steps, row, color=None, width=0.7, opacity=0.45) for row in K]
    if np.isfinite(K).any():
        reached = np.isfinite(K).any(axis=0)
        own = K[:, reached]
        marks.append(Line(steps[reached], np.nanmedian(own, axis=0), "median of walkers", 0, width=2.5))
        marks.append(Line(steps[reached], np.fmax.accumulate(np.nanmax(own, axis=0)), "best so far", 2, width=2.5))
    finite = K[np.isfinite(K)]
    low = float(max(finite.min(), -10.0)) if len(finite) else 0.0  # the first steps may be anywhere
    high = float(finite.max()) + 0.5 if len(finite) else 1.0
    panel = Panel(Axis("step"), Axis("K", low, max(high, low + 1.0)), tuple(marks))
    best = f", best {finite.max():.2f}" if len(finite) else ""
    return Figure((panel,), width=9.0, height=3.6, alt=f"K of {len(K)} walkers against their steps{best}")
