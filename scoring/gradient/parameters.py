"""The numbers of a proto-model as one vector, with names and units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from protomodels.channels import Channel, is_open
from protomodels.errors import ModelError
from protomodels.model import Pair, ProtoModel
from protomodels.particles import PARTICLES, SM_LABELS
from protomodels.xsec import production_pairs

Floats = NDArray[np.float64]
Kind = Literal["mass", "ratio", "kappa"]


@dataclass(frozen=True)
class Parameter:
    """One number of a model.

    Attributes
    ----------
    name: ``m(X_t1)``, ``BR(X_t1 -> t X_Z1)`` or ``kappa(X_t1, X_t1)``; an antiparticle is written ``~X_W1`` where two
        pairs of the model would have the same name.
    kind: mass, ratio or kappa.
    unit: GeV; empty for pure numbers.
    pid: of a mass, or of the mother of a branching ratio; 0 for kappas.
    channel: of a branching ratio; empty for others.
    pair: of a kappa; zeros for others.
    """

    name: str
    kind: Kind
    unit: str = ""
    pid: int = 0
    channel: Channel = ()
    pair: Pair = (0, 0)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Masses of all particles, branching ratios of those with several channels, kappas of all produced pairs.

    Attributes
    ----------
    listed: n parameters: masses by pid, then branching ratios, then kappas.
    values: GeV and pure numbers, (n,).

    >>> model = ProtoModel({1000022: 100.0, 1000006: 500.0}, {1000006: {(1000022, 6): 1.0}})
    >>> Parameters.of(model).names
    ('m(X_t1)', 'm(X_Z1)', 'kappa(X_t1, X_t1)')
    """

    listed: tuple[Parameter, ...]
    values: Floats

    @classmethod
    def of(cls, model: ProtoModel) -> Parameters:
        """The parameters of a model."""
        listed = [Parameter(f"m({PARTICLES[pid].name})", "mass", "GeV", pid) for pid in model.masses]
        values = [*model.masses.values()]
        for pid, channels in model.decays.items():
            if len(channels) > 1:
                listed += [Parameter(decay_name(pid, c), "ratio", "", pid, c) for c in channels]
                values += channels.values()
        pairs = production_pairs(model.masses)
        listed += [Parameter(name, "kappa", pair=pair) for name, pair in zip(pair_names(pairs), pairs, strict=True)]
        return cls(tuple(listed), np.array([*values, *map(model.kappa, pairs)]))

    def __len__(self) -> int:
        return len(self.listed)

    @property
    def names(self) -> tuple[str, ...]:
        """Of all parameters."""
        return tuple(parameter.name for parameter in self.listed)

    def number(self, name: str) -> int:
        """The place of a parameter.

        Raises
        ------
        ModelError: where there is none of this name.
        """
        if name not in self.names:
            raise ModelError("parameter", name, "one of the model: " + ", ".join(self.names))
        return self.names.index(name)

    def of_kind(self, kind: Kind) -> list[int]:
        """The places of all masses, branching ratios or kappas."""
        return [i for i, parameter in enumerate(self.listed) if parameter.kind == kind]

    @cached_property
    def mothers(self) -> dict[int, list[int]]:
        """The places of the branching ratios of each particle that has several."""
        found: dict[int, list[int]] = {}
        for i in self.of_kind("ratio"):
            found.setdefault(self.listed[i].pid, []).append(i)
        return found

    @cached_property
    def directions(self) -> Floats:
        """Along which each parameter is changed, (n, n), a row each.

        Branching ratios of a particle sum to 1: where one grows by x, each other one shrinks by x times its share of
        the others.  All else changes alone.
        """
        out = np.eye(len(self))
        for own in self.mothers.values():
            for i in own:
                others = [j for j in own if j != i]
                out[i, others] = -self.values[others] / self.values[others].sum()
        return out

    @cached_property
    def free(self) -> Floats:
        """Orthonormal directions in which the parameters may be changed, (n, f): they keep sums of branching ratios."""
        bound = np.zeros((len(self.mothers), len(self)))
        for row, own in enumerate(self.mothers.values()):
            bound[row, own] = 1.0
        if not len(bound):
            return np.eye(len(self))
        keep = np.flatnonzero(~bound.any(axis=0))
        blocks = [np.eye(len(self))[:, keep]]
        for own in self.mothers.values():
            block = np.zeros((len(self), len(own) - 1))
            block[own] = np.linalg.svd(np.ones((1, len(own))))[2][1:].T
            blocks.append(block)
        return np.concatenate(blocks, axis=1)

    def model(self, like: ProtoModel, values: Floats) -> ProtoModel | None:
        """The model with other values, (n,); None where it cannot exist, or a decay would not be possible.

        Parameters
        ----------
        like: the model whose parameters these are.
        """
        masses, ssm = dict(like.masses), dict(like.ssm)
        decays = {pid: dict(channels) for pid, channels in like.decays.items()}
        for parameter, value in zip(self.listed, values.tolist(), strict=True):
            if parameter.kind == "mass":
                masses[parameter.pid] = value
            elif parameter.kind == "ratio":
                decays[parameter.pid][parameter.channel] = value
            else:
                ssm[parameter.pair] = value
        if any(not is_open(pid, channel, masses) for pid, channels in decays.items() for channel in channels):
            return None
        try:
            return ProtoModel(masses, decays, ssm, like.reference_order)
        except ModelError:
            return None


def decay_name(pid: int, channel: Channel) -> str:
    others = " ".join(SM_LABELS[sm] for sm in channel[1:])
    return f"BR({PARTICLES[pid].name} -> {others} {PARTICLES[channel[0]].name})".replace("->  ", "-> ")


def pair_names(pairs: Iterable[Pair]) -> list[str]:
    plain = [tuple(PARTICLES[abs(pid)].name for pid in pair) for pair in pairs]
    signed = [tuple("~" * (pid < 0) + PARTICLES[abs(pid)].name for pid in pair) for pair in pairs]
    count = Counter(map(frozenset, plain))
    chosen = [one if count[frozenset(one)] == 1 else full for one, full in zip(plain, signed, strict=True)]
    return [f"kappa({first}, {second})" for first, second in chosen]
