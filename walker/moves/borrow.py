"""A particle as another walker has it: excesses that were found apart come together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from protomodels.changes import with_kappas, with_particle, without
from protomodels.channels import open_channels
from protomodels.model import ProtoModel, plain
from protomodels.particles import LBP, any_in_corridor, mass_interval
from protomodels.walker.moves.add import absent_particles


@dataclass(frozen=True)
class Borrow:
    """A random particle of another model, with its decays and what it decays into, in this one.

    Its masses are those it has there, or have the same gaps to X_Z1.  Its own pairs bring their kappas; a pair with a
    particle that only this model has is not produced.  A particle that is there already gives way.

    Attributes
    ----------
    tries: particles that are drawn until one fits.
    """

    off_shell: bool = True
    tries: int = 8

    def propose(
        self, model: ProtoModel, others: Sequence[ProtoModel], rng: np.random.Generator
    ) -> tuple[list[ProtoModel], int | None]:
        """Up to two models with a particle of one of the others, and its pid; none where none fits."""
        rich = [other for other in others if other.unstable]
        for _ in range(self.tries if rich else 0):
            other = rich[int(rng.integers(len(rich)))]
            pid = other.unstable[int(rng.integers(len(other.unstable)))]
            base = without(model, pid, self.off_shell) if pid in model.masses else model
            if pid in base.masses:
                continue  # the heavier of its multiplet has taken its place
            shifts = dict.fromkeys((0.0, base.masses[LBP] - other.masses[LBP]))
            found = [one for shift in shifts if (one := self._with(base, other, pid, shift)) is not None]
            if found:
                return found, pid
        return [], None

    def _with(self, base: ProtoModel, other: ProtoModel, pid: int, shift: float) -> ProtoModel | None:
        """The model with a particle of another one, its masses there moved by ``shift`` (GeV); None if impossible."""
        new = base
        for one in sorted(_with_daughters(other, pid, base), key=lambda p: other.masses[p]):
            mass = other.masses[one] + shift
            masses = plain(new.masses) | {one: mass}
            low, high = mass_interval(one, new.masses)
            if one not in absent_particles(new.masses) or not low <= mass <= high or any_in_corridor(masses):
                return None
            channels = set(open_channels(one, masses, self.off_shell))
            shares = {channel: share for channel, share in other.decays[one].items() if channel in channels}
            total = sum(shares.values())
            if total <= 0.0:
                return None
            new = with_particle(new, one, mass, {channel: share / total for channel, share in shares.items()})
        kappas = {pair: base.ssm[pair] if pair in base.ssm else other.ssm.get(pair, 0.0) for pair in new.ssm}
        return with_kappas(new, kappas)


def _with_daughters(other: ProtoModel, pid: int, base: ProtoModel) -> set[int]:
    """The particle, and what it decays into there that is absent here."""
    found, waiting = set(), [pid]
    while waiting:
        one = waiting.pop()
        found.add(one)
        daughters = {channel[0] for channel in other.decays[one]}
        waiting += [d for d in daughters if d != LBP and d not in base.masses and d not in found]
    return found
