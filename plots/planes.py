"""Credible regions in a plane of two masses."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from campaign.credible import LEVELS, MassPlane, credible_region
from protomodels.particles import PARTICLES

MIN_LLR = 0.1
"""A result whose largest ln L ratio is below this says nothing of the masses, and is not drawn."""
STYLES = ("solid", "dashed")


def plane_figure(plane: MassPlane, title: str) -> Figure:
    """68% (full) and 95% (dashed) regions of each result that has something to say, and of all together (filled)."""
    figure = Figure(figsize=(6.4, 4.6), layout="constrained")
    axes = figure.add_subplot()
    x, y = plane.x_masses, plane.y_masses
    for level, alpha in zip(LEVELS, (0.5, 0.25), strict=True):
        inside = credible_region(plane.combined, level).astype(float)
        axes.contourf(x, y, inside, levels=[0.5, 1.5], colors=["0.5"], alpha=alpha)
    handles = [Line2D([], [], color="0.5", lw=6, alpha=0.6, label="all together")]
    speaking = [(name, llr) for name, llr in plane.llr.items() if np.nanmax(llr) - np.nanmin(llr) > MIN_LLR]
    for number, (name, llr) in enumerate(speaking):
        for level, style in zip(LEVELS, STYLES, strict=True):
            inside = credible_region(llr, level).astype(float)
            axes.contour(x, y, inside, levels=[0.5], colors=[f"C{number}"], linestyles=[style], linewidths=1.0)
        handles.append(Line2D([], [], color=f"C{number}", label=name))
    axes.plot(*plane.here, "*", color="k", markersize=11)
    axes.set_xlabel(f"m({PARTICLES[plane.x].name}) [GeV]")
    axes.set_ylabel(f"m({PARTICLES[plane.y].name}) [GeV]")
    axes.set_title(title)
    axes.legend(handles=handles, fontsize=7, loc="upper left")
    return figure
