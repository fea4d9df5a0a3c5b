"""K against one parameter, a panel each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from protomodels.plots.figure import Axis, Figure, Line, Panel, Points
from protomodels.scoring.scans import Scan

HIGHER: Final = 0.01
"""By how much K has to be higher to be worth saying."""


def scan_figure(scans: Sequence[Scan], title: str) -> Figure:
    """K along each parameter; the model itself is the point, and where K is below 0 the axis ends.

    A walk need not end at the top of its mode: where a scan finds a higher K, its panel says so.

    Parameters
    ----------
    scans: a panel each; masses are in GeV, signal strength multipliers have no unit.
    title: above all panels; may be empty.
    """
    panels, higher = [], []
    for scan in scans:
        finite = scan.K[np.isfinite(scan.K)]
        low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
        bottom = max(0.0, low - 0.5)
        marks = (Line(scan.values, scan.K), Points(np.array([scan.here]), np.array([scan.K_here]), "", 2))
        said = ""
        if len(finite) and high > scan.K_here + HIGHER:
            at = float(scan.values[np.isfinite(scan.K)][finite.argmax()])
            said = f"K = {high:.2f} at {at:.4g}"
            higher.append(f"{said} of {scan.name}")
        panels.append(Panel(Axis(scan.name), Axis("K", bottom, max(high + 0.5, bottom + 0.5)), marks, said))
    alt = "K against " + ", ".join(scan.name for scan in scans)
    if higher:
        alt += f"; higher than that of the model: {', '.join(higher)}"
    return Figure(tuple(panels), title, columns=3, width=3.4, height=2.5, alt=alt)
