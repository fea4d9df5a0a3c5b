"""Densities of best K, and histograms of p-values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from campaign.statistics import density


def density_figure(K_observed: float, K_fake: Mapping[str, Sequence[float]]) -> Figure:
    """Kernel density of best K in universes (a mark for each), by name of the ensemble; the observed one as a line."""
    figure = Figure(figsize=(6.0, 3.8), layout="constrained")
    axes = figure.add_subplot()
    finite = {name: [K for K in values if np.isfinite(K)] for name, values in K_fake.items()}
    everything = [K_observed, *(K for values in finite.values() for K in values)]
    low, high = min(everything) - 2.0, max(everything) + 2.0
    at = np.linspace(low, high, 400)
    for number, (name, values) in enumerate(finite.items()):
        color = f"C{number}"
        if len(set(values)) > 1:
            axes.plot(at, density(values, at), color=color, label=f"{name} ({len(values)} universes)")
        axes.plot(values, np.full(len(values), -0.006 * (number + 1)), "|", color=color, ms=7)
    axes.axvline(K_observed, color="C3", label=f"observed {K_observed:.2f}")
    axes.set_xlabel("best K")
    axes.set_ylabel("density")
    axes.legend()
    return figure


def p_value_figure(p: Mapping[str, NDArray[np.float64]], bins: int = 10) -> Figure:
    """Histograms of region p-values, a panel each: flat where backgrounds and their uncertainties are right."""
    columns = min(4, len(p))
    rows = -(-len(p) // columns)
    figure = Figure(figsize=(3.2 * columns, 2.6 * rows), layout="constrained")
    for number, (name, values) in enumerate(p.items(), start=1):
        axes = figure.add_subplot(rows, columns, number)
        axes.hist(values, bins=bins, range=(0.0, 1.0), color="C0", alpha=0.7)
        axes.axhline(len(values) / bins, color="0.3", ls=":")
        axes.set_title(f"{name} ({len(values)})", fontsize="medium")
        axes.set_xlabel("p")
    return figure
