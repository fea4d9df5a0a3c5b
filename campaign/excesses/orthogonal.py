"""How many analyses that see an excess may be combined with each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from protomodels.combiner import Combinability
from protomodels.errors import ConfigError
from protomodels.results.catalog import Catalog


class Orthogonality:
    """Which analyses are orthogonal, by the combinability table.

    Parameters
    ----------
    catalog: the results.
    table: of the analyses that may be combined; whole analyses, as no region is chosen.
    strict: as for :meth:`protomodels.combiner.Combinability.pairwise`.
    """

    def __init__(self, catalog: Catalog, table: Combinability, strict: bool = False) -> None:
        first = {name: place for place, name in reversed(list(enumerate(catalog.analysis.tolist())))}
        names = sorted(first)
        rows = np.array([first[name] for name in names], dtype=np.intp)
        about = names, [None] * len(names), catalog.experiment[rows].tolist(), catalog.sqrts[rows].tolist()
        allowed = table.pairwise(*about, strict=strict)
        self._with = {name: {names[j] for j in np.flatnonzero(allowed[i])} for i, name in enumerate(names)}
        self._known: dict[frozenset[str], tuple[str, ...]] = {}

    def check(self, names: Iterable[str]) -> None:
        """Are all of these analyses known?

        Raises
        ------
        ConfigError: naming one that is not.
        """
        for name in names:
            if name not in self._with:
                allowed = f"those that the table was made with: these have no {name}"
                raise ConfigError("--results", f"{len(self._with)} analyses", allowed)

    def largest(self, names: Collection[str]) -> tuple[str, ...]:
        """The most analyses among these of which each pair may be combined; the first by name of several such sets."""
        key = frozenset(names)
        if key not in self._known:
            self._known[key] = _largest(sorted(key), self._with)
        return self._known[key]


def _largest(names: list[str], allowed: dict[str, set[str]]) -> tuple[str, ...]:
    best: tuple[str, ...] = ()
    waiting: list[tuple[tuple[str, ...], list[str]]] = [((), names)]
    while waiting:
        taken, left = waiting.pop()
        if len(taken) > len(best):
            best = taken
        # those that come first by name are looked at first
        waiting.extend(
            ((*taken, left[i]), [name for name in left[i + 1 :] if name in allowed[left[i]]])
            for i in range(len(left) - 1, -1, -1)
            if len(taken) + len(left) - i > len(best)
        )
    return best
