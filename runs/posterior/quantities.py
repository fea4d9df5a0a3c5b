"""Draws of models as series of numbers: one for each quantity that is judged and reported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.channels import Channel, channel_label
from protomodels.model import ProtoModel
from protomodels.particles import LBP, PARTICLES
from protomodels.production import cross_sections
from protomodels.walker.posterior import Draw

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Series:
    """A quantity in the draws of all chains.

    Attributes
    ----------
    name: ``m(X_t1)``, GeV; ``BR(X_t1 -> X_Z1 t)``, 0 where both are there without this channel; ``kappa(X_t1)``, of
        its pair; ``sigma(X_t1)``, fb at 13 TeV, of all pairs with it; ``X_t1``, 1 where it is there; and
        ``log_likelihood``, ``log_prior``, ``n_particles``.
    given: the particles without which it is not there; none for what every model has.
    chains: its values in each chain, in the order of the draws in which it is there, (n_i,).
    share: of all draws, those in which it is there.
    """

    name: str
    given: tuple[int, ...]
    chains: tuple[Floats, ...]
    share: float


def series_of(chains: Sequence[Sequence[Draw]]) -> list[Series]:
    """All quantities of the draws: of the whole model, whether each particle is there, and what each has."""
    found = [
        _series("log_likelihood", (), chains, lambda draw: draw.log_likelihood),
        _series("log_prior", (), chains, lambda draw: draw.log_prior),
        _series("n_particles", (), chains, lambda draw: float(len(draw.model.masses))),
    ]
    produced = _Produced()
    seen = {pid for chain in chains for draw in chain for pid in draw.model.masses}
    for pid in sorted(seen):
        found += _own(pid, chains, produced)
    return found


def _own(pid: int, chains: Sequence[Sequence[Draw]], produced: _Produced) -> list[Series]:
    """What a particle has; X_Z1 is always there, and has its mass alone."""
    name = PARTICLES[pid].name
    mass = _series(f"m({name})", (pid,), chains, lambda draw: draw.model.masses[pid])
    if pid == LBP:
        return [mass]
    kappa = _series(f"kappa({name})", (pid,), chains, lambda draw: multiplier(draw.model, pid))
    sigma = _series(f"sigma({name})", (pid,), chains, lambda draw: produced(draw.model, pid))
    return [indicator(pid, chains), mass, *_shares(pid, chains), kappa, sigma]


def indicator(pid: int, chains: Sequence[Sequence[Draw]]) -> Series:
    """Whether a particle is there."""
    return _series(PARTICLES[pid].name, (), chains, lambda draw: float(pid in draw.model.masses))


class _Produced:
    """Cross sections of models, each computed once: chains stay where they are again and again."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int, float]] = {}

    def __call__(self, model: ProtoModel, pid: int) -> float:
        """fb at 13 TeV of all pairs with a particle; the model has to live as long as this object."""
        if id(model) not in self._known:
            found = cross_sections(model, (13.0,))
            sums: dict[int, float] = {}
            for pair, sigma in zip(found.pairs, found.sigma[:, 0].tolist(), strict=True):
                for one in {abs(member) for member in pair}:
                    sums[one] = sums.get(one, 0.0) + sigma
            self._known[id(model)] = sums
        return self._known[id(model)].get(pid, 0.0)


def multiplier(model: ProtoModel, pid: int) -> float:
    """The signal strength multiplier of the pair of a particle and its antiparticle."""
    return model.kappa((pid, pid) if PARTICLES[pid].self_conjugate else (-pid, pid))


def _shares(pid: int, chains: Sequence[Sequence[Draw]]) -> list[Series]:
    """Of each channel that a particle has in some draw; a particle with one channel alone has nothing to say."""
    channels = sorted({c for chain in chains for draw in chain for c in draw.model.decays.get(pid, {})})
    if len(channels) < 2:
        return []

    def share(channel: Channel) -> Callable[[Draw], float]:
        return lambda draw: draw.model.decays[pid].get(channel, 0.0)

    name = PARTICLES[pid].name
    return [_series(f"BR({name} -> {channel_label(c)})", (pid, c[0]), chains, share(c)) for c in channels]


def _series(
    name: str, given: tuple[int, ...], chains: Sequence[Sequence[Draw]], value: Callable[[Draw], float]
) -> Series:
    values = tuple(
        np.array([value(draw) for draw in chain if all(pid in draw.model.masses for pid in given)], dtype=np.float64)
        for chain in chains
    )
    n = sum(map(len, chains))
    return Series(name, given, values, sum(map(len, values)) / n if n else 0.0)
