"""All that a model produces, by group and final state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from protomodels.predictor.general.coverage.fates import Follower, Way, Ways, compressed
from protomodels.predictor.general.coverage.final_states import Fate, Fates, FinalState, final_state
from protomodels.predictor.general.decomposition import Decomposition
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.sms import Event

PROMPT: Final = "prompt"
DISPLACED: Final = "displaced"
MISSING: Final = "missing"
OUTSIDE: Final = "outside"
"""Groups of SModelS: missing where decays are prompt, where some are displaced, missing at all, outside all grids."""
ROUNDING: Final = 1e-9
"""A smaller part of a final state is the rounding of two sums."""

Mothers = tuple[int, ...]
"""Classes of the produced particles, in ascending order."""
Table = dict[tuple[FinalState, Mothers], float]
"""fb of each final state of each pair of produced particles, times the probability of such decays."""
Variants = tuple[list[Fate], list[Fate]]
"""The fates of the produced particles after all compression, and after that of soft decays only."""


def everything(found: Decomposition, fates: Fates, options: Options, column: int) -> dict[str, Table]:
    """All that is produced and followed, for each group of missing events, as if no result saw any of it.

    Parameters
    ----------
    column: of the energy.

    Raises
    ------
    PredictionError: as :class:`Follower`.
    """
    follower, classes = Follower(found, fates, options), found.model.classes
    groups: dict[str, Table] = {name: defaultdict(float) for name in (PROMPT, DISPLACED, MISSING)}
    for pair, sigma in zip(found.pairs, found.sigma, strict=True):
        largest = float(sigma.max(initial=0.0))
        if largest < options.sigmacut:
            continue
        mothers = tuple(sorted(classes[pid] for pid in pair))
        ways = [follower.ways(pid) for pid in pair]
        for numbers, ratio in _joined(ways, options.sigmacut / largest):
            both = _both([own.ways[i] for own, i in zip(ways, numbers, strict=True)], found, fates, options)
            add(groups, groups, both, mothers, float(sigma[column]) * ratio)
    return groups


def add(groups: Mapping[str, Table], names: Iterable[str], both: Variants, mothers: Mothers, sigma: float) -> None:
    """Add an event to some groups, as that variant of it of which more is in the group.

    These differ where a long-lived particle decays to invisible ones: the decay may be displaced, and is not seen.
    """
    states = [final_state(fate.branch for fate in own) for own in both]
    shares = [_shares(own) for own in both]
    for name in names:
        first, second = (own[name] for own in shares)
        which = int(second > first * (1.0 + ROUNDING))
        groups[name][states[which], mothers] += sigma * (first, second)[which]


def variants(found: Decomposition, event: Event, fates: Fates, options: Options) -> Variants:
    """Both variants of an event."""
    after, soft = compressed(found, event, options)
    return [fates.of(tree) for tree in after], [fates.of(tree) for tree in soft]


def _both(ways: list[Way], found: Decomposition, fates: Fates, options: Options) -> Variants:
    if all(way.tree >= 0 for way in ways):
        return variants(found, tuple(way.tree for way in ways), fates, options)
    return [way.fate for way in ways], [way.visible for way in ways]


def _shares(fates: list[Fate]) -> dict[str, float]:
    """Probability that all decays are prompt, that some are displaced and none later, and of both together."""
    prompt = in_time = stable = 1.0
    for fate in fates:
        prompt, in_time, stable = prompt * fate.prompt, in_time * fate.in_time, stable * fate.stable
    total = in_time * stable
    return {PROMPT: prompt * stable, DISPLACED: (in_time - prompt) * stable, MISSING: total, OUTSIDE: total}


def _joined(ways: list[Ways], least: float) -> list[tuple[tuple[int, ...], float]]:
    """Ways of all produced particles together, with the sum of the products of branching ratios above the cut."""
    first = ways[0]
    if len(ways) == 1:
        kept = first.ratio >= least
        sums = np.bincount(first.number[kept], first.ratio[kept], minlength=len(first.ways))
        return [((i,), float(sums[i])) for i in np.flatnonzero(sums).tolist()]
    second, size = ways[1], len(ways[1].ways)
    found: dict[int, float] = defaultdict(float)
    for way in np.unique(first.number).tolist():
        own = first.ratio[first.number == way]
        # how many of the second's paths, the strongest first, are above the cut with each of the first's
        counts = np.searchsorted(-second.ratio, -least / own, side="right")
        if not counts.any():
            continue
        # each path of the second meets the strongest of the first: all that need no more than it
        reach = np.searchsorted(-counts, -np.arange(1, counts[0] + 1), side="right")
        partner = np.concatenate([[0.0], np.cumsum(own)])[reach]
        n = int(counts[0])
        sums = np.bincount(second.number[:n], second.ratio[:n] * partner, minlength=size)
        for other in np.flatnonzero(sums).tolist():
            found[way * size + other] += float(sums[other])
    return [(divmod(key, size), ratio) for key, ratio in found.items()]
