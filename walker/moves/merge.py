"""Two close particles of a group into one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.channels import Channel, closing, open_channels
from protomodels.editor import ModelEditor, substitute
from protomodels.errors import ModelError
from protomodels.model import ProtoModel, normal_shares, plain, trusted
from protomodels.particles import MERGE_GROUPS, any_in_corridor
from protomodels.production import cross_sections, order_of
from protomodels.xsec import reference_cross_sections
from protomodels.xsec.terms import content_of

CLOSE: Final = 200.0
"""GeV; closer particles of a group may be merged."""


_COUPLES: Final = tuple(couple for group in MERGE_GROUPS for couple in combinations(group, 2))


def merge_candidates(model: ProtoModel, off_shell: bool = True) -> Iterator[ProtoModel]:
    """The proto-models in which two particles of a group, closer than 200 GeV, are one.

    Yields
    ------
    One for each such pair: see :func:`merged`.  A pair whose mean mass is not allowed has none.
    """
    masses = model.masses
    for a, b in _COUPLES:
        if a in masses and b in masses and abs(masses[a] - masses[b]) < CLOSE:
            try:
                yield merged(model, a, b, off_shell)
            except ModelError:
                continue  # the mean mass lies in the corridor: there is no merged copy


def merged(model: ProtoModel, kept: int, gone: int, off_shell: bool = True) -> ProtoModel:
    """A proto-model in which one particle stands for two.

    Its mass is the mean of the two (GeV); the cross sections at 13 TeV are summed, and branching ratios are weighted
    with them, so that sigma x BR stays what it was.

    Parameters
    ----------
    kept, gone: pids of one of the ``MERGE_GROUPS``; ``gone`` is merged into ``kept``, which stands before it there.

    Raises
    ------
    ModelError: where the merged particle cannot exist.
    """
    sigma = cross_sections(model, (13.0,)).sigma[:, 0]
    plan = _plan(frozenset(model.masses), kept, gone)
    values = sigma.tolist()
    weight = sum([values[row] for row in plan.kept])
    total = weight + sum([values[row] for row in plan.gone])
    share = weight / total if total > 0.0 else 0.5

    masses = plain(model.masses)
    masses[kept] = 0.5 * (masses[kept] + masses.pop(gone))
    pairs, reference = reference_cross_sections(masses, (13.0,), order_of(model))
    summed = np.bincount(plan.targets, sigma, len(pairs) + 1)[:-1]
    kappas = np.divide(summed, reference[:, 0], out=np.ones(len(pairs)), where=reference[:, 0] > 0.0)
    ssm = dict(zip(pairs, kappas.tolist(), strict=True))
    decays = _merged_decays(model, kept, gone, share)
    if closing(decays, masses, off_shell) or not all(decays.values()):
        copied = {pid: plain(channels) for pid, channels in decays.items()}
        editor = ModelEditor(masses, copied, ssm, off_shell, model.reference_order)
        editor.close_channels()
        found = editor.unchecked()
    else:
        normal = {pid: _normal(pid, channels) for pid, channels in decays.items()}
        found = trusted(masses, {pid: normal[pid] for pid in masses if pid in normal}, ssm, model.reference_order)
    if any_in_corridor(found.masses):
        raise ModelError(f"masses.{kept}", found.masses.get(kept), "a mean mass outside the stops' corridor")
    return found


@dataclass(frozen=True)
class _Plan:
    """Where the pairs go: rows of the pairs of both particles, and the new row of each pair, the last for none."""

    kept: list[int]
    gone: list[int]
    targets: NDArray[np.intp]


@lru_cache(maxsize=1024)
def _plan(pids: frozenset[int], kept: int, gone: int) -> _Plan:
    before, after = content_of(pids), content_of(pids - {gone})
    renamed = [sorted({gone: kept, -gone: -kept}.get(pid, pid) for pid in pair) for pair in before.pairs]
    targets = np.array([after.row.get((a, b), len(after.pairs)) for a, b in renamed], dtype=np.intp)
    rows = [[before.row[pair] for pair in before.of.get(pid, ())] for pid in (kept, gone)]
    return _Plan(rows[0], rows[1], targets)


def _merged_decays(model: ProtoModel, kept: int, gone: int, share: float) -> dict[int, Mapping[Channel, float]]:
    """Branching ratios that sum to 1, in no special order; those of a particle that nothing happens to are the old."""
    out: dict[int, Mapping[Channel, float]] = {}
    merging: dict[int, dict[Channel, float]] = {}
    for mother, channels in model.decays.items():
        concerned = mother in (kept, gone) or gone in [channel[0] for channel in channels]
        if not concerned and sum(channels.values()) == 1.0:
            out[mother] = channels
            continue
        factor = share if mother == kept else 1.0 - share if mother == gone else 1.0
        target = merging.setdefault(kept if mother == gone else mother, {})
        for channel, ratio in channels.items():
            new = substitute(channel, mother, gone, kept) if gone in (mother, channel[0]) else channel
            if new is not None:
                target[new] = target.get(new, 0.0) + factor * ratio
        out[kept if mother == gone else mother] = target
    for pid, target in merging.items():
        # decays between the two merged particles have no place any more
        total = sum(target.values())
        if total <= 0.0:
            target.update(dict.fromkeys(open_channels(pid, model.masses)[:1], 1.0))
            total = sum(target.values())
        out[pid] = {c: r / total for c, r in target.items() if r > 0.0} if total > 0.0 else {}
    return out


def _normal(pid: int, channels: Mapping[Channel, float]) -> Mapping[Channel, float]:
    return channels if isinstance(channels, MappingProxyType) else MappingProxyType(normal_shares(pid, channels))
