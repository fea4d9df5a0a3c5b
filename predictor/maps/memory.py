"""The memory of look-ups: values at points of topologies, for all structures of a predictor.

A point is a topology with the masses of its two legs, and its values follow from that alone: what is remembered never
changes a prediction.  A table with open addressing leads from a point to its entry in a pool of numbers:
topology, number of masses of the first leg, masses, values.  Where either is full, all is forgotten.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from protomodels.kernel import part
from protomodels.results.compiled.tables import Floats, Ints

POOL_BYTES: Final = 32_000_000
"""Size of the pool of one predictor; a single model that needs more gets it."""
SLOTS: Final = 1 << 17
"""Of the table, at most half of which are used; a power of two."""

USED: Final = 0
POINTS: Final = 1


class Memory(NamedTuple):
    """Points and their values.

    Attributes
    ----------
    slots: first number of an entry in the pool, -1 for none.
    pool: the entries.
    used: USED numbers of the pool, POINTS in it.
    """

    slots: Ints
    pool: Floats
    used: Ints


class PointMemory:
    """The memory of one predictor and all that share it; copies for other processes begin empty.

    Parameters
    ----------
    numbers: that the pool holds.
    slots: of the table, a power of two.

    Attributes
    ----------
    memory: for the kernels.
    """

    def __init__(self, numbers: int = POOL_BYTES // 8, slots: int = SLOTS) -> None:
        self.memory = _empty(numbers, slots)

    def grow(self, needed: int) -> None:
        """Make room for a model that needs more than there is; all is forgotten.

        Parameters
        ----------
        needed: numbers in the pool and slots.
        """
        slots = len(self.memory.slots)
        while slots < needed:
            slots *= 2
        self.memory = _empty(max(needed, len(self.memory.pool)), slots)

    def __reduce__(self) -> tuple[type[PointMemory], tuple[int, int]]:
        return PointMemory, (len(self.memory.pool), len(self.memory.slots))


def _empty(numbers: int, slots: int) -> Memory:
    # no page of the pool exists before it is written
    return Memory(np.full(slots, -1, dtype=np.int64), np.empty(numbers), np.zeros(2, dtype=np.int64))


@part
def slot_of(memory: Memory, key: Floats, n: int, mixed: np.uint64) -> int:
    """The slot of the point with this key: its own, or the free one where it belongs.

    Parameters
    ----------
    key: topology and masses; the first n count.
    mixed: a number made of them; see :func:`mix`.
    """
    last = len(memory.slots) - 1
    slot = np.int64(mixed & np.uint64(last))
    while True:
        entry = memory.slots[slot]
        if entry < 0:
            return int(slot)
        same = True
        for k in range(n):
            if memory.pool[entry + k] != key[k]:
                same = False
                break
        if same:
            return int(slot)
        slot = (slot + 1) & last


@part
def mix(mixed: np.uint64, bits: int) -> np.uint64:
    """A number made of an earlier one and the bits of the next part of a key."""
    mixed = (mixed ^ np.uint64(bits)) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(29))


@part
def forget(memory: Memory) -> None:
    """Forget all points."""
    for slot in range(len(memory.slots)):
        memory.slots[slot] = -1
    memory.used[USED] = memory.used[POINTS] = 0
