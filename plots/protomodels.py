"""A proto-model: its spectrum with the decays, why it scores, what holds it back.

These need only what the storage keeps of it; `protomodels.plots.scoring` needs the results as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.channels import Channel, channel_label
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from protomodels.plots.figure import Arrow, Axis, Bars, Figure, Label, Line, Mark, Panel, Points, Rule
from protomodels.plots.pages.symbols import latex, standard_latex

SHOWN = 12
"""So many limits are drawn, the strongest."""
MIN_SHARE = 0.02
"""Decays below this are not drawn."""


@dataclass(frozen=True)
class Share:
    """A result of the best combination: what was seen, what it gives (``llr``: ln L ratio)."""

    name: str
    unit: str
    observed: float
    expected: float
    signal: float
    llr: float


@dataclass(frozen=True)
class Bound:
    """A limit: signal over observed and expected limit, for mu = 1; ``r_exp`` None where it is not known."""

    name: str
    r_obs: float
    r_exp: float | None


def spectrum_figure(masses: Mapping[int, float]) -> Figure:
    """The ruler: each particle at its mass, the heaviest first.

    Parameters
    ----------
    masses: GeV, by PDG id; at least one.

    >>> spectrum_figure({1000022: 210.0, 1000006: 830.0}).alt
    'masses: X_t1 at 830 GeV, X_Z1 at 210 GeV'
    """
    heavy = sorted(masses, key=lambda pid: -masses[pid])
    top = 1.15 * max(masses.values())
    marks: list[Mark] = []
    for place, pid in enumerate(heavy):
        marks.append(Line(np.array([place - 0.35, place + 0.35]), np.full(2, masses[pid]), "", place, width=4.0))
        marks.append(Label(place, masses[pid] + 0.012 * top, f"{latex(pid)} {masses[pid]:.0f}", anchor="center"))
    panel = Panel(Axis(low=-0.6, high=len(heavy) - 0.4, hidden=True), Axis("mass [GeV]", 0.0, top), tuple(marks))
    words = ", ".join(f"{PARTICLES[pid].name} at {masses[pid]:.0f} GeV" for pid in heavy)
    return Figure((panel,), width=5.0, height=4.2, alt=f"masses: {words}")


def decay_figure(model: ProtoModel) -> Figure:
    """The ruler with an arrow for each decay, the wider the more often, and the branching ratio beside it."""
    heavy = sorted(model.masses, key=lambda pid: -model.masses[pid])
    place = {pid: number for number, pid in enumerate(heavy)}
    top = 1.15 * max(model.masses.values())
    marks: list[Mark] = []
    words = []
    room = _Room(len(heavy) + 0.9, top)
    for pid in heavy:
        # levels have their places first: words beside arrows go round them
        room.take(place[pid] + 0.34, model.masses[pid] - 0.02 * top, len("X_t1 1000"))
    for pid in heavy:
        at, mass = place[pid], model.masses[pid]
        marks.append(Line(np.array([at - 0.3, at + 0.3]), np.full(2, mass), "", at, width=4.0))
        # beside the level: arrows come from above and leave below
        marks.append(Label(at + 0.34, mass - 0.02 * top, f"{latex(pid)} {mass:.0f}"))
        for number, (channel, ratio) in enumerate(sorted(model.decays.get(pid, {}).items(), key=lambda x: -x[1])):
            words.append(f"{PARTICLES[pid].name} to {channel_label(channel)} {ratio:.0%}")
            daughter = next((d for d in channel if abs(d) in place), None)
            if ratio < MIN_SHARE or daughter is None:
                continue
            # parallel decays beside each other
            x0, x1 = at + 0.06 * number, place[abs(daughter)] - 0.1 + 0.06 * number
            below = model.masses[abs(daughter)]
            marks.append(Arrow(x0, mass, x1, below, at, 0.6 + 2.4 * ratio))
            said = f"{channel_label(channel)} {ratio:.0%}"
            x, y = room.along((x0, mass), (x1, below), len(said))
            marks.append(Label(x, y, f"{_channel_latex(channel)} {ratio:.0%}"))
    panel = Panel(Axis(low=-0.6, high=len(heavy) + 0.3, hidden=True), Axis("mass [GeV]", 0.0, top), tuple(marks))
    return Figure((panel,), width=6.5, height=4.4, alt="decays: " + "; ".join(words))


class _Room:
    """Where words stand already, so that others do not stand on them."""

    _ALONG: Final = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88)

    def __init__(self, width: float, top: float) -> None:
        self._letter, self._line = 0.0145 * width, 0.045 * top
        self._taken: list[tuple[float, float, float]] = []

    def take(self, x: float, y: float, letters: int) -> None:
        """Words that begin at x, above y."""
        self._taken.append((x, x + self._letter * letters, y))

    def along(self, begin: tuple[float, float], end: tuple[float, float], letters: int) -> tuple[float, float]:
        """A place on a straight line where so many letters lie on no others; its middle where there is none."""
        places = [tuple(a + (b - a) * part for a, b in zip(begin, end, strict=True)) for part in self._ALONG]
        x, y = next((place for place in places if self._is_free(place[0], place[1], letters)), places[0])
        self.take(x, y, letters)
        return x, y

    def _is_free(self, x: float, y: float, letters: int) -> bool:
        right = x + self._letter * letters
        return all(right < left or end < x or abs(y - other) > self._line for left, end, other in self._taken)


def _channel_latex(channel: Channel) -> str:
    """A decay as LaTeX: the new particle, then the others."""
    return " ".join([latex(channel[0]), *(standard_latex(pid) for pid in channel[1:])])


def contribution_figure(shares: Sequence[Share]) -> Figure:
    """Twice the log-likelihood ratio of each result of the best combination; their sum is Z squared."""
    values = np.array([2.0 * s.llr for s in shares])
    texts = tuple(
        f"{s.name}<br>2 ln L ratio {2 * s.llr:+.2f}<br>observed {s.observed:.4g} {s.unit}, expected {s.expected:.4g}, "
        f"signal {s.signal:.3g}"
        for s in shares
    )
    names = tuple(s.name for s in shares)
    panel = Panel(Axis("2 ln [L(signal) / L(none)]"), Axis(names=names), (Bars(values, texts=texts), Rule(0.0, True)))
    alt = "; ".join(f"{s.name} {2 * s.llr:+.2f}" for s in shares)
    return Figure((panel,), width=7.0, height=0.9 + 0.36 * max(len(shares), 2), alt=alt)


def limit_figure(bounds: Sequence[Bound], tolerance: float) -> Figure:
    """Signal over limit, observed (bars) and expected (diamonds); the critic refuses what is beyond the line.

    Parameters
    ----------
    bounds: the 12 strongest are drawn.
    tolerance: largest r_obs that the critic allows (1.3 by default).
    """
    shown = sorted(bounds, key=lambda b: -b.r_obs)[:SHOWN]
    expected = np.array([np.nan if b.r_exp is None else b.r_exp for b in shown])
    marks = (
        Bars(np.array([b.r_obs for b in shown]), "observed"),
        Points(expected, np.arange(float(len(shown))), "expected", 1, "diamond"),
        Rule(tolerance, vertical=True, name=f"critic, r = {tolerance:g}", color=2, dash="dash"),
    )
    panel = Panel(Axis("r = signal / 95% CL limit", low=0.0), Axis(names=tuple(b.name for b in shown)), marks)
    alt = "; ".join(f"{b.name} r = {b.r_obs:.2f}" for b in shown)
    return Figure((panel,), width=7.0, height=0.9 + 0.36 * max(len(shown), 2), alt=alt)
