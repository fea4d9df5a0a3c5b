"""K against one parameter, a panel each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from campaign.scans import Scan

PANEL = (3.4, 2.5)
"""Width and height of a panel, inches."""
COLUMNS = 3


def scan_figure(scans: Sequence[Scan], title: str) -> Figure:
    """K along each parameter; the model itself is the point, and where K is below 0 the axis ends."""
    columns = min(COLUMNS, len(scans))
    rows = -(-len(scans) // columns)
    figure = Figure(figsize=(PANEL[0] * columns, PANEL[1] * rows + 0.4), layout="constrained")
    figure.suptitle(title)
    for number, scan in enumerate(scans, start=1):
        axes = figure.add_subplot(rows, columns, number)
        axes.plot(scan.values, scan.K, color="C0")
        axes.plot(scan.here, scan.K_here, "o", color="C3")
        axes.set_xlabel(scan.name)
        axes.set_ylabel("K")
        finite = scan.K[np.isfinite(scan.K)]
        axes.set_ylim(max(0.0, float(finite.min()) - 0.5), float(finite.max()) + 0.5)
    return figure
