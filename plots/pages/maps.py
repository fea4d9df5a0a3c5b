"""Maps of results over masses: upper limits on cross sections, and efficiencies."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import QhullError

from protomodels.plots.figure import Axis, Figure, Heat, Line, Panel, Points
from protomodels.results.maps import EFFICIENCY, MapEntry, MassMap

CELLS: Final = 60
"""Of a drawn map along each axis."""
_SAME: Final = 1e-3
"""GeV; masses that differ by less are one."""


def map_figure(found: MassMap) -> Figure:
    """A map over the mass of what is produced and the one at the end of its chain.

    Between the points of the map it is interpolated; where several points differ in further masses only, the largest
    efficiency or the smallest limit is drawn.
    """
    entry, is_efficiency = found.entry, found.entry.what == EFFICIENCY
    x, y = axes_of(found)
    label = entry.what if is_efficiency else f"{entry.what} [fb]"
    alt = (
        f"{label} of {entry.label}, {entry.topology}: {found.values.min():.3g} to {found.values.max():.3g} "
        f"at {len(found.values)} points, masses {found.masses.min():.0f} to {found.masses.max():.0f} GeV"
    )
    if y is None:
        order = np.argsort(found.masses[:, x])
        line = Line(found.masses[order, x], found.values[order])
        value = Axis(label, log=not is_efficiency and bool((found.values > 0.0).all()))
        return Figure((Panel(Axis(mass_words(entry, x)), value, (line,)),), width=5.6, height=4.0, alt=alt)
    points, values = _best_of_each(found.masses[:, [x, y]], found.values, largest=is_efficiency)
    axes = Axis(mass_words(entry, x)), Axis(mass_words(entry, y))
    cells = _cells(points, values, label, is_efficiency=is_efficiency)
    dots = Points(points[:, 0], points[:, 1], color=None, symbol="dot")
    return Figure((Panel(*axes, (dots,) if cells is None else (cells, dots)),), width=5.6, height=4.0, alt=alt)


def axes_of(found: MassMap) -> tuple[int, int | None]:
    """The masses that are drawn along x and y: the first of a chain and its last; no y where all others equal x."""
    slots, masses = found.entry.slots, found.masses
    x = int(np.argmin(slots))
    others = [n for n in range(len(slots)) if np.abs(masses[:, n] - masses[:, x]).max() > _SAME]
    own = [n for n in others if slots[n] // 16 == slots[x] // 16]
    ranked = sorted(own or others, key=lambda n: -slots[n])
    varying = [n for n in ranked if np.ptp(masses[:, n]) > _SAME]
    return x, (varying[0] if varying else None)


def mass_words(entry: MapEntry, column: int) -> str:
    """What a mass of a map is, with its unit."""
    branch, depth = divmod(entry.slots[column], 16)
    deepest = max(slot % 16 for slot in entry.slots if slot // 16 == branch)
    place = "produced" if depth == 0 else "last" if depth == deepest else f"{depth}. daughter"
    return f"mass of the {place} particle{'' if branch == 0 else f', chain {branch + 1}'} [GeV]"


def _best_of_each(
    points: NDArray[np.float64], values: NDArray[np.float64], *, largest: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each place once, (n, 2), with its largest or smallest value, (n,)."""
    places, inverse = np.unique(np.round(points, 2), axis=0, return_inverse=True)
    best = np.full(len(places), -np.inf if largest else np.inf)
    (np.maximum if largest else np.minimum).at(best, inverse.ravel(), values)
    return places, best


def _cells(points: NDArray[np.float64], values: NDArray[np.float64], label: str, *, is_efficiency: bool) -> Heat | None:
    """The map on a regular grid; None where its points lie on a line."""
    log = not is_efficiency and bool((values > 0.0).all())
    spread = np.maximum(np.ptp(points, axis=0), _SAME)
    low = points.min(axis=0)
    try:
        at = LinearNDInterpolator((points - low) / spread, np.log10(values) if log else values)
    except (QhullError, ValueError):
        return None
    ends = [np.linspace(0.0, 1.0, CELLS) for _ in range(2)]
    drawn = at(*np.meshgrid(*ends))
    x, y = (low[n] + spread[n] * ends[n] for n in range(2))
    return Heat(x, y, 10.0**drawn if log else drawn, label, log=log)
