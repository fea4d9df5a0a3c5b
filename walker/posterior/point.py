"""A point of the space that is sampled, and the proto-model that it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from protomodels.channels import CHANNELS, Channel
from protomodels.model import ProtoModel, trusted
from protomodels.particles import LBP
from protomodels.settings import ReferenceOrder
from protomodels.xsec import production_pairs


@dataclass(frozen=True, slots=True)
class Decay:
    """How one particle decays.

    Attributes
    ----------
    channels: those that are open in the model, in the table's order; at least one.
    shares: their branching ratios, all above 0; None where they are equal, which costs no parameters.
    """

    channels: tuple[Channel, ...]
    shares: tuple[float, ...] | None = None

    def ratios(self) -> dict[Channel, float]:
        """The branching ratio of each channel."""
        if self.shares is None:
            return dict.fromkeys(self.channels, 1.0 / len(self.channels))
        return dict(zip(self.channels, self.shares, strict=True))


def decay_of(pid: int, shares: Mapping[Channel, float] | None, channels: tuple[Channel, ...] = ()) -> Decay:
    """A decay with channels in the table's order, and shares that sum to 1.

    Parameters
    ----------
    shares: of each channel, all above 0; None for equal ones of ``channels``.
    """
    known = channels if shares is None else tuple(shares)
    ordered = tuple(c for c in CHANNELS[pid] if c in known)
    if shares is None or len(ordered) == 1:
        return Decay(ordered)
    total = math.fsum(shares.values())
    return Decay(ordered, tuple(shares[c] / total for c in ordered))


@dataclass(frozen=True, slots=True)
class Point:
    """A content with all that belongs to it.

    Attributes
    ----------
    masses: GeV by pid, X_Z1 among them, pids ascending.
    decays: of each other particle, pids ascending.
    common: ln of the multiplier that all particles have which have none of their own.
    own: ln of the multipliers of the others, pids ascending.
    """

    masses: Mapping[int, float]
    decays: Mapping[int, Decay]
    common: float
    own: Mapping[int, float]

    @property
    def unstable(self) -> tuple[int, ...]:
        """pids of all particles but X_Z1, ascending."""
        return tuple(self.decays)

    @property
    def is_empty(self) -> bool:
        """Is X_Z1 alone, which no result sees: the Standard Model?"""
        return not self.decays

    def model(self, order: ReferenceOrder | None) -> ProtoModel:
        """The proto-model: the multiplier of a pair is the geometric mean of those of its particles.

        Parameters
        ----------
        order: of the reference cross sections.
        """
        logs = {pid: self.own.get(pid, self.common) for pid in self.masses}
        ssm = {(a, b): math.exp(0.5 * (logs[abs(a)] + logs[abs(b)])) for a, b in production_pairs(self.masses)}
        decays = {pid: MappingProxyType(decay.ratios()) for pid, decay in self.decays.items()}
        return trusted(dict(self.masses), decays, ssm, order)

    def to_values(self) -> dict[str, Any]:
        """As plain JSON values; floats keep their full precision."""
        return {
            "masses": {str(pid): mass for pid, mass in self.masses.items()},
            "decays": {
                str(pid): {"channels": [list(c) for c in decay.channels], "shares": decay.shares}
                for pid, decay in self.decays.items()
            },
            "common": self.common,
            "own": {str(pid): value for pid, value in self.own.items()},
        }

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Point:
        """The point that :meth:`to_values` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError: where the values are no such point.
        """
        decays = {}
        for pid, decay in values["decays"].items():
            shares = None if decay["shares"] is None else tuple(float(share) for share in decay["shares"])
            decays[int(pid)] = Decay(tuple(tuple(map(int, c)) for c in decay["channels"]), shares)
        masses = {int(pid): float(mass) for pid, mass in values["masses"].items()}
        own = {int(pid): float(value) for pid, value in values["own"].items()}
        return point_of(masses, decays, float(values["common"]), own)


def point_of(
    masses: Mapping[int, float], decays: Mapping[int, Decay], common: float, own: Mapping[int, float]
) -> Point:
    """A point with its parts in order: chains depend on it."""
    return Point(
        {pid: masses[pid] for pid in sorted(masses)},
        {pid: decays[pid] for pid in sorted(masses) if pid != LBP},
        common,
        {pid: own[pid] for pid in sorted(own)},
    )
