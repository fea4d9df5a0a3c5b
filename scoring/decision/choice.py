"""The critic's mu_max and the results that may enter combinations, compiled.

The rules are those of :mod:`protomodels.critic.limits` and :mod:`protomodels.predictor.regions`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.scoring.decision.table import Rules, Table
from protomodels.statistics.joint import Joint

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@part
def largest_strength(
    table: Table, rows: Ints, sigma: Floats, observed: Floats, expected: Floats, tolerance: float
) -> float:
    """mu_max: tolerance over the largest r of all upper limits and of the most sensitive region of each analysis.

    Parameters
    ----------
    rows: catalog row of each prediction.  sigma, observed, expected: fb, with NaN where there is no limit.
    """
    best = np.empty(len(table.group), np.int64)
    for k in range(len(best)):
        best[k] = -1
    largest = 0.0
    for i in range(len(rows)):
        row = rows[i]
        if not np.isfinite(observed[i]):
            continue
        if table.is_ul[row]:
            largest = max(largest, sigma[i] / observed[i])
        elif not table.is_control[row] and np.isfinite(sigma[i] / expected[i]):
            other = best[table.group[row]]
            if other < 0 or sigma[i] / expected[i] > sigma[other] / expected[other]:
                best[table.group[row]] = i
    for found in best:
        if found >= 0:
            largest = max(largest, sigma[found] / observed[found])
    return tolerance / largest if largest > 0.0 else np.inf


@part
def choose(
    table: Table,
    joint: Joint | None,
    rules: Rules,
    rows: Ints,
    sigma: Floats,
    observed: Floats,
    expected: Floats,
    marked: Floats,
    region_signal: Floats,
    mu_max: float,
) -> Ints:
    """Places of the predictions that may enter combinations, ascending.

    Parameters
    ----------
    marked: share of the signal that is marked, (n,).
    region_signal: events for mu = 1 of every catalog row; empty where no row combines regions.
    """
    n = len(rows)
    able, chosen = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    best = np.empty(len(table.group), np.int64)
    for k in range(len(best)):
        best[k] = -1
    for i in range(n):
        row = rows[i]
        able[i] = not table.is_control[row]
        if mu_max < np.inf and not sigma[i] / expected[i] * mu_max >= rules.min_sensitivity:
            able[i] = False
        excess = observed[i] / expected[i]
        if able[i] and np.isfinite(excess) and np.isfinite(observed[i]) and np.isfinite(expected[i]):
            other = best[table.group[row]]
            if other < 0 or excess > observed[other] / expected[other]:
                best[table.group[row]] = i
    has_em = np.zeros(len(table.analysis), np.bool_)
    for found in best:
        if found >= 0:
            chosen[found] = True
            if not table.is_ul[rows[found]]:
                has_em[table.analysis[rows[found]]] = True
    if rules.em_before_ul:
        for i in range(n):
            if chosen[i] and table.is_ul[rows[i]] and has_em[table.analysis[rows[i]]]:
                chosen[i] = False
    if joint is not None:
        _combined(table, joint, rows, region_signal, able, chosen)
    places, count = np.empty(n, np.int64), 0
    for i in range(n):
        # last: no region or limit stands in for a result of its analysis that is marked
        if chosen[i] and marked[i] <= rules.most_marked:
            places[count], count = i, count + 1
    return places[:count]


@part
def _combined(table: Table, joint: Joint, rows: Ints, region_signal: Floats, able: Bools, chosen: Bools) -> None:
    """Put joint likelihoods in the place of single regions: of each analysis the most sensitive one."""
    strength, place = np.empty(len(table.analysis)), np.empty(len(table.analysis), np.int64)
    for i in range(len(place)):
        strength[i], place[i] = -np.inf, -1
    for i in range(len(rows)):
        number = table.joint[rows[i]]
        if number < 0 or not able[i]:
            continue
        a, n, at = joint.first[number], joint.first[number + 1] - joint.first[number], joint.square[number]
        signal = np.empty(n)
        signal_of(table, a, region_signal, signal)
        total = 0.0
        for j in range(n):
            row = 0.0
            for k in range(n):
                row += table.joint_expected[at + j * n + k] * signal[k]
            total += signal[j] * row
        analysis = table.analysis[rows[i]]
        if total >= strength[analysis]:
            strength[analysis], place[analysis] = total, i
    for i in range(len(rows)):
        if place[table.analysis[rows[i]]] >= 0 and not table.is_ul[rows[i]]:
            chosen[i] = place[table.analysis[rows[i]]] == i


@part
def signal_of(table: Table, first: int, region_signal: Floats, out: Floats) -> None:
    """Events for mu = 1 in the regions of a joint likelihood that begins at ``first``, into ``out``, (n,)."""
    for j in range(len(out)):
        row = table.joint_rows[first + j]
        out[j] = region_signal[row] if row >= 0 else 0.0
