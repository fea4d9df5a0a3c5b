"""The kernel of the look-up: the terms of a model, one column of one table each, at their masses.

It does what :meth:`protomodels.xsec.splines.Table.evaluate` does, operation by operation and in its order, so that both
give the same bits; but for one column, and a spline's weights at a mass only once.
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
    leading, k = np.zeros((len(chosen), 3)), np.empty((len(chosen), 3))
    # one row more: of the axis that a table does not have, with a single spline and a single node
    n = len(points)
    weights, first, node, share = np.zeros((n + 1, 4)), np.full(n + 1, -1), np.zeros(n + 1, np.int64), np.zeros(n + 1)
    weights[n, 0], first[n] = 1.0, 0
    for row in range(len(chosen)):
        term = terms[chosen[row]]
        splines, nodes = np.ones(3, np.int64), np.ones(3, np.int64)
        for d in range(3):
            point = term[d]
            if point < 0:
                continue
            axis, leg = points[point, 0], points[point, 1]
            knot_at, n_knots, node_at, n_nodes = axes[axis, 0], axes[axis, 1], axes[axis, 2], axes[axis, 3]
            splines[d], nodes[d] = n_knots - 4, n_nodes
            if first[point] >= 0:
                continue
            x, mass = logs[leg], masses[leg]
            if x < edges[axis, 0]:
                x, mass = edges[axis, 0], edges[axis, 2]
            elif x > edges[axis, 1]:
                x, mass = edges[axis, 1], edges[axis, 3]
            at = knot_at + min(max(_interval(values[knot_at : knot_at + n_knots], x), 3), n_knots - 5)
            first[point] = at - knot_at - 3
            own = weights[point]
            own[0] = 1.0
            for degree in range(1, 4):  # Cox-de Boor
                before = own[0]
                own[0] = 0.0
                for i in range(1, degree + 1):
                    high, low = values[at + i], values[at + i - degree]
                    w, before = before / (high - low), own[i]
                    own[i - 1] += w * (high - x)
                    own[i] = w * (x - low)
            at = node_at + min(max(_interval(values[node_at : node_at + n_nodes], mass), 0), n_nodes - 2)
            node[point] = at - node_at
            share[point] = (mass - values[at]) / (values[at + 1] - values[at])
        p, q, r = term[0], term[1], term[2]
        for i in range(4):
            for j in range(4 if q >= 0 else 1):
                for m in range(4 if r >= 0 else 1):
                    place = ((first[p] + i) * splines[1] + first[q] + j) * splines[2] + first[r] + m
                    factor = weights[p, i] * weights[q, j] * weights[r, m]
                    for energy in range(3):
                        leading[row, energy] += values[term[3] + 3 * place + energy] * factor
        for energy in range(3):
            corner = np.empty(4)
            for c in range(4):
                j, m = (c >> 1) if q >= 0 else 0, (c & 1) if r >= 0 else 0
                place = (node[p] * nodes[1] + node[q] + j) * nodes[2] + node[r] + m
                after = place + nodes[1] * nodes[2]
                low, high = values[term[4] + 3 * place + energy], values[term[4] + 3 * after + energy]
                corner[c] = (1.0 - share[p]) * low + share[p] * high
            for m in range(2):
                corner[m] = (1.0 - share[q]) * corner[m] + share[q] * corner[2 + m]
            k[row, energy] = (1.0 - share[r]) * corner[0] + share[r] * corner[1]
    return leading, k


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
