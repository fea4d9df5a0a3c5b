"""Many points of one table at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.settings import ReferenceOrder
from protomodels.xsec.splines import load

Array = NDArray[np.float64]
Found = dict[tuple[int, int], Array]
"""fb at the energies of the tables, (3,), by signed pair."""


@dataclass(frozen=True)
class Look:
    """A table at n points: leading order in fb and K, each (n, energies) by column."""

    leading: dict[str, Array]
    k: dict[str, Array]

    def sigma(self, column: str) -> Array:
        """Their product, (n, energies), fb."""
        return self.leading[column] * self.k[column]


def look(name: str, order: ReferenceOrder, masses: Sequence[tuple[float, ...]]) -> Look:
    """A table at points of masses in GeV, (n, axes); beyond its edges it is that of the edge."""
    table = load(name, order)
    leading, rest = table.evaluate(np.log(np.array(masses, dtype=np.float64)))
    values = np.exp(leading)
    return Look(
        {column: values[:, place] for column, place in table.columns.items()},
        {column: rest[:, :, table.k_of[place]] for column, place in table.columns.items()},
    )


def ordered(a: int, b: int) -> tuple[int, int]:
    """The pair in ascending order."""
    return (a, b) if a <= b else (b, a)
