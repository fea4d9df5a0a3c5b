"""What lies behind the score of a proto-model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from protomodels.particles import PARTICLES
from protomodels.plots.figure import Axis, Bars, Figure, Line, Mark, Panel, Rule, Squares
from protomodels.scoring.explanation import Explanation


def likelihood_figure(explanation: Explanation) -> Figure:
    """Log-likelihood ratio of each chosen result and of all together against the signal strength."""
    names = [explanation.candidates[place] for place in explanation.chosen]
    marks: list[Mark] = [
        Line(explanation.mu, curve, name, n) for n, (name, curve) in enumerate(zip(names, explanation.llr, strict=True))
    ]
    marks.append(Line(explanation.mu, explanation.llr.sum(axis=0), "all together", None, width=3.0))
    mu_max = explanation.evaluation.mu_max
    marks.append(
        Rule(explanation.score.mu_hat, vertical=True, name=f"mu-hat {explanation.score.mu_hat:.2f}", dash="dash")
    )
    if math.isfinite(mu_max):
        marks.append(Rule(mu_max, vertical=True, name=f"mu_max {mu_max:.2f}: limits", color=2))
    top = float(np.nanmax(explanation.llr.sum(axis=0)))
    y = Axis("ln L(mu) - ln L(0)", min(-0.5 * abs(top), -1.0), 1.2 * max(top, 1.0))
    panel = Panel(Axis("signal strength mu", 0.0, float(explanation.mu[-1])), y, tuple(marks))
    alt = f"log-likelihood ratios against mu; the best mu is {explanation.score.mu_hat:.3f}"
    return Figure((panel,), width=8.0, height=4.2, alt=alt)


def without_figure(explanation: Explanation) -> Figure:
    """K without each particle and each analysis, beside K of the whole."""
    rests = {PARTICLES[pid].name: K for pid, K in explanation.ablation.without_particle.items()}
    rests |= explanation.ablation.without_analysis
    values = np.array([0.0 if K is None else K for K in rests.values()])
    texts = tuple(f"without {name}: " + ("no K" if K is None else f"K = {K:.3f}") for name, K in rests.items())
    marks = (
        Bars(values, texts=texts),
        Rule(explanation.ablation.K, vertical=True, name=f"K = {explanation.ablation.K:.2f}", color=2),
    )
    names = tuple(f"without {name}" + (": no K" if K is None else "") for name, K in rests.items())
    height = 0.9 + 0.36 * max(len(rests), 2)
    return Figure((Panel(Axis("K"), Axis(names=names), marks),), width=7.0, height=height, alt="; ".join(texts))


def table_figure(names: Sequence[str], combinable: NDArray[np.bool_]) -> Figure:
    """Which analyses may be combined.

    Parameters
    ----------
    names: of n analyses.
    combinable: shape (n, n), symmetric; the diagonal is not looked at.
    """
    values = combinable.astype(np.int64)
    np.fill_diagonal(values, 0)
    axis = Axis(names=tuple(names))
    size = 2.5 + 0.17 * len(names)
    squares = Squares(values, (None, 0), ("may not be combined", "may be combined"))
    share = values.sum() / max(values.size - len(names), 1)
    alt = f"{len(names)} analyses; {share:.0%} of the pairs may be combined"
    return Figure((Panel(axis, axis, (squares,)),), width=size + 2.0, height=size, alt=alt)


def combination_figure(explanation: Explanation) -> Figure:
    """Who may be combined with whom among the candidates; the chosen combination stands out."""
    n = len(explanation.candidates)
    values = explanation.combinable.astype(np.int64)
    chosen = list(explanation.chosen)
    values[np.ix_(chosen, chosen)] = 2
    values[np.arange(n), np.arange(n)] = np.where(np.isin(np.arange(n), chosen), 2, 0)
    squares = Squares(values, (None, 9, 2), ("may not be combined", "may be combined", "chosen together"))
    x = Axis(names=tuple(str(number + 1) for number in range(n)))
    y = Axis(names=tuple(f"{name}  {number + 1}" for number, name in enumerate(explanation.candidates)))
    size = 1.5 + 0.26 * max(n, 4)
    alt = f"{n} candidates; chosen: " + ", ".join(explanation.candidates[place] for place in chosen)
    return Figure((Panel(x, y, (squares,)),), width=size + 3.0, height=size, alt=alt)
