"""What a posterior says: contents, masses of the most probable one, spectrum, predicted signals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from protomodels.errors import ConfigError
from protomodels.plots.figure import Axis, Bars, Figure, Label, Line, Mark, Panel, Points, Rule

if TYPE_CHECKING:
    from protomodels.runs.posterior.answer import ContentAnswer, ParticleAnswer, PosteriorAnswer

SHOWN: Final = 12
"""So many contents and results are drawn, the most probable or sensitive."""
BINS: Final = 24
CAUTION: Final = "NOT CONVERGED"
"""Stands above every figure of chains that are not."""


def contents_figure(answer: PosteriorAnswer) -> Figure:
    """Probabilities of contents, and of particles, with their errors; a diamond is the prior probability."""
    contents = answer.contents[:SHOWN]
    names = tuple(" ".join(c.particles) or "Standard Model" for c in contents)
    particles = [p for p in answer.particles if p.probability > 0.0][:SHOWN]
    panels = (
        _probabilities("contents", names, contents),
        _probabilities("particles", tuple(p.name for p in particles), particles),
    )
    words = ", ".join(f"{name} {c.probability:.2f}" for name, c in zip(names[:5], contents, strict=False))
    return Figure(panels, _title(answer), 2, 5.5, 4.2, f"probabilities of contents: {words}")


def corner_figure(answer: PosteriorAnswer) -> Figure:
    """Masses in draws with the most probable content: histograms on the diagonal, pairs below it.

    Raises
    ------
    ConfigError: where no draw has a particle beyond X_Z1.
    """
    names, masses = answer.corner.particles, np.array(answer.corner.masses, dtype=np.float64)
    if not names:
        raise ConfigError("kind", "corner", "one of a posterior with a draw beyond the Standard Model")
    panels = []
    for i, below in enumerate(names):
        for j, left in enumerate(names):
            x, y = Axis(f"m({left}) [GeV]"), Axis(f"m({below}) [GeV]")
            if i == j:
                counts, edges = np.histogram(masses[:, i], bins=BINS)
                bars = Bars(counts.astype(np.float64), color=0, along="x", edges=edges)
                panels.append(Panel(x, Axis("draws", low=0.0), (bars,)))
            elif j < i:
                panels.append(Panel(x, y, (Points(masses[:, j], masses[:, i]),)))
            else:
                panels.append(Panel(Axis(hidden=True), Axis(hidden=True), ()))
    words = f"masses of {', '.join(names)} in {len(masses)} draws"
    return Figure(tuple(panels), _title(answer), len(names), 2.6, 2.4, words)


def spectrum_figure(answer: PosteriorAnswer) -> Figure:
    """Each particle that is there often enough at its mass: median, 68% (wide) and 95% (thin) where it is there."""
    chance = {p.name: p.probability for p in answer.particles}
    masses = {q.given[0]: q for q in answer.quantities if q.name.startswith("m(") and q.judged}
    order = sorted(masses, key=lambda name: (-chance.get(name, 1.0), name))
    marks: list[Mark] = []
    top = 1.1 * max((q.high95 for q in masses.values()), default=1.0)
    for place, name in enumerate(order):
        q = masses[name]
        at = np.full(2, float(place))
        marks.append(Line(at, np.array([q.low95, q.high95]), "", place, width=1.5))
        marks.append(Line(at, np.array([q.low68, q.high68]), "", place, width=7.0, opacity=0.5))
        marks.append(Line(np.array([place - 0.3, place + 0.3]), np.full(2, q.median), "", place, width=3.0))
        label = name if name not in chance else f"{name} {chance[name]:.0%}"
        marks.append(Label(place, q.high95 + 0.015 * top, label, place, "center"))
    words = ", ".join(f"{name} at {masses[name].median:.0f} GeV" for name in order)
    panel = Panel(
        Axis(low=-0.6, high=max(len(order), 1) - 0.4, hidden=True), Axis("mass [GeV]", 0.0, top), tuple(marks)
    )
    return Figure((panel,), _title(answer), width=max(5.0, 0.9 * len(order)), height=4.2, alt=f"masses: {words}")


def signal_figure(answer: PosteriorAnswer) -> Figure:
    """Results with the largest expected sensitivity: the mean signal over the expected limit."""
    rows = answer.regions[:SHOWN]
    names = tuple(f"{r.analysis} {r.region}" for r in rows)
    values = np.array([r.r_expected for r in rows])
    marks: tuple[Mark, ...] = (Bars(values), Rule(1.0, vertical=True, name="expected to exclude"))
    panel = Panel(Axis("mean signal / expected 95% CL limit", low=0.0), Axis(names=names), marks)
    words = ", ".join(f"{name} {value:.2f}" for name, value in zip(names[:5], values, strict=False))
    return Figure((panel,), _title(answer), width=7.0, height=4.2, alt=f"predicted signal over expected limit: {words}")


POSTERIOR_KINDS: Final[Mapping[str, Callable[[PosteriorAnswer], Figure]]] = MappingProxyType(
    {"contents": contents_figure, "corner": corner_figure, "spectrum": spectrum_figure, "signals": signal_figure}
)
"""By the name that ``pm.plot`` and ``protomodels plot`` know them by; the first is drawn where none is asked for."""


def posterior_figure(answer: PosteriorAnswer, kind: object = None) -> Figure:
    """A figure of a posterior.

    Raises
    ------
    ConfigError: where there is no such kind.
    """
    chosen = next(iter(POSTERIOR_KINDS)) if kind is None else kind
    if not isinstance(chosen, str) or chosen not in POSTERIOR_KINDS:
        raise ConfigError("kind", chosen, "of a posterior one of " + ", ".join(POSTERIOR_KINDS))
    return POSTERIOR_KINDS[chosen](answer)


def _title(answer: PosteriorAnswer) -> str:
    said = "prior" if answer.prior_only else f"posterior (target {answer.target})"
    return said if answer.converged else f"{said}: {CAUTION}"


def _probabilities(title: str, names: tuple[str, ...], rows: Sequence[ContentAnswer | ParticleAnswer]) -> Panel:
    values = np.array([row.probability for row in rows])
    marks: list[Mark] = [Bars(values)]
    for place, row in enumerate(rows):
        ends = np.clip([row.probability - row.error, row.probability + row.error], 0.0, 1.0)
        marks.append(Line(ends, np.full(2, float(place)), color=None, width=2.0))
    priors = np.array([row.prior for row in rows])
    marks.append(Points(priors, np.arange(len(rows), dtype=np.float64), "prior", 2, "diamond"))
    return Panel(Axis("probability", low=0.0), Axis(names=names), tuple(marks), title)
