"""Masses that closure tests found, beside the injected ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from protomodels.particles import PARTICLES
from protomodels.plots.figure import Axis, Figure, Label, Line, Mark, Panel, Rule


def closure_figure(injected: Mapping[int, float], found: Sequence[Mapping[int, float]]) -> Figure:
    """A column of masses for each run; the injected masses are lines across all.

    Parameters
    ----------
    injected: mass (GeV) of each particle of the injected model, by PDG id.
    found: the same of the best proto-model of each run; empty where it found none.
    """
    pids = sorted({*injected, *(pid for masses in found for pid in masses)})
    color = {pid: number for number, pid in enumerate(pids)}
    marks: list[Mark] = []
    for pid, mass in injected.items():
        marks.append(Rule(mass, color=color[pid]))
        marks.append(Label(0.1, mass, f"{PARTICLES[pid].name} {mass:.0f}", color[pid]))
    for pid in pids:
        # one line with gaps for each particle
        ends = [(n, masses[pid]) for n, masses in enumerate(found, start=1) if pid in masses]
        x = np.array([v for n, _ in ends for v in (n - 0.3, n + 0.3, np.nan)])
        y = np.array([v for _, mass in ends for v in (mass, mass, np.nan)])
        marks.append(Line(x, y, PARTICLES[pid].name, color[pid], width=2.5))
    width = max(5.0, 0.6 * len(found) + 3.0)
    panel = Panel(Axis("run", 0.0, len(found) + 0.7), Axis("mass [GeV]", low=0.0), tuple(marks))
    return Figure((panel,), width=width, height=4.2, alt="masses that were found, beside the injected ones")
