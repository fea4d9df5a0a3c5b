"""Two new particles at once, one of which decays into the other: each alone may give nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.changes import without
from protomodels.channels import Channel, open_channels
from protomodels.model import ProtoModel, plain
from protomodels.particles import any_in_corridor, mass_interval
from protomodels.walker.moves.add import absent_particles
from protomodels.walker.moves.places import GAPS, log_uniform, placed, tried_kappa, tried_mass, tried_particle

FAR: Final = 500.0
"""GeV; all decays are open at such distances."""
SOFT: Final = (2.0, 150.0)
"""GeV; gaps of decays that few results see, so that production may be large."""


@dataclass(frozen=True)
class Chain:
    """A mother that decays into a new daughter, and the daughter into something that is there.

    All tries of a proposal have the same particles and decays; masses and kappas are drawn for each.

    Attributes
    ----------
    tries: models that are proposed.
    replace: share of the proposals in which the two take the place of another particle.
    soft: share of the tries in which both gaps, of the daughter to any particle and of the mother to her, are
        log-uniform in ``SOFT``.
    near: of the others, the share in which the mother's gap to the daughter is log-uniform in ``GAPS``.
    """

    off_shell: bool = True
    tries: int = 100
    replace: float = 0.5
    near: float = 0.5
    soft: float = 0.5

    def propose(
        self, model: ProtoModel, rng: np.random.Generator, spares: Sequence[int] = ()
    ) -> tuple[list[ProtoModel], int | None]:
        """Up to ``tries`` models, and the pid of the mother; none where no such pair is left.

        Parameters
        ----------
        spares: particles that the model can do without; where one is replaced, it is one of these seven times of eight.
        """
        if model.unstable and rng.random() < self.replace:
            own = spares if spares and rng.random() < 0.875 else model.unstable
            model = without(model, own[int(rng.integers(len(own)))], self.off_shell)
        kinds = self._kinds(model)
        if not kinds:
            return [], None
        mother = tried_particle(list(kinds), rng)
        first, daughter, second = kinds[mother][int(rng.integers(len(kinds[mother])))]
        tried = (self._one(model, (mother, first), (daughter, second), rng) for _ in range(self.tries))
        return [one for one in tried if one is not None], mother

    def _kinds(self, model: ProtoModel) -> dict[int, list[tuple[Channel, int, Channel]]]:
        """For each mother that is absent: its decays to each daughter that is, and the daughter's decays."""
        absent, top = absent_particles(model.masses), max(model.masses.values())
        found: dict[int, list[tuple[Channel, int, Channel]]] = {}
        for mother in absent:
            for daughter in absent:
                masses = plain(model.masses) | {daughter: top + FAR, mother: top + 3.0 * FAR}
                first = [channel for channel in open_channels(mother, masses, self.off_shell) if channel[0] == daughter]
                if daughter != mother and first:
                    second = [c for c in open_channels(daughter, masses, self.off_shell) if c[0] != mother]
                    found.setdefault(mother, []).extend((one, daughter, two) for one in first for two in second)
        return {mother: ways for mother, ways in found.items() if ways}

    def _one(
        self, model: ProtoModel, heavy: tuple[int, Channel], light: tuple[int, Channel], rng: np.random.Generator
    ) -> ProtoModel | None:
        """With masses at random; None where a decay is not open."""
        soft = rng.random() < self.soft
        for near, (pid, channel) in ((None, light), (light[0], heavy)):
            mass = self._softly(model, pid, near, rng) if soft else self._mass(model, pid, near, rng)
            if mass is None or channel not in open_channels(pid, plain(model.masses) | {pid: mass}, self.off_shell):
                return None
            model = placed(model, pid, mass, {channel: 1.0}, tried_kappa(rng))
        return model

    def _mass(self, model: ProtoModel, pid: int, near: int | None, rng: np.random.Generator) -> float | None:
        if near is None or rng.random() >= self.near:
            return tried_mass(model, pid, rng)
        return _above(model, pid, near, log_uniform(*GAPS, rng))

    def _softly(self, model: ProtoModel, pid: int, near: int | None, rng: np.random.Generator) -> float | None:
        if near is None:
            near = list(model.masses)[int(rng.integers(len(model.masses)))]
        return _above(model, pid, near, log_uniform(*SOFT, rng))


def _above(model: ProtoModel, pid: int, other: int, gap: float) -> float | None:
    """The mass that is ``gap`` above that of another particle, GeV; None where it is not allowed."""
    low, high = mass_interval(pid, model.masses)
    mass = model.masses[other] + gap
    return mass if low <= mass <= high and not any_in_corridor(plain(model.masses) | {pid: mass}) else None
