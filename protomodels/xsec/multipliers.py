"""How many signal strength multipliers the visible productions have: the kernel of the parsimony prior."""

from __future__ import annotations

import numpy as np

from protomodels.kernel import kernel
from protomodels.xsec.splines import Array


@kernel
def count_multipliers(sigma: Array, reference: Array, visible: float, tolerance: float) -> tuple[int, int, float]:
    """Number of visible productions, of groups of equal multipliers among them, and the groups' sum of ln^2 kappa.

    That of a group is the mean of its members.

    Parameters
    ----------
    sigma, reference: fb, shape (n, m); the multiplier is their ratio in the last column.  One that is not finite is
        equal to no other.
    visible: fb; productions that nowhere exceed it do not count.
    tolerance: multipliers belong together within it of the group's smallest.
    """
    n, known, groups, squares = 0, 0, 0, 0.0
    ordered = np.empty(len(sigma))
    for row in range(len(sigma)):
        seen = False
        for value in sigma[row]:
            seen |= value > visible
        if not seen:
            continue
        n += 1
        kappa = sigma[row, -1] / reference[row, -1]
        if not np.isfinite(kappa):
            groups += 1
            continue
        place = known
        while place > 0 and ordered[place - 1] > kappa:
            ordered[place] = ordered[place - 1]
            place -= 1
        ordered[place] = kappa
        known += 1
    begin = 0
    while begin < known:
        end, square = begin, 0.0
        while end < known and ordered[end] <= ordered[begin] * (1.0 + tolerance):
            square += np.log(ordered[end]) ** 2
            end += 1
        squares += square / (end - begin)
        groups, begin = groups + 1, end
    return n, groups, squares
