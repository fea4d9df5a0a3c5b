"""Credible regions in a plane of two masses."""

from __future__ import annotations

import numpy as np

from protomodels.particles import PARTICLES
from protomodels.plots.figure import Axis, Figure, Mark, Panel, Points, Region
from protomodels.scoring.credible import LEVELS, MassPlane, credible_region

MIN_LLR = 0.1
"""A result whose largest ln L ratio is below this says nothing of the masses, and is not drawn."""
DASHES = ("solid", "dash")


def plane_figure(plane: MassPlane, title: str) -> Figure:
    """68% (full) and 95% (dashed) regions of each result that has something to say, and of all together (filled).

    Parameters
    ----------
    plane: log-likelihood ratios on a grid of two masses, GeV (:func:`protomodels.scoring.credible.mass_plane`).
    title: of the panel; also the figure's alternative text.
    """
    x, y = plane.x_masses, plane.y_masses
    marks: list[Mark] = []
    for level, opacity, name in zip(LEVELS, (1.0, 0.5), ("all together", ""), strict=True):
        inside = credible_region(plane.combined, level)
        marks.append(Region(x, y, inside, name, None, filled=True, opacity=opacity))
    speaking = [(name, llr) for name, llr in plane.llr.items() if np.nanmax(llr) - np.nanmin(llr) > MIN_LLR]
    for number, (name, llr) in enumerate(speaking):
        for level, dash, shown in zip(LEVELS, DASHES, (name, ""), strict=True):
            marks.append(Region(x, y, credible_region(llr, level), shown, number, dash=dash))
    marks.append(Points(np.array([plane.here[0]]), np.array([plane.here[1]]), "the model", None, "star"))
    x_axis = Axis(f"m({PARTICLES[plane.x].name}) [GeV]", float(x[0]), float(x[-1]))
    y_axis = Axis(f"m({PARTICLES[plane.y].name}) [GeV]", float(y[0]), float(y[-1]))
    return Figure((Panel(x_axis, y_axis, tuple(marks), title),), width=7.2, height=4.6, alt=title)
