"""What can be known of cross sections before masses are: the terms of all particles, and which a set of them has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.particles import particle_mask
from protomodels.settings import ReferenceOrder
from protomodels.xsec.numeric import Packed, Whole
from protomodels.xsec.processes import LISTED, Pair, Process, processes
from protomodels.xsec.splines import TABLE_ENERGIES, Array, load

TERMS: Final[tuple[Process, ...]] = processes(LISTED)
"""Those of all particles, sorted by pair; what fewer particles have is part of them, in this order."""


def _legs(term: Process) -> tuple[tuple[int, ...], ...]:
    return tuple(leg for leg in (term.first, term.second, term.third) if leg)


SINGLE: Final = tuple(sorted(LISTED))
_MEAN: Final[tuple[tuple[int, ...], ...]] = tuple(
    sorted({leg for term in TERMS for leg in _legs(term) if len(leg) == 2})
)
_LEG: Final = {leg: place for place, leg in enumerate((*((pid,) for pid in SINGLE), *_MEAN))}
_MEAN_OF: Final = tuple((SINGLE.index(a), SINGLE.index(b)) for a, b in _MEAN)
_FACTORS: Final = np.array([[term.factor] for term in TERMS])
_NEEDED: Final = np.array([particle_mask([*map(abs, t.pair), *(p for leg in _legs(t) for p in leg)]) for t in TERMS])
_NUMBER_OF_PAIR: Final = np.unique(np.array([t.pair for t in TERMS]), axis=0, return_inverse=True)[1].reshape(-1)


@dataclass(frozen=True, eq=False)
class Content:
    """What a set of particles can be produced in.

    Attributes
    ----------
    pairs: n signed pid pairs, each and all in ascending order.
    terms: numbers of their terms in ``TERMS``, (m,).
    factors: what each term is multiplied by, (m, 1).
    places: where in (n, energies), flattened, the values of the terms are added, (m x energies,).
    """

    pairs: tuple[Pair, ...]
    terms: Whole
    factors: Array
    places: NDArray[np.intp]

    @cached_property
    def row(self) -> dict[Pair, int]:
        """The place of each pair."""
        return {pair: row for row, pair in enumerate(self.pairs)}

    @cached_property
    def of(self) -> dict[int, tuple[Pair, ...]]:
        """The pairs of each particle; particles that are not produced are left out."""
        return by_particle(self.pairs)


def by_particle(pairs: Iterable[Pair]) -> dict[int, tuple[Pair, ...]]:
    """The pairs of each particle of some, pids in ascending order."""
    found: dict[int, list[Pair]] = {}
    for pair in pairs:
        a, b = abs(pair[0]), abs(pair[1])
        found.setdefault(a, []).append(pair)
        if a != b:
            found.setdefault(b, []).append(pair)
    return {pid: tuple(found[pid]) for pid in sorted(found)}


@lru_cache(maxsize=1024)
def content(pids: frozenset[int]) -> Content:
    """The pairs and terms of these particles.

    Raises
    ------
    ModelError: naming a particle that has no process table.
    """
    if not pids <= LISTED:
        processes(pids)  # which names it
    chosen = np.flatnonzero(_NEEDED & ~particle_mask(pids) == 0)
    numbers = _NUMBER_OF_PAIR[chosen]
    begins = np.diff(numbers, prepend=-1) > 0
    pairs = tuple(TERMS[number].pair for number in chosen[begins].tolist())
    n_energies = len(TABLE_ENERGIES)
    places = (np.cumsum(begins) - 1)[:, None] * n_energies + np.arange(n_energies)
    return Content(pairs, chosen.astype(np.int64), _FACTORS[chosen], places.reshape(-1))


def content_of(pids: Iterable[int]) -> Content:
    """The same, of pids in any order."""
    return content(frozenset(pids))


def leg_masses(masses: Mapping[int, float]) -> Array:
    """GeV, of each leg of the tables, (legs,): a particle's mass, or the mean of two; 1 for absent ones."""
    single = [masses.get(pid, 1.0) for pid in SINGLE]
    return np.array([*single, *[(single[i] + single[j]) / 2 for i, j in _MEAN_OF]])


def leg_particles(terms: Whole) -> list[tuple[tuple[int, ...], ...]]:
    """The particles of each leg of some terms: one, or two whose mean mass counts."""
    return [_legs(TERMS[number]) for number in terms.tolist()]


@cache
def packed(order: ReferenceOrder) -> Packed:
    """All tables of an order as the kernel reads them."""
    values: list[Array] = []
    place = 0

    def put(array: Array) -> int:
        nonlocal place
        values.append(np.ravel(array))
        place += array.size
        return place - array.size

    axes: list[list[int]] = []
    edges: list[list[float]] = []
    first_axis: dict[str, int] = {}
    points: dict[tuple[int, int], int] = {}
    terms: list[list[int]] = []
    known: dict[tuple[str, str], tuple[int, int]] = {}
    for term in TERMS:
        table = load(term.table, order)
        if term.table not in first_axis:
            first_axis[term.table] = len(axes)
            for knots, nodes in zip(table.leading.t, table.axes, strict=True):
                axes.append([put(knots), len(knots), put(nodes), len(nodes)])
            for low, high in zip(table.low.tolist(), table.high.tolist(), strict=True):
                edges.append([low, high, *np.exp([low, high]).tolist()])
        if (term.table, term.column) not in known:
            column = table.columns[term.column]
            coefficients, k = table.leading.c[..., column, :], table.k[..., table.k_of[column]]
            known[term.table, term.column] = put(coefficients), put(k)
        found = [
            points.setdefault((first_axis[term.table] + d, _LEG[leg]), len(points)) for d, leg in enumerate(_legs(term))
        ]
        terms.append([*found, *[-1] * (3 - len(found)), *known[term.table, term.column]])
    return Packed(np.array(axes), np.array(edges), np.array(list(points)), np.array(terms), np.concatenate(values))
