"""A legal combination at the model's own signal strength, mu = 1, chosen by the data or blind to them; compiled.

A posterior needs the likelihood ratio of a model as it stands: its multipliers carry the strength, and nothing is
maximised over mu.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.compiled.curves import points_at
from protomodels.combiner.compiled.graph import Cliques, maximal_cliques
from protomodels.kernel import kernel
from protomodels.scoring.decision.choice import choose, largest_strength
from protomodels.scoring.decision.decide import CROWDED, NOTHING, _allowed, _large_enough, _signals, _sizes
from protomodels.scoring.decision.table import Rules, Table
from protomodels.statistics.joint import Joint, Lines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOUND, WALL, NO_VALUE = 0, 12, 13
"""Further states besides NOTHING and CROWDED: a combination; a broken limit; a joint likelihood without a maximum."""
STRENGTH: Final = 1.0


class AtStrength(NamedTuple):
    """What the kernel found.

    Attributes
    ----------
    state: FOUND, NOTHING, WALL, CROWDED or NO_VALUE.
    mu_max: what the published limits allow.
    log_ratio: ln L(1) - ln L(0) of the combination; 0 without one.
    members: its predictions, ascending.
    """

    state: int
    mu_max: float
    log_ratio: float
    members: Ints


@kernel
def at_strength(
    table: Table,
    joint: Joint | None,
    lines: Lines | None,
    rules: Rules,
    rows: Ints,
    numbers: Floats,
    bits: NDArray[np.uint64],
    region_signal: Floats,
    cap: int,
    blind: bool,
    wall: bool,
) -> AtStrength:
    """Choose results and a legal combination of them, and compare its likelihoods with and without the signal.

    Parameters
    ----------
    rows, numbers, bits, region_signal: of the predictions; see :func:`protomodels.scoring.decision.decide.decide`.
    cap: most cliques of a piece.
    blind: choose by expected sensitivity: of each analysis the region with the largest signal / expected limit, and the
        combination with the largest sum of its squares (inverse variances add); else by the data, as K does.
    wall: end where mu_max is below 1.
    """
    sigma, observed, expected, marked = numbers[0], numbers[1], numbers[2], numbers[3]
    nothing, seen = np.zeros(0, np.int64), observed
    mu_max = largest_strength(table, rows, sigma, observed, expected, rules.tolerance)
    if wall and mu_max < STRENGTH:
        return AtStrength(WALL, mu_max, 0.0, nothing)
    if blind:
        # what a choice by the excess observed / expected is then made by is the sensitivity
        seen = np.where(np.isfinite(observed), sigma, np.nan)
    strength = STRENGTH if blind else mu_max
    chosen = choose(table, joint, rules, rows, sigma, seen, expected, marked, region_signal, strength)
    if len(chosen) == 0:
        return AtStrength(NOTHING, mu_max, 0.0, nothing)
    cliques = maximal_cliques(_allowed(table, rows, bits, chosen, rules.distinct_topologies), cap)
    sizes = _sizes(cliques.component)
    if cliques.crowded or 1 < len(sizes) < rules.min_results:
        return AtStrength(CROWDED, mu_max, 0.0, nothing)
    if len(sizes) < rules.min_results:
        cliques = _large_enough(cliques, rules.min_results)
        if cliques.component[1] == 0:
            return AtStrength(NOTHING, mu_max, 0.0, nothing)
    values = np.empty(len(chosen))
    if blind:
        for i in range(len(chosen)):
            values[i] = (sigma[chosen[i]] / expected[chosen[i]]) ** 2
    else:
        if not _log_ratios(table, joint, lines, rows, numbers, region_signal, chosen, values):
            return AtStrength(NO_VALUE, mu_max, 0.0, nothing)
    kept = _best(cliques, values, len(chosen))
    members, total = chosen[kept], 0.0
    if blind:
        ratios = np.empty(len(members))
        if not _log_ratios(table, joint, lines, rows, numbers, region_signal, members, ratios):
            return AtStrength(NO_VALUE, mu_max, 0.0, nothing)
    else:
        ratios = values[kept]
    for ratio in ratios:
        total += ratio
    return AtStrength(FOUND, mu_max, total, members)


@kernel
def _log_ratios(
    table: Table,
    joint: Joint | None,
    lines: Lines | None,
    rows: Ints,
    numbers: Floats,
    region_signal: Floats,
    chosen: Ints,
    values: Floats,
) -> bool:
    """ln L(1) - ln L(0) of some predictions, into ``values``; False where a joint likelihood has no maximum."""
    signals = _signals(table, joint, rows, numbers, region_signal, chosen)
    theta = np.zeros(0 if joint is None else len(joint.theta))
    if joint is not None:
        for k in range(len(theta)):
            theta[k] = joint.theta[k]
    no_lines, gradients = np.zeros((0, 1)), np.empty(len(chosen))
    return points_at(signals, joint, lines, no_lines, STRENGTH, True, theta, values, gradients)


@kernel
def _best(cliques: Cliques, values: Floats, n: int) -> Ints:
    """Members of the clique with the largest sum of each piece, ascending; of equal ones the first."""
    member = np.zeros(n, np.bool_)
    for k in range(len(cliques.component) - 1):
        best, largest = -1, -np.inf
        for q in range(cliques.component[k], cliques.component[k + 1]):
            value = 0.0
            for m in range(cliques.first[q], cliques.first[q + 1]):
                value += values[cliques.members[m]]
            if best < 0 or value > largest:
                best, largest = q, value
        for m in range(cliques.first[best], cliques.first[best + 1]):
            member[cliques.members[m]] = True
    return np.flatnonzero(member)
