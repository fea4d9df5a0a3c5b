"""K against one parameter, a panel each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from protomodels.plots.figure import Axis, Figure, Line, Panel, Points
from protomodels.scoring.scans import Scan


def scan_figure(scans: Sequence[Scan], title: str) -> Figure:
    """K along each parameter; the model itself is the point, and where K is below 0 the axis ends.

    Parameters
    ----------
    scans: a panel each; masses are in GeV, signal strength multipliers have no unit.
    title: above all panels; may be empty.
    """
    panels = []
    for scan in scans:
        finite = scan.K[np.isfinite(scan.K)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        bottom = max(0.0, low - 0.5)
        marks = (Line(scan.values, scan.K), Points(np.array([scan.here]), np.array([scan.K_here]), "", 2))
        panels.append(Panel(Axis(scan.name), Axis("K", bottom, max(high + 0.5, bottom + 0.5)), marks))
    alt = "K against " + ", ".join(scan.name for scan in scans)
    return Figure(tuple(panels), title, columns=3, width=3.4, height=2.5, alt=alt)
