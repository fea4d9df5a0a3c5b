"""The directions in which a model can be changed a little, and the simpler models beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from protomodels.changes import with_kappas, with_masses, with_shares, without
from protomodels.channels import Channel, open_channels
from protomodels.model import Pair, ProtoModel, plain
from protomodels.particles import LBP
from protomodels.walker.moves import merge_candidates
from protomodels.xsec.terms import content_of

MASS_STEP: Final = 32.0
"""GeV; the first step of masses."""
STRENGTH_STEP: Final = 0.3
"""Of ln kappa."""
SHARE_STEP: Final = 0.25
"""Of a branching ratio."""
EQUAL: Final = 0.03
"""Multipliers within it are one, as for the parsimony prior."""
RARE: Final = 0.5
"""A particle whose multipliers are smaller is rarely produced."""
CLOSE: Final = 100.0
"""GeV; a particle closer to X_Z1 moves together with it as well."""


@dataclass(frozen=True, slots=True)
class Direction:
    """A way to change a model.

    Attributes
    ----------
    name: for people.
    move: the model changed by a step, of the size of the first one times the second argument; None where it cannot be.
    """

    name: str
    move: Callable[[ProtoModel, float], ProtoModel | None]


def directions(model: ProtoModel, off_shell: bool = True) -> list[Direction]:
    """Those of :func:`coarse_directions`, and branching ratios."""
    found = coarse_directions(model, off_shell)
    for pid in model.unstable:
        found += _shares(model, pid, off_shell)
    return found


def coarse_directions(model: ProtoModel, off_shell: bool = True) -> list[Direction]:
    """Masses one by one, with kappas or cross sections kept, and together; kappas."""
    pids = list(model.masses)
    found = [_masses([pid], keep, off_shell) for pid in pids for keep in ((False, True) if pid != LBP else (False,))]
    found += [_masses(pids, keep, off_shell) for keep in (False, True)]
    near = [pid for pid in model.unstable if model.masses[pid] - model.masses[LBP] < CLOSE]
    found += [_masses([LBP, pid], keep, off_shell) for pid in near if len(pids) > 2 for keep in (False, True)]
    found += [_strength(pid) for pid in pids]
    return found + [_equal_ones(pair) for pair in _first_of_equal(model)]


def directions_of(model: ProtoModel, pid: int, off_shell: bool = True) -> list[Direction]:
    """Those of one particle that is not the LBP: its mass, its kappas, its branching ratios."""
    if pid not in model.masses:
        return []
    found = [_masses([pid], keep, off_shell) for keep in (False, True)]
    return [*found, _strength(pid), *_shares(model, pid, off_shell)]


def simpler(model: ProtoModel, off_shell: bool = True) -> Iterator[ProtoModel]:
    """The model without each particle, with one channel alone, or with one multiplier 0 or equal to another."""
    for pid in model.unstable:
        if model.n_particles > 2:
            left = without(model, pid, off_shell)
            if left.n_particles > 1:
                yield left
    for pid in model.unstable:
        own = model.decays[pid]
        if len(own) > 1:
            for channel in own:
                yield with_shares(model, pid, {channel: 1.0})
                yield with_shares(model, pid, {c: r for c, r in own.items() if c != channel})
    yield from merge_candidates(model, off_shell)
    values = [model.kappa(pair) for pair in _first_of_equal(model)]
    for pair, kappa in model.ssm.items():
        for other in (0.0, *values):
            if kappa > 0.0 and abs(kappa - other) > EQUAL * kappa:
                yield with_kappas(model, plain(model.ssm) | {pair: other})


def hidden(model: ProtoModel, pid: int, off_shell: bool = True) -> Iterator[ProtoModel]:
    """A particle that is rarely produced, produced as its reference says instead, with most decays in one more channel.

    Both give the same signal of its own pair where results do not see that channel; a multiplier of 0.1 costs more than
    a second channel does, and no small step leads from one to the other.

    Parameters
    ----------
    pid: of the particle; nothing comes where none of its pairs is produced, or one with a multiplier above ``RARE``.
    """
    own = [pair for pair in content_of(model.masses).of.get(pid, ()) if model.ssm.get(pair, 0.0) > 0.0]
    largest = max((model.ssm[pair] for pair in own), default=1.0)
    if pid not in model.decays or largest > RARE:
        return
    scaled = with_kappas(model, plain(model.ssm) | {pair: model.ssm[pair] / largest for pair in own})
    shares, seen = model.decays[pid], math.sqrt(largest)
    for channel in open_channels(pid, model.masses, off_shell):
        ratios = {other: share * seen for other, share in shares.items()}
        ratios[channel] = ratios.get(channel, 0.0) + 1.0 - seen
        if len(ratios) > 1:
            yield with_shares(scaled, pid, ratios)


def _masses(own: list[int], keep_sections: bool, off_shell: bool) -> Direction:
    def move(model: ProtoModel, step: float) -> ProtoModel | None:
        if any(pid not in model.masses for pid in own):
            return None
        masses = plain(model.masses)
        for pid in own:
            masses[pid] += MASS_STEP * step
        return with_masses(model, masses, off_shell, own if keep_sections else ())

    return Direction(f"masses of {own}", move)


def _strength(pid: int) -> Direction:
    def move(model: ProtoModel, step: float) -> ProtoModel | None:
        return _times(model, content_of(model.masses).of.get(pid, ()), step)

    return Direction(f"kappas of {pid}", move)


def _equal_ones(pair: Pair) -> Direction:
    def move(model: ProtoModel, step: float) -> ProtoModel | None:
        kappa = model.ssm.get(pair, 0.0)
        return _times(model, [p for p, k in model.ssm.items() if abs(k - kappa) <= EQUAL * kappa], step)

    return Direction(f"kappas equal to that of {pair}", move)


def _times(model: ProtoModel, pairs: Iterable[Pair], step: float) -> ProtoModel | None:
    ssm, factor = plain(model.ssm), math.exp(STRENGTH_STEP * step)
    changed = [pair for pair in pairs if ssm.get(pair, 0.0) > 0.0]
    for pair in changed:
        ssm[pair] *= factor
    return with_kappas(model, ssm) if changed and len(changed) < len(ssm) else None


def _first_of_equal(model: ProtoModel) -> list[Pair]:
    """One pair of each group of equal multipliers that are not 0."""
    found: list[Pair] = []
    for pair, kappa in model.ssm.items():
        if kappa > 0.0 and not any(abs(kappa - model.ssm[other]) <= EQUAL * kappa for other in found):
            found.append(pair)
    return found


def _shares(model: ProtoModel, pid: int, off_shell: bool) -> list[Direction]:
    channels = open_channels(pid, model.masses, off_shell)
    return [_share(pid, channel, off_shell) for channel in channels] if len(channels) > 1 else []


def _share(pid: int, channel: Channel, off_shell: bool) -> Direction:
    def move(model: ProtoModel, step: float) -> ProtoModel | None:
        own = model.decays.get(pid)
        # a change of masses may have closed it since
        if own is None or (channel not in own and channel not in open_channels(pid, model.masses, off_shell)):
            return None
        share = own.get(channel, 0.0)
        new = min(1.0, max(0.0, share + SHARE_STEP * step))
        rest = 1.0 - share
        if new == share or (rest <= 0.0 and new < 1.0):
            return None
        ratios = {c: r * (1.0 - new) / rest for c, r in own.items() if c != channel} if rest > 0.0 else {}
        ratios = {c: r for c, r in ratios.items() if r > 0.0} | ({channel: new} if new > 0.0 else {})
        return with_shares(model, pid, ratios)

    return Direction(f"share of {pid} -> {channel}", move)
