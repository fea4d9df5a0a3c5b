"""A structure as flat arrays, which is what the kernels read."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from protomodels.results.compiled.tables import Ints

UNKNOWN: Final = -2
"""Pairs of chains that were not looked at yet."""
NOTHING: Final = -1
"""Pairs that match no result."""


class Arrays(NamedTuple):
    """A structure for the kernels; o origins (merged pairs of chains), s SMS (after compression), p points.

    Attributes
    ----------
    chain_ratios: indices into the branching ratios, one further entry (1.0) as padding, (chains, depth).
    chain_class: (chains,). origin: of two classes, or UNKNOWN, NOTHING, (classes, classes).
    origin_sms, sms_points: first entry of each and one more, with their lists.
    origin_particles: bit mask of the particles in its chains, (o,).
    point_topology, point_free (both orders of the legs fit), point_legs: masses of the two legs, (p, 2, depth).
    point_first: first efficiency, (p + 1,).
    shared: True where an SMS has an origin in common with another one, (s,).
    sms_origin_first, sms_origins: first entry of the origins of each SMS and one more, with their list.
    """

    chain_ratios: Ints
    chain_class: Ints
    origin: NDArray[np.int32]
    origin_first: Ints
    origin_sms: Ints
    origin_particles: Ints
    sms_first: Ints
    sms_points: Ints
    point_topology: Ints
    point_free: NDArray[np.bool_]
    point_legs: Ints
    point_first: Ints
    shared: NDArray[np.bool_]
    sms_origin_first: Ints
    sms_origins: Ints
