"""The kernel of the look-up: the terms of a model, one column of one table each, at their masses.

It does what :meth:`protomodels.xsec.splines.Table.evaluate` does, operation by operation and in its order, so that both
give the same bits (where scipy is compiled without fused multiplications); but for one column, and with a spline's
weights at a mass only once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Packed(NamedTuple):
    """All tables of one order as arrays.

    Attributes
    ----------
    axes: of each axis of a table the place of its first knot in ``values``, how many there are; the same of its nodes.
    edges: of each axis: low, high in ln(GeV), low, high in GeV.
    points: axis and leg of each point: where an axis is looked at.
    terms: of each term three points (-1: no such axis), and the places of its coefficients and of its K in ``values``.
    values: knots, nodes, coefficients (*axes, energies) and Ks (*axes, energies), one after the other.
    """

    axes: Whole
    edges: Array
    points: Whole
    terms: Whole
    values: Array


@kernel
def evaluate_terms(
    chosen: Whole, logs: Array, masses: Array, axes: Whole, edges: Array, points: Whole, terms: Whole, values: Array
) -> tuple[Array, Array]:
    """ln LO and K, each of shape (n, 3 energies), of n chosen terms.

    Parameters
    ----------
    chosen: numbers of the terms, (n,).
    logs, masses: of each leg, in ln(GeV) and GeV.
    axes, edges, points, terms, values: see :class:`Packed`.
    """
    leading, k = np.empty((len(chosen), 3)), np.empty((len(chosen), 3))
    # one row more: of the axis that a table does not have, with a single spline and a single node
    n = len(points)
    weights, first, node, share = np.zeros((n + 1, 4)), np.full(n + 1, -1), np.zeros(n + 1, np.int64), np.zeros(n + 1)
    weights[n, 0], first[n] = 1.0, 0
    for row in range(len(chosen)):
        term = terms[chosen[row]]
        for d in range(3):
            point = term[d]
            if point >= 0 and first[point] < 0:
                axis, leg = points[point, 0], points[point, 1]
                found = _place(logs[leg], masses[leg], axes[axis], edges[axis], values, weights[point])
                first[point], node[point], share[point] = found
        p, q, r = term[0], term[1], term[2]
        n_q, m_q = (axes[points[q, 0], 1] - 4, axes[points[q, 0], 3]) if q >= 0 else (1, 1)
        n_r, m_r = (axes[points[r, 0], 1] - 4, axes[points[r, 0], 3]) if r >= 0 else (1, 1)
        sum_0, sum_1, sum_2 = 0.0, 0.0, 0.0  # in registers: one for each energy
        for i in range(4):
            for j in range(4 if q >= 0 else 1):
                at = term[3] + 3 * (((first[p] + i) * n_q + first[q] + j) * n_r + first[r])
                for m in range(4 if r >= 0 else 1):
                    factor = weights[p, i] * weights[q, j] * weights[r, m]
                    sum_0 += values[at] * factor
                    sum_1 += values[at + 1] * factor
                    sum_2 += values[at + 2] * factor
                    at += 3
        leading[row, 0], leading[row, 1], leading[row, 2] = sum_0, sum_1, sum_2
        # the corners of a cell: along p first, then along q, then along r
        next_q, next_r = 3 * m_r if q >= 0 else 0, 3 if r >= 0 else 0
        low = term[4] + 3 * ((node[p] * m_q + node[q]) * m_r + node[r])
        high = low + 3 * m_q * m_r
        for energy in range(3):
            a = _between(share[p], values[low + energy], values[high + energy])
            b = _between(share[p], values[low + next_r + energy], values[high + next_r + energy])
            c = _between(share[p], values[low + next_q + energy], values[high + next_q + energy])
            e = _between(share[p], values[low + next_q + next_r + energy], values[high + next_q + next_r + energy])
            k[row, energy] = _between(share[r], _between(share[q], a, c), _between(share[q], b, e))
    return leading, k


@kernel
def _place(x: float, mass: float, axis: Whole, edge: Array, values: Array, weights: Array) -> tuple[int, int, float]:
    """(first spline, node below, share of the node above) at a mass; the values of four splines go to ``weights``."""
    knot_at, n_knots, node_at, n_nodes = axis[0], axis[1], axis[2], axis[3]
    if x < edge[0]:
        x, mass = edge[0], edge[2]
    elif x > edge[1]:
        x, mass = edge[1], edge[3]
    spline = min(max(_interval(values[knot_at : knot_at + n_knots], x), 3), n_knots - 5)
    at = knot_at + spline
    weights[0] = 1.0
    for degree in range(1, 4):  # Cox-de Boor
        before = weights[0]
        weights[0] = 0.0
        for i in range(1, degree + 1):
            high, low = values[at + i], values[at + i - degree]
            w, before = before / (high - low), weights[i]
            weights[i - 1] += w * (high - x)
            weights[i] = w * (x - low)
    node = min(max(_interval(values[node_at : node_at + n_nodes], mass), 0), n_nodes - 2)
    at = node_at + node
    return spline - 3, node, (mass - values[at]) / (values[at + 1] - values[at])


@kernel
def _between(share: float, low: float, high: float) -> float:
    return (1.0 - share) * low + share * high


@kernel
def _interval(edges: Array, x: float) -> int:
    """The last place whose edge is not above ``x``; -1 below all."""
    low, high = -1, len(edges)
    while high - low > 1:
        middle = (low + high) // 2
        if edges[middle] <= x:
            low = middle
        else:
            high = middle
    return low
