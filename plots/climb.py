"""Best K of runs against their steps."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray


def climb_figure(highest: Mapping[str, NDArray[np.float64]], walkers: int, line: float, label: str) -> Figure:
    """Median and range of best K over runs, against the steps of all walkers.

    Parameters
    ----------
    highest: by name of the search the best K of each run after each step of its walkers, shape (runs, steps).
    walkers: of a run.
    line, label: a K to compare with, and what it is.
    """
    figure = Figure(figsize=(6.0, 3.8), layout="constrained")
    axes = figure.add_subplot()
    for number, (name, K) in enumerate(highest.items()):
        steps = walkers * np.arange(1, K.shape[1] + 1)
        axes.fill_between(steps, K.min(axis=0), K.max(axis=0), color=f"C{number}", alpha=0.2)
        axes.plot(steps, np.median(K, axis=0), color=f"C{number}", label=f"{name} ({len(K)} runs)")
    axes.axhline(line, color="0.3", ls=":", label=label)
    axes.set_xscale("log")
    axes.set_xlabel("steps of all walkers")
    axes.set_ylabel("best K")
    axes.set_ylim(bottom=0.0)
    axes.legend()
    return figure
