"""How reference cross sections change with masses: the derivatives of what :mod:`.numeric` evaluates.

ln LO is a cubic spline in ln m, K is linear between nodes: within a cell both have exact derivatives.  Beyond the edges
of a table a cross section stays what it is at the edge, and its derivative is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from protomodels.kernel import kernel, part
from protomodels.settings import OLDER_ORDER, ReferenceOrder
from protomodels.xsec.lookup import reference_cross_sections
from protomodels.xsec.numeric import Array, Whole
from protomodels.xsec.processes import Pair
from protomodels.xsec.splines import TABLE_ENERGIES
from protomodels.xsec.terms import content_of, leg_masses, leg_particles, packed


def reference_slopes(
    masses: Mapping[int, float], sqrts: Sequence[float], order: ReferenceOrder = OLDER_ORDER
) -> tuple[tuple[Pair, ...], Array, Array]:
    """Reference cross sections of n pairs at m energies, and their derivatives with the masses of p particles.

    Parameters
    ----------
    masses: GeV by (positive) pid.
    sqrts: m energies in TeV, among 8, 13 and 13.6.
    order: of perturbation theory.

    Returns
    -------
    Pairs and sigma in fb (n, m), as :func:`protomodels.xsec.reference_cross_sections` gives them; d sigma / d m in
    fb/GeV, (n, m, p), the particles in the order of ``masses``.

    Raises
    ------
    ConfigError, ModelError: as :func:`protomodels.xsec.reference_cross_sections`.

    >>> _, sigma, slopes = reference_slopes({1000022: 163.0, 1000006: 1166.0}, [13.0])
    >>> (slopes[0, 0] / sigma[0, 0]).round(4).tolist()   # a stop pair loses 0.65% a GeV
    [0.0, -0.0065]
    """
    pairs, sigma = reference_cross_sections(masses, sqrts, order)
    content, legs = content_of(masses), leg_masses(masses)
    slopes = _term_slopes(content.terms, np.log(legs), legs, *packed(order))
    # of each term: fb per GeV of each of its legs
    slopes *= content.factors[:, :, None]
    place = {pid: i for i, pid in enumerate(masses)}
    columns = [TABLE_ENERGIES.index(float(energy)) for energy in sqrts]
    rows = content.places.reshape(len(content.terms), -1)[:, 0] // len(TABLE_ENERGIES)
    out = np.zeros((*sigma.shape, len(place)))
    for row, leg_of_term, slope in zip(rows.tolist(), leg_particles(content.terms), slopes[:, columns], strict=True):
        for d, leg in enumerate(leg_of_term):
            for pid in leg:
                out[row, :, place[pid]] += slope[:, d] / len(leg)
    return pairs, sigma, out


@part
def _axis(x: float, mass: float, knots: Array, nodes: Array, weights: Array, rises: Array) -> tuple[int, int, float]:
    """Four splines at a place, and their derivatives with ln m; first spline, node below, share of the node above."""
    n = len(knots)
    spline = min(max(int(np.searchsorted(knots, x, side="right")) - 1, 3), n - 5)
    weights[:] = 0.0
    weights[0] = 1.0
    for degree in range(1, 4):  # Cox-de Boor
        if degree == 3:  # the derivative of a cubic spline follows from the quadratic ones
            rises[:] = 0.0
            for i in range(1, 4):
                part_of = 3.0 * weights[i - 1] / (knots[spline + i] - knots[spline + i - 3])
                rises[i - 1] -= part_of
                rises[i] += part_of
        before = weights[0]
        weights[0] = 0.0
        for i in range(1, degree + 1):
            high, low = knots[spline + i], knots[spline + i - degree]
            w, before = before / (high - low), weights[i]
            weights[i - 1] += w * (high - x)
            weights[i] = w * (x - low)
    node = min(max(int(np.searchsorted(nodes, mass, side="right")) - 1, 0), len(nodes) - 2)
    return spline - 3, node, (mass - nodes[node]) / (nodes[node + 1] - nodes[node])


@kernel
def _term_slopes(
    chosen: Whole, logs: Array, masses: Array, axes: Whole, edges: Array, points: Whole, terms: Whole, values: Array
) -> Array:
    """d (LO x K) / d m of each leg of n terms, fb/GeV, (n, 3 energies, 3 legs).

    Parameters as for :func:`protomodels.xsec.numeric.evaluate_terms`.
    """
    slopes = np.zeros((len(chosen), 3, 3))
    weights, rises = np.zeros((3, 4)), np.zeros((3, 4))
    first, node, share = np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(3)
    n_spline, n_node, step, inside = np.ones(3, np.int64), np.ones(3, np.int64), np.ones(3), np.zeros(3)
    factor, corner = np.empty(4), np.empty(4)
    for row in range(len(chosen)):
        term = terms[chosen[row]]
        for d in range(3):
            weights[d], rises[d] = 0.0, 0.0
            weights[d, 0] = 1.0
            first[d], node[d], share[d], n_spline[d], n_node[d], inside[d] = 0, 0, 0.0, 1, 1, 0.0
            if term[d] < 0:
                continue
            axis, leg = points[term[d], 0], points[term[d], 1]
            x, mass, edge, about = logs[leg], masses[leg], edges[axis], axes[axis]
            if edge[0] <= x <= edge[1]:
                inside[d] = 1.0 / mass
            x, mass = min(max(x, edge[0]), edge[1]), min(max(mass, edge[2]), edge[3])
            knots, nodes = values[about[0] : about[0] + about[1]], values[about[2] : about[2] + about[3]]
            first[d], node[d], share[d] = _axis(x, mass, knots, nodes, weights[d], rises[d])
            n_spline[d], n_node[d] = about[1] - 4, about[3]
            step[d] = nodes[node[d] + 1] - nodes[node[d]]
        for energy in range(3):
            leading, change = 0.0, np.zeros(3)
            for i in range(4):
                for j in range(4 if term[1] >= 0 else 1):
                    for m in range(4 if term[2] >= 0 else 1):
                        at = ((first[0] + i) * n_spline[1] + first[1] + j) * n_spline[2] + first[2] + m
                        c = values[term[3] + 3 * at + energy]
                        leading += c * weights[0, i] * weights[1, j] * weights[2, m]
                        change[0] += c * rises[0, i] * weights[1, j] * weights[2, m]
                        change[1] += c * weights[0, i] * rises[1, j] * weights[2, m]
                        change[2] += c * weights[0, i] * weights[1, j] * rises[2, m]
            k, k_change = 0.0, np.zeros(3)
            for i in range(2):
                for j in range(2 if term[1] >= 0 else 1):
                    for m in range(2 if term[2] >= 0 else 1):
                        at = ((node[0] + i) * n_node[1] + node[1] + j) * n_node[2] + node[2] + m
                        c = values[term[4] + 3 * at + energy]
                        for d in range(3):
                            side = i if d == 0 else (j if d == 1 else m)
                            corner[d] = share[d] if side == 1 else 1.0 - share[d]
                            factor[d] = (1.0 if side == 1 else -1.0) / step[d]
                        k += c * corner[0] * corner[1] * corner[2]
                        k_change[0] += c * factor[0] * corner[1] * corner[2]
                        k_change[1] += c * corner[0] * factor[1] * corner[2]
                        k_change[2] += c * corner[0] * corner[1] * factor[2]
            lo = np.exp(leading)
            for d in range(3):
                if inside[d] > 0.0:
                    slopes[row, energy, d] = lo * (change[d] * inside[d] * k + k_change[d])
    return slopes
