"""What a run found: contents against K, and the analyses that drive its best proto-models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from protomodels.particles import PARTICLES
from protomodels.plots.figure import Axis, Bars, Figure, Panel, Points, Rule
from protomodels.plots.pages.symbols import content_latex

MOST: Final = 15
"""Contents and analyses that are drawn, the first of each."""
_ROW: Final = 0.36
"""Inches."""


class Found(Protocol):
    """A stored proto-model as a line of a list."""

    @property
    def K(self) -> float: ...  # noqa: N802 - the field's letter
    @property
    def masses(self) -> Mapping[int, float]: ...


class Explained(Protocol):
    """A stored proto-model with the results of its best combination: analysis, and ``llr``, its ln L ratio."""

    @property
    def contributions(self) -> Sequence[Any]: ...


@dataclass(frozen=True)
class Driver:
    """What an analysis gives to some proto-models.

    Attributes
    ----------
    analysis: its publication.
    models: so many have it in their best combination.
    mean, largest: its 2 ln L ratio over all of them, 0 where it is not in the combination; and the largest one.
    """

    analysis: str
    models: int
    mean: float
    largest: float


def drivers_of(models: Sequence[Explained]) -> list[Driver]:
    """What each analysis gives to these proto-models, the largest mean first: the means sum up to the mean of Z²."""
    given: dict[str, list[float]] = {}
    for model in models:
        own: dict[str, float] = {}
        for c in model.contributions:
            own[c.analysis] = own.get(c.analysis, 0.0) + 2.0 * c.llr
        for analysis, value in own.items():
            given.setdefault(analysis, []).append(value)
    found = [Driver(name, len(v), sum(v) / len(models), max(v)) for name, v in given.items()]
    return sorted(found, key=lambda driver: (-driver.mean, driver.analysis))


def drivers_figure(models: Sequence[Explained]) -> Figure:
    """Mean 2 ln L ratio of each analysis over the best proto-models of a run."""
    shown = drivers_of(models)[:MOST]
    texts = tuple(
        f"{d.analysis}: in {d.models} of {len(models)}, mean {d.mean:.2f}, largest {d.largest:.2f}" for d in shown
    )
    names = tuple(f"{d.analysis} ({d.models} of {len(models)})" for d in shown)
    marks = (Bars(np.array([d.mean for d in shown]), texts=texts), Rule(0.0, vertical=True))
    label = f"mean 2 ln L ratio in the best {len(models)}"
    panel = Panel(Axis(label), Axis(names=names), marks)
    alt = "; ".join(texts) or "no proto-model yet"
    return Figure((panel,), width=7.0, height=1.1 + _ROW * max(len(shown), 2), alt=alt)


def modes_figure(found: Iterable[Found]) -> Figure:
    """K of the stored proto-models of a run by content: a row for each content, the one of the highest K first."""
    groups: dict[frozenset[int], list[Found]] = {}
    for model in found:
        groups.setdefault(frozenset(model.masses), []).append(model)
    ranked = sorted(groups.values(), key=lambda own: -max(model.K for model in own))
    rows = [max(own, key=lambda model: model.K) for own in ranked[:MOST]]
    orders = [sorted(best.masses, key=lambda pid: -best.masses[pid]) for best in rows]
    K = [np.array([model.K for model in own]) for own in ranked[:MOST]]
    places = [np.full(len(own), float(n)) for n, own in enumerate(K)]
    marks = (
        Points(np.concatenate([*K, np.zeros(0)]), np.concatenate([*places, np.zeros(0)]), "stored", None),
        Points(np.array([best.K for best in rows]), np.arange(float(len(rows))), "best of its content", 2, "star"),
    )
    panel = Panel(Axis("K"), Axis(names=tuple(map(content_latex, orders))), marks)
    said = (
        f"{' '.join(PARTICLES[pid].name for pid in order)} {best.K:.2f} ({len(own)})"
        for order, best, own in zip(orders, rows, K, strict=True)
    )
    alt = "contents with their best K and how many are stored: " + ("; ".join(said) or "none yet")
    return Figure((panel,), width=7.0, height=1.4 + _ROW * max(len(rows), 2), alt=alt)
