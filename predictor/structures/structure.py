"""What a prediction needs besides numbers: decay chains, their pairs, the topologies these match, slots of masses.

It depends on the particles, their open channels and which gaps are compressed, not on the values: walks that change
masses, branching ratios or cross sections mostly stay within one structure.  Pairs of chains are worked out when a
model first makes them strong enough; ``complete`` says what is still unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from protomodels.channels import Channel
from protomodels.errors import PredictionError
from protomodels.particles import PARTICLES, particle_mask
from protomodels.predictor.structures.arrays import NOTHING, UNKNOWN, Arrays
from protomodels.predictor.structures.chains import Chain, Decay, Legs, chains_from, compressed
from protomodels.predictor.structures.matching import Matcher
from protomodels.results.compiled.tables import Floats, Ints
from protomodels.settings import MASS_GAP

MAX_CHAINS = 4000
"""Structures with more chains are pruned for one model and not kept."""
MAX_CLASSES = 8000
"""A model with more different chains is not evaluated."""


LegKey = tuple[tuple[int, int, bool, tuple[int, ...]], ...]
SmsKey = tuple[LegKey, LegKey]
"""What two SMS must have in common to be one: kinds, particles and SM classes of both legs, in order."""
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
        widths: Ints,
        keep: Callable[[int, tuple[int, ...]], bool] | None = None,
    ) -> None:
        """Build the chains.

        Parameters
        ----------
        decays: for each pid (index of the branching ratio, signed daughters).
        masses: GeV by pid.
        roots: signed pids of the produced particles.
        widths: number of efficiencies of a point of each topology.
        keep: given a root and the indices of the branching ratios along a chain, is the chain wanted?

        Raises
        ------
        TooManyChainsError: where there are more than ``MAX_CHAINS`` without ``keep``.
        PredictionError: where there are still too many with it.
        """
        self._matcher, self._widths = matcher, widths
        self._masses = dict(masses)
        self.pids = tuple(sorted(masses))
        self._place = {pid: i for i, pid in enumerate(self.pids)}
        self._neutrino = matcher.code(12)
        self.chains: dict[int, tuple[int, int]] = {}
        self._classes: dict[object, int] = {}
        self._examples: list[Chain] = []
        self._build_chains(_signed(decays, matcher), roots, keep)
        self._pairs: dict[tuple[int, int], list[SmsKey]] = {}
        self._sms: dict[SmsKey, list[Point]] = {}
        self._legs: dict[SmsKey, Legs] = {}
        self.arrays = self._freeze()
        self.efficiencies = np.zeros(0)
        self.point_masses = np.zeros((0, 0))

    def _build_chains(
        self,
        decays: Mapping[int, Sequence[Decay]],
        roots: Sequence[int],
        keep: Callable[[int, tuple[int, ...]], bool] | None,
    ) -> None:
        ratios: list[tuple[int, ...]] = []
        classes: list[int] = []
        for root in roots:
            begin = len(ratios)
            for used, chain in chains_from(root, decays, partial(keep, root) if keep else None):
                if keep is None and len(ratios) >= MAX_CHAINS:
                    raise TooManyChainsError
                if len(self._classes) >= MAX_CLASSES:
                    raise PredictionError(f"the model has more than {MAX_CLASSES} different decay chains")
                key = tuple((self._kind(pid), abs(pid), sm) for pid, sm in chain)
                if key not in self._classes:
                    self._classes[key] = len(self._classes)
                    self._examples.append(chain)
                ratios.append(used)
                classes.append(self._classes[key])
            self.chains[root] = (begin, len(ratios))
        self.depth = 1 + max((len(used) for used in ratios), default=0)
        self._chain_ratios = np.full((len(ratios), self.depth), -1, dtype=np.int64)
        for row, used in enumerate(ratios):
            self._chain_ratios[row, : len(used)] = used
        self._chain_class = np.array(classes, dtype=np.int64)

    def _kind(self, pid: int) -> int:
        return self._matcher.kind(pid)

    def learn(self, pairs: NDArray[np.int64]) -> None:
        """Work out pairs of classes, (n, 2)."""
        for first, second in np.unique(np.sort(pairs, axis=1), axis=0).tolist():
            self._pairs[(first, second)] = self._sms_from(self._examples[first], self._examples[second])
        before, first_value = self._point_rows, self.arrays.point_first
        efficiencies, masses = self.memory()
        self.arrays = self._freeze()
        new, new_masses = self.memory()
        for point, row in before.items():
            at, place = first_value[row], self._point_rows[point]
            width, to = first_value[row + 1] - at, self.arrays.point_first[place]
            new[to : to + width], new_masses[place] = efficiencies[at : at + width], masses[row]

    def _sms_from(self, first: Chain, second: Chain) -> list[SmsKey]:
        """The SMS that a pair of chains compresses to, those that match results."""
        every = compressed((first, second), self._masses, MASS_GAP, self._neutrino)
        return [key for legs in every if self._points_of(key := self._key(legs))]

    def _key(self, legs: Legs) -> SmsKey:
        keys = sorted((tuple((self._kind(pid), abs(pid), sm is None, sm or ()) for pid, sm in c), c) for c in legs)
        (key_a, a), (key_b, b) = keys
        self._legs.setdefault((key_a, key_b), (a, b))
        return key_a, key_b

    def _points_of(self, key: SmsKey) -> list[Point]:
        """The points of an SMS; none where it matches no result."""
        if key not in self._sms:
            a, b = self._legs[key]
            points: list[Point] = []
            for match in self._matcher.matches(self._matcher.symbol(a), self._matcher.symbol(b)):
                legs_a, legs_b = (tuple(self._place[abs(pid)] for pid, _ in chain) for chain in (a, b))
                free = match.straight and match.crossed
                if not match.straight or (free and legs_b < legs_a):
                    legs_a, legs_b = legs_b, legs_a
                points.append((match.topology, legs_a, legs_b, free))
            self._sms[key] = points
        return self._sms[key]

    def _freeze(self) -> Arrays:
        """All of it as arrays, numbered by content: sums do not depend on the order in which pairs were met."""
        pairs = sorted(pair for pair, found in self._pairs.items() if found)
        sms = sorted({key for pair in pairs for key in self._pairs[pair]})
        points = sorted({point for key in sms for point in self._sms[key]})
        sms_number = {key: i for i, key in enumerate(sms)}
        point_number = self._point_rows = {point: i for i, point in enumerate(points)}
        n_classes = len(self._examples)
        origin = np.full((n_classes, n_classes), UNKNOWN, dtype=np.int32)
        for (a, b), found in self._pairs.items():
            if not found:
                origin[a, b] = origin[b, a] = NOTHING
        for number, (a, b) in enumerate(pairs):
            origin[a, b] = origin[b, a] = number
        particles = [particle_mask(abs(pid) for pid, _ in (*self._examples[a], *self._examples[b])) for a, b in pairs]
        origin_lists = [[sms_number[key] for key in self._pairs[pair]] for pair in pairs]
        legs = np.full((len(points), 2, self.depth), -1, dtype=np.int64)
        for row, (_, first, second, _) in enumerate(points):
            legs[row, 0, : len(first)] = first
            legs[row, 1, : len(second)] = second
        topology = np.array([point[0] for point in points], dtype=np.int64)
        shared = np.zeros(len(sms), dtype=np.bool_)
        reverse: list[list[int]] = [[] for _ in sms]
        for number, listed in enumerate(origin_lists):
            if len(listed) > 1:
                shared[listed] = True
            for one in listed:
                reverse[one].append(number)
        sms_origin_first, sms_origins = _listed(reverse)
        origin_first, origin_sms = _listed(origin_lists)
        sms_first, sms_points = _listed([[point_number[point] for point in self._sms[key]] for key in sms])
        return Arrays(
            self._chain_ratios,
            self._chain_class,
            origin,
            origin_first,
            origin_sms,
            np.array(particles, dtype=np.int64),
            sms_first,
            sms_points,
            topology,
            np.array([point[3] for point in points], dtype=np.bool_),
            legs,
            np.concatenate([[0], np.cumsum(self._widths[topology])]).astype(np.int64),
            shared,
            sms_origin_first,
            sms_origins,
        )

    def memory(self) -> tuple[Floats, Floats]:
        """Efficiencies of the last evaluation of each point, and the masses they belong to (NaN: of none)."""
        points = len(self.arrays.point_topology)
        if len(self.point_masses) != points or len(self.efficiencies) != self.arrays.point_first[-1]:
            self.efficiencies = np.zeros(int(self.arrays.point_first[-1]))
            self.point_masses = np.full((points, 2 * self.depth), np.nan)
        return self.efficiencies, self.point_masses

    @property
    def nbytes(self) -> int:
        """Rough size in bytes."""
        return sum(array.nbytes for array in self.arrays) + self.efficiencies.nbytes + self.point_masses.nbytes


class TooManyChainsError(Exception):
    """A model with more chains than a structure holds: it has to be pruned."""


def _signed(decays: Mapping[int, Sequence[tuple[int, Channel]]], matcher: Matcher) -> dict[int, list[Decay]]:
    """Decays of particles and antiparticles, with classes for the SM daughters."""
    out: dict[int, list[Decay]] = {}
    for pid, listed in decays.items():
        for sign in (1,) if PARTICLES[pid].self_conjugate else (1, -1):
            out[sign * pid] = [
                (ratio, _conjugate(new, sign), tuple(sorted(matcher.code(sign * sm) for sm in standard)))
                for ratio, (new, *standard) in listed
            ]
    return out


def _conjugate(pid: int, sign: int) -> int:
    return pid if PARTICLES[abs(pid)].self_conjugate else sign * pid


def _listed(lists: Sequence[Sequence[int]]) -> tuple[Ints, Ints]:
    counts = np.array([0, *(len(entry) for entry in lists)], dtype=np.int64)
    return np.cumsum(counts), np.array([i for entry in lists for i in entry], dtype=np.int64)
