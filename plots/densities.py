"""Densities of best K, and histograms of p-values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from protomodels.plots.figure import Axis, Bars, Figure, Line, Mark, Panel, Points, Rule
from protomodels.statistics.densities import density
from protomodels.statistics.generalised_pareto import log_survival
from protomodels.statistics.tails import TailFit


def density_figure(
    K_observed: float,
    K_fake: Mapping[str, Sequence[float]],
    at_least: Sequence[float] = (),
    tails: Mapping[str, TailFit] | None = None,
) -> Figure:
    """Kernel density of best K in universes (a mark for each); the observed one as a line, the fit of the tail dashed.

    Parameters
    ----------
    K_observed: best K on the published data.
    K_fake: by name of the ensemble, best K of each of its universes; -inf (no model was seen) is counted, not drawn.
    at_least: lower bounds of best K in further universes.  With them there is no density: those universes that were
        walked are then mostly the ones of low K.
    tails: by name of the ensemble the fit of its tail; one that is not usable is not drawn.
    """
    finite = {name: [K for K in values if np.isfinite(K)] for name, values in K_fake.items()}
    everything = [K_observed, *(K for values in finite.values() for K in values), *at_least]
    at = np.linspace(min(everything) - 2.0, max(everything) + 2.0, 400)
    marks: list[Mark] = []
    for number, (name, values) in enumerate(finite.items()):
        called = f"{name} ({len(K_fake[name])} universes)"
        smooth = len(set(values)) > 1 and not at_least
        if smooth:
            marks.append(Line(at, density(values, at), called, number))
        tail = (tails or {}).get(name)
        if tail is not None and tail.usable:
            marks.append(Line(*_tail_curve(tail, float(at[-1])), f"{name}: fitted tail", number, "dash"))
        depth = np.full(len(values), -0.006 * (number + 1))
        marks.append(Points(np.array(values), depth, "" if smooth else called, number, "tick"))
    if at_least:
        called = f"at least ({len(at_least)} universes)"
        marks.append(Points(np.array(at_least), np.full(len(at_least), -0.006), called, len(finite), "diamond"))
    marks.append(Rule(K_observed, vertical=True, name=f"observed {K_observed:.2f}", color=2, dash="solid"))
    reaching = len(at_least) + sum(K >= K_observed for values in finite.values() for K in values)
    n = len(at_least) + sum(map(len, K_fake.values()))
    alt = f"density of best K in universes; {reaching} of {n} reach the observed {K_observed:.2f}"
    return Figure((Panel(Axis("best K"), Axis("density"), tuple(marks)),), alt=alt)


def _tail_curve(tail: TailFit, end: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """K and the density of a fitted tail, in 1/K, from its threshold on."""
    assert tail.threshold is not None and tail.shape is not None and tail.scale is not None  # noqa: S101 - it is usable
    last = tail.threshold - tail.scale / tail.shape if tail.shape < 0.0 else math.inf
    at = np.linspace(tail.threshold, min(end, last), 200, endpoint=False)
    y = at - tail.threshold
    survival = np.exp(log_survival(y, tail.shape, tail.scale))
    return at, tail.above / tail.n * survival / (tail.scale + tail.shape * y)


def p_value_figure(p: Mapping[str, NDArray[np.float64]], bins: int = 10) -> Figure:
    """Histograms of region p-values, a panel each: flat where backgrounds and their uncertainties are right.

    Parameters
    ----------
    p: by name of a group of signal regions their p-values, (n,), within 0 and 1.
    bins: of equal width; a dotted line is the number of regions expected in each.
    """
    panels = []
    for name, values in p.items():
        counts, edges = np.histogram(values, bins=bins, range=(0.0, 1.0))
        marks = (Bars(counts.astype(float), edges=edges), Rule(len(values) / bins))
        panels.append(Panel(Axis("p", 0.0, 1.0), Axis("regions", low=0.0), marks, f"{name} ({len(values)})"))
    return Figure(tuple(panels), columns=4, width=3.2, height=2.6, alt="histograms of p-values of signal regions")
