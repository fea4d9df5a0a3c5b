"""What a prediction needs besides numbers: decay chains, their pairs, the topologies these match, slots of masses.

It depends on the particles, their open channels and which gaps are compressed, not on the values: walks that change
masses, branching ratios or cross sections mostly stay within one structure.  Pairs of chains are worked out when a
model first makes them strong enough; the table of pairs says what is still unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from protomodels.channels import Channel
from protomodels.errors import PredictionError
from protomodels.particles import PARTICLES, particle_mask
from protomodels.predictor.numeric.arrays import FREE, LEGS, NOTHING, TOPOLOGY, UNKNOWN, Arrays
from protomodels.predictor.structures.chains import Chain, Decay, chains_from
from protomodels.predictor.structures.compression import Compression
from protomodels.predictor.structures.gaps import Gaps, gaps_between
from protomodels.predictor.structures.matching import Matcher, Sms
from protomodels.results.compiled.tables import Ints

MAX_CHAINS = 4000
"""Structures with more chains are pruned for one model and not kept."""
MAX_CLASSES = 8000
"""A model with more different chains is not evaluated."""


OBJECT_BYTES = 200
"""Of a chain, pair, SMS or point beside its arrays."""

Point = tuple[int, tuple[int, ...], tuple[int, ...], bool]
"""Topology, masses of both legs, and whether both orders of the legs fit."""


class Structure:
    """One structure; grows as pairs of chains are met."""

    def __init__(
        self,
        decays: Mapping[int, Sequence[tuple[int, Channel]]],
        masses: Mapping[int, float],
        roots: Sequence[int],
        matcher: Matcher,
        gaps: Gaps | None = None,
        keep: Callable[[int, tuple[int, ...]], bool] | None = None,
    ) -> None:
        """Build the chains.

        Parameters
        ----------
        decays: for each pid (index of the branching ratio, signed daughters).
        masses: GeV by pid.
        roots: signed pids of the produced particles.
        gaps: what decides how chains are compressed, the same for two models whose chains are compressed alike; None
            where nobody knows.
        keep: given a root and the indices of the branching ratios along a chain, is the chain wanted?

        Raises
        ------
        TooManyChainsError: where there are more than ``MAX_CHAINS`` without ``keep``.
        PredictionError: where there are still too many with it.
        """
        self._matcher, self._gaps = matcher, gaps
        self.pids = tuple(sorted(masses))
        self._place = {pid: i for i, pid in enumerate(self.pids)}
        self.chains: dict[int, tuple[int, int]] = {}
        self._classes: dict[object, int] = {}
        self._examples: list[Chain] = []
        self._build_chains(_signed(decays, matcher), roots, keep)
        n_classes = len(self._examples)
        self._compression = Compression(matcher, masses)
        self._chain_numbers = [self._compression.number_of(chain) for chain in self._examples]
        self._soft, self._branches = self._along()
        alike = {soft: i for i, soft in enumerate(dict.fromkeys(self._soft))}
        self._soft_number = [alike[soft] for soft in self._soft]
        self._between: dict[tuple[int, int], int] = {}
        self._masks = [particle_mask(abs(pid) for pid, _ in chain) for chain in self._examples]
        # zeros: no page of a large table exists before one of its pairs is met
        self._numbers = np.zeros((n_classes, n_classes), dtype=np.int32)
        self._pairs: dict[tuple[int, int], Sequence[Sms]] = {}
        self._numbered: list[tuple[int, int]] = []
        self._points: dict[Sms, list[Point]] = {}
        self.arrays = self._freeze()

    def _build_chains(
        self,
        decays: Mapping[int, Sequence[Decay]],
        roots: Sequence[int],
        keep: Callable[[int, tuple[int, ...]], bool] | None,
    ) -> None:
        kind = self._matcher.kind
        ratios: list[tuple[int, ...]] = []
        classes: list[int] = []
        for root in roots:
            begin = len(ratios)
            for used, chain in chains_from(root, decays, partial(keep, root) if keep else None):
                if keep is None and len(ratios) >= MAX_CHAINS:
                    raise TooManyChainsError
                if len(self._classes) >= MAX_CLASSES:
                    raise PredictionError(f"the model has more than {MAX_CLASSES} different decay chains")
                key = tuple((kind(pid), abs(pid), sm) for pid, sm in chain)
                if key not in self._classes:
                    self._classes[key] = len(self._classes)
                    self._examples.append(chain)
                ratios.append(used)
                classes.append(self._classes[key])
            self.chains[root] = (begin, len(ratios))
        self.depth = 1 + max((len(used) for used in ratios), default=0)
        self._chains = np.full((len(ratios), 1 + self.depth), -1, dtype=np.int64)
        for row, used in enumerate(ratios):
            self._chains[row, 0] = classes[row]
            self._chains[row, 1 : 1 + len(used)] = used

    def _along(self) -> tuple[list[tuple[int, ...]], Ints]:
        """Of each class: the small gaps along it, and a number for the branches of results that it can be."""
        soft, branches = [], []
        for chain, number in zip(self._examples, self._chain_numbers, strict=True):
            places, positions = ((), ()) if self._gaps is None else self._gaps.along(chain)
            soft.append(places)
            branches.append(self._matcher.branches_of(chain, number, positions))
        return soft, np.array(branches, dtype=np.int64)

    def learn(self, pairs: NDArray[np.int64]) -> None:
        """Work out pairs of classes, (n, 2)."""
        self._numbers[pairs[:, 0], pairs[:, 1]] = self._numbers[pairs[:, 1], pairs[:, 0]] = UNKNOWN
        new = np.unique(np.sort(pairs, axis=1), axis=0)
        if self._gaps is not None:
            passes = self._matcher.sieve.passes(*self._branches[new].T)
            nothing, new = new[~passes], new[passes]
            self._numbers[nothing[:, 0], nothing[:, 1]] = self._numbers[nothing[:, 1], nothing[:, 0]] = NOTHING
        chains = self._chain_numbers
        numbers = []
        for a, b in new.tolist():
            found = self._compression.sms_of(chains[a], chains[b], self._gaps_of(a, b))
            if not found:
                numbers.append(NOTHING)
                continue
            self._pairs[a, b] = found
            self._numbered.append((a, b))
            numbers.append(len(self._numbered))
            for sms in found:
                if sms not in self._points:
                    self._points[sms] = self._points_of(sms)
        self._numbers[new[:, 0], new[:, 1]] = self._numbers[new[:, 1], new[:, 0]] = numbers
        self.arrays = self._freeze()

    def _gaps_of(self, a: int, b: int) -> int | None:
        """A number for the small gaps that decide how two classes are compressed together; None where nobody knows."""
        if self._gaps is None:
            return None
        kinds = self._soft_number[a], self._soft_number[b]
        known = self._between.get(kinds)
        if known is None:
            gaps = gaps_between(self._gaps, self._soft[a], self._soft[b])
            known = self._between[kinds] = self._matcher.number_of_gaps(gaps)
        return known

    def _points_of(self, sms: Sms) -> list[Point]:
        """The points of an SMS."""
        points: list[Point] = []
        first, second = (tuple(self._place[vertex[1]] for vertex in leg) for leg in sms.key)
        for match in sms.matches:
            free = match.straight and match.crossed
            turned = not match.straight or (free and second < first)
            points.append((match.topology, *((second, first) if turned else (first, second)), free))
        return points

    def _freeze(self) -> Arrays:
        """All of it as arrays, numbered by content: sums do not depend on the order in which pairs were met."""
        pairs, masks = sorted(self._numbered), self._masks
        sms = sorted(self._points, key=lambda one: one.key)
        points = sorted({point for one in sms for point in self._points[one]})
        sms_number = {one: i for i, one in enumerate(sms)}
        point_number = {point: i for i, point in enumerate(points)}
        row_of = {pair: i for i, pair in enumerate(pairs)}
        rank = np.array([-1, *(row_of[pair] for pair in self._numbered)], dtype=np.int64)
        origin_lists = [[sms_number[one] for one in self._pairs[pair]] for pair in pairs]
        table = np.full((len(points), LEGS + 2 * self.depth), -1, dtype=np.int64)
        for row, (topology, first, second, free) in enumerate(points):
            table[row, TOPOLOGY], table[row, FREE] = topology, free
            table[row, LEGS : LEGS + len(first)] = first
            table[row, LEGS + self.depth : LEGS + self.depth + len(second)] = second
        shared = [0] * len(sms)
        reverse: list[list[int]] = [[] for _ in sms]
        for number, listed in enumerate(origin_lists):
            for one in listed:
                reverse[one].append(number)
                shared[one] |= len(listed) > 1
        origin_first, origin_sms = _listed(origin_lists)
        sms_first, sms_points = _listed([[point_number[point] for point in self._points[one]] for one in sms])
        sms_origin_first, sms_origins = _listed(reverse)
        return Arrays(
            self._chains,
            self._numbers,
            rank,
            np.stack([origin_first, np.array([*(masks[a] | masks[b] for a, b in pairs), 0], dtype=np.int64)], axis=1),
            origin_sms,
            np.stack([sms_first, sms_origin_first, np.array([*shared, 0], dtype=np.int64)], axis=1),
            sms_points,
            sms_origins,
            table,
        )

    @property
    def nbytes(self) -> int:
        """Rough size in bytes."""
        objects = len(self._pairs) + len(self._points) + len(self.arrays.points) + len(self._chains)
        return sum(array.nbytes for array in self.arrays) + OBJECT_BYTES * objects


class TooManyChainsError(Exception):
    """A model with more chains than a structure holds: it has to be pruned."""


def _signed(decays: Mapping[int, Sequence[tuple[int, Channel]]], matcher: Matcher) -> dict[int, list[Decay]]:
    """Decays of particles and antiparticles, with classes for the SM daughters."""
    out: dict[int, list[Decay]] = {}
    for pid, listed in decays.items():
        for sign in (1,) if PARTICLES[pid].self_conjugate else (1, -1):
            out[sign * pid] = [
                (ratio, _conjugate(new, sign), matcher.codes(tuple(standard), sign))
                for ratio, (new, *standard) in listed
            ]
    return out


def _conjugate(pid: int, sign: int) -> int:
    return pid if PARTICLES[abs(pid)].self_conjugate else sign * pid


def _listed(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    counts = np.array([0, *(len(entry) for entry in lists)], dtype=np.int64)
    return np.cumsum(counts), np.array([i for entry in lists for i in entry], dtype=np.int64)
