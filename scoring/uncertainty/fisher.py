r"""Errors from Fisher's information.

.. math:: F = \sum_i \left(\frac{\partial s_i}{\partial \vartheta}\right)^T I_i \frac{\partial s_i}{\partial \vartheta},
   \qquad \mathrm{cov} = T\, (T^T F\, T)^{-1} T^T

with the directions T in which the parameters are free (branching ratios keep their sums).  Where :math:`T^T F\, T` has
no inverse, some directions are flat.  A parameter that moves along one of them is not constrained; the pseudo-inverse
is exact for all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from protomodels.scoring.uncertainty.intervals import Floats, Interval

FLAT: Final = 1e-9
"""Eigenvalues below this part of the largest are zero; of the information in units of each direction's own."""
MOVES: Final = 1e-3
"""A parameter moves along a flat direction that makes more than this part of its possible motion."""


def fisher_intervals(
    information: Floats, values: Floats, names: Sequence[str], units: Sequence[str], free: Floats
) -> tuple[Interval, ...]:
    """Symmetric intervals of n parameters, all others unknown as well.

    Parameters
    ----------
    information: (n, n).
    values, names, units: of the parameters, (n,).
    free: directions in which they may be changed, (n, f).

    >>> found = fisher_intervals(np.diag([4.0, 0.0]), np.array([3.0, 1.0]), "ab", ["", ""], np.eye(2))
    >>> [(one.low, one.high) for one in found]
    [(2.5, 3.5), (None, None)]
    """
    small = free.T @ information @ free
    own = np.diag(small)
    scale = np.where(own > 0.0, 1.0 / np.sqrt(np.where(own > 0.0, own, 1.0)), 1.0)
    eigenvalues, vectors = np.linalg.eigh(small * np.outer(scale, scale))
    flat = eigenvalues <= FLAT * max(eigenvalues[-1], 0.0) if len(own) else np.zeros(0, dtype=np.bool_)
    # how far each parameter moves along each eigenvector
    moves = (free * scale) @ vectors
    part = np.abs(moves) / np.maximum(np.linalg.norm(moves, axis=1), 1e-300)[:, None]
    unknown = part[:, flat] > MOVES
    variance = (moves[:, ~flat] ** 2 / eigenvalues[~flat]).sum(axis=1)
    out = []
    for i, (name, unit, value, spread) in enumerate(zip(names, units, values.tolist(), variance.tolist(), strict=True)):
        if unknown[i].any() or not spread > 0.0:
            together = unknown[:, unknown[i]].any(axis=1)
            flat_with = tuple(names[j] for j in np.flatnonzero(together).tolist() if j != i)
            out.append(Interval(name, unit, value, None, None, "fisher", flat=flat_with))
        else:
            error = float(np.sqrt(spread))
            out.append(Interval(name, unit, value, value - error, value + error, "fisher"))
    return tuple(out)
