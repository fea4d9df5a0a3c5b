"""What a prediction needs besides numbers: decay chains, their pairs, the topologies these match, slots of masses.

It depends on the particles, their open channels and which gaps are compressed, not on the values: walks that change
masses, branching ratios or cross sections mostly stay within one structure.  Pairs of chains are worked out when a
model first makes them strong enough; ``complete`` says what is still unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from predictor.compiled.chains import Chain, Decay, Legs, chains_from, compressed
from predictor.compiled.matching import Matcher
from predictor.compiled.tables import Floats, Ints
from protomodels.channels import Channel
from protomodels.errors import PredictionError
from protomodels.particles import PARTICLES, particle_mask
from protomodels.settings import MASS_GAP

MAX_CHAINS = 4000
"""Structures with more chains are pruned for one model and not kept."""
MAX_CLASSES = 8000
"""A model with more different chains is not evaluated."""
UNKNOWN = -2
"""Pairs of chains that were not looked at yet."""
NOTHING = -1
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
        n = len(self._examples)
        self._origin = np.full((n, n), UNKNOWN, dtype=np.int32)
        self._origins: list[list[int]] = []
        self._origin_particles: list[int] = []
        self._sms: dict[object, int] = {}
        self._sms_points: list[list[int]] = []
        self._points: dict[tuple[int, tuple[int, ...], tuple[int, ...], bool], int] = {}
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
            number = self._origin_of(self._examples[first], self._examples[second])
            self._origin[first, second] = self._origin[second, first] = number
        self.arrays = self._freeze()

    def _origin_of(self, first: Chain, second: Chain) -> int:
        found = [
            sms
            for legs in compressed((first, second), self._masses, MASS_GAP, self._neutrino)
            if (sms := self._sms_of(legs)) is not None
        ]
        if not found:
            return NOTHING
        self._origins.append(found)
        self._origin_particles.append(particle_mask(abs(pid) for pid, _ in (*first, *second)))
        return len(self._origins) - 1

    def _sms_of(self, legs: Legs) -> int | None:
        """Number of the SMS of these legs; None where it matches no result."""
        keys = sorted((tuple((self._kind(pid), abs(pid), sm is None, sm or ()) for pid, sm in c), c) for c in legs)
        (key_a, a), (key_b, b) = keys
        key = (key_a, key_b)
        if key not in self._sms:
            symbols = (self._matcher.symbol(a), self._matcher.symbol(b))
            points = []
            for match in self._matcher.matches(*symbols):
                legs_a, legs_b = (tuple(self._place[abs(pid)] for pid, _ in chain) for chain in (a, b))
                free = match.straight and match.crossed
                if not match.straight or (free and legs_b < legs_a):
                    legs_a, legs_b = legs_b, legs_a
                points.append(self._points.setdefault((match.topology, legs_a, legs_b, free), len(self._points)))
            self._sms[key] = len(self._sms_points) if points else NOTHING
            if points:
                self._sms_points.append(points)
        number = self._sms[key]
        return None if number == NOTHING else number

    def _freeze(self) -> Arrays:
        n = len(self._points)
        legs = np.full((n, 2, self.depth), -1, dtype=np.int64)
        topology, free = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
        for (number, first, second, both), row in self._points.items():
            topology[row], free[row] = number, both
            legs[row, 0, : len(first)] = first
            legs[row, 1, : len(second)] = second
        shared = np.zeros(len(self._sms_points), dtype=np.bool_)
        for found in self._origins:
            if len(found) > 1:
                shared[found] = True
        origins: list[list[int]] = [[] for _ in self._sms_points]
        for number, found in enumerate(self._origins):
            for sms in found:
                origins[sms].append(number)
        sms_origin_first, sms_origins = _listed(origins)
        origin_first, origin_sms = _listed(self._origins)
        sms_first, sms_points = _listed(self._sms_points)
        return Arrays(
            self._chain_ratios,
            self._chain_class,
            self._origin,
            origin_first,
            origin_sms,
            np.array(self._origin_particles, dtype=np.int64),
            sms_first,
            sms_points,
            topology,
            free,
            legs,
            np.concatenate([[0], np.cumsum(self._widths[topology])]).astype(np.int64),
            shared,
            sms_origin_first,
            sms_origins,
        )

    def memory(self) -> tuple[Floats, Floats]:
        """Efficiencies of the last evaluation of each point, and the masses they belong to; grown as needed."""
        points, wanted = len(self._points), int(self.arrays.point_first[-1])
        if len(self.efficiencies) < wanted:
            self.efficiencies = np.concatenate([self.efficiencies, np.zeros(wanted - len(self.efficiencies))])
            fresh = np.full((points - len(self.point_masses), 2 * self.depth), np.nan)
            self.point_masses = np.concatenate([self.point_masses.reshape(-1, 2 * self.depth), fresh])
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
