"""Masses that closure tests found, beside the injected ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from protomodels.particles import PARTICLES


def closure_figure(injected: Mapping[int, float], found: Sequence[Mapping[int, float]]) -> Figure:
    """A column of masses for each run; the injected masses are lines across all."""
    figure = Figure(figsize=(max(4.0, 0.6 * len(found) + 2.5), 4.2), layout="constrained")
    axes = figure.add_subplot()
    pids = sorted({*injected, *(pid for masses in found for pid in masses)})
    color = {pid: f"C{number % 10}" for number, pid in enumerate(pids)}
    for pid, mass in injected.items():
        axes.axhline(mass, color=color[pid], alpha=0.4)
        axes.text(0.2, mass, f"{PARTICLES[pid].name} {mass:.0f}", color=color[pid], va="bottom", fontsize="small")
    for number, masses in enumerate(found, start=1):
        for pid, mass in masses.items():
            axes.plot([number - 0.3, number + 0.3], [mass, mass], color=color[pid], lw=2)
    names = [f"{PARTICLES[pid].name}" for pid in pids]
    handles = [axes.plot([], [], color=color[pid], lw=2)[0] for pid in pids]
    axes.legend(handles, names, loc="center left", bbox_to_anchor=(1.0, 0.5))
    axes.set_xlim(0.0, len(found) + 0.7)
    axes.set_xticks(range(1, len(found) + 1))
    axes.set_xlabel("run")
    axes.set_ylabel("mass [GeV]")
    return figure
