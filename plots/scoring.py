"""What lies behind the score of a proto-model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from protomodels.particles import PARTICLES
from protomodels.plots.picture import Axis, Bars, Line, Mark, Panel, Picture, Rule, Squares
from protomodels.scoring.explanation import Why


def likelihood_picture(why: Why) -> Picture:
    """Log-likelihood ratio of each chosen result and of all together against the signal strength."""
    names = [why.candidates[place] for place in why.chosen]
    marks: list[Mark] = [
        Line(why.mu, curve, name, n) for n, (name, curve) in enumerate(zip(names, why.llr, strict=True))
    ]
    marks.append(Line(why.mu, why.llr.sum(axis=0), "all together", None, width=3.0))
    mu_max = why.score.allowed.mu_max
    marks.append(Rule(why.score.mu_hat, vertical=True, name=f"mu-hat {why.score.mu_hat:.2f}", dash="dash"))
    if math.isfinite(mu_max):
        marks.append(Rule(mu_max, vertical=True, name=f"mu_max {mu_max:.2f}: limits", color=2))
    top = float(np.nanmax(why.llr.sum(axis=0)))
    y = Axis("ln L(mu) - ln L(0)", min(-0.5 * abs(top), -1.0), 1.2 * max(top, 1.0))
    panel = Panel(Axis("signal strength mu", 0.0, float(why.mu[-1])), y, tuple(marks))
    alt = f"log-likelihood ratios against mu; the best mu is {why.score.mu_hat:.3f}"
    return Picture((panel,), width=8.0, height=4.2, alt=alt)


def without_picture(why: Why) -> Picture:
    """K without each particle and each analysis, beside K of the whole."""
    rests = {PARTICLES[pid].name: K for pid, K in why.ablation.without_particle.items()}
    rests |= why.ablation.without_analysis
    values = np.array([0.0 if K is None else K for K in rests.values()])
    texts = tuple(f"without {name}: " + ("no K" if K is None else f"K = {K:.3f}") for name, K in rests.items())
    marks = (Bars(values, texts=texts), Rule(why.ablation.K, vertical=True, name=f"K = {why.ablation.K:.2f}", color=2))
    names = tuple(f"without {name}" + (": no K" if K is None else "") for name, K in rests.items())
    height = 0.9 + 0.36 * max(len(rests), 2)
    return Picture((Panel(Axis("K"), Axis(names=names), marks),), width=7.0, height=height, alt="; ".join(texts))


def table_picture(names: Sequence[str], combinable: NDArray[np.bool_]) -> Picture:
    """Which analyses may be combined, (n, n)."""
    values = combinable.astype(np.int64)
    np.fill_diagonal(values, 0)
    axis = Axis(names=tuple(names))
    size = 2.5 + 0.17 * len(names)
    squares = Squares(values, (None, 0), ("may not be combined", "may be combined"))
    share = values.sum() / max(values.size - len(names), 1)
    alt = f"{len(names)} analyses; {share:.0%} of the pairs may be combined"
    return Picture((Panel(axis, axis, (squares,)),), width=size + 2.0, height=size, alt=alt)


def combination_picture(why: Why) -> Picture:
    """Who may be combined with whom among the candidates; the chosen combination stands out."""
    n = len(why.candidates)
    values = why.combinable.astype(np.int64)
    chosen = list(why.chosen)
    values[np.ix_(chosen, chosen)] = 2
    values[np.arange(n), np.arange(n)] = np.where(np.isin(np.arange(n), chosen), 2, 0)
    squares = Squares(values, (None, 9, 2), ("may not be combined", "may be combined", "chosen together"))
    x = Axis(names=tuple(str(number + 1) for number in range(n)))
    y = Axis(names=tuple(f"{name}  {number + 1}" for number, name in enumerate(why.candidates)))
    size = 1.5 + 0.26 * max(n, 4)
    alt = f"{n} candidates; chosen: " + ", ".join(why.candidates[place] for place in chosen)
    return Picture((Panel(x, y, (squares,)),), width=size + 3.0, height=size, alt=alt)
