"""A structure as flat arrays, which is what the kernels read."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.results.compiled.tables import Ints

UNKNOWN: Final = 0
"""Pairs of chains that were not looked at yet."""
NOTHING: Final = -1
"""Pairs that match no result."""
QUEUED: Final = -2
"""Pairs that are on the list of unknown ones."""

TOPOLOGY: Final = 0
FREE: Final = 1
LEGS: Final = 2
"""Columns of a point."""


class Arrays(NamedTuple):
    """A structure for the kernels; o origins (merged pairs of chains), s SMS (after compression), p points.

    Attributes
    ----------
    chains: class of each chain, and indices into the branching ratios with -1 beyond them, (chains, 1 + depth).
    numbers: number of the origin of two classes, from 1, or UNKNOWN, NOTHING, QUEUED, (classes, classes).
    rank: row of each of these origins in ``origins``, (1 + o,).
    origins: first entry in ``origin_sms`` and bit mask of the particles in its chains, (o + 1, 2).
    sms: first entry in ``sms_points``, first in ``sms_origins``, and 1 where it has an origin in common with another
        one, (s + 1, 3).
    points: TOPOLOGY, FREE (1 where both orders of the legs fit), and from LEGS on the masses of the two legs, each with
        -1 beyond, (p, 2 + 2 depth).
    """

    chains: Ints
    numbers: NDArray[np.int32]
    rank: Ints
    origins: Ints
    origin_sms: Ints
    sms: Ints
    sms_points: Ints
    sms_origins: Ints
    points: Ints
