"""A cluster of models in the words of simplified models: which particles, in which ranges, seen by which analyses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protomodels.campaign.excesses.clusters.features import Features
from protomodels.campaign.excesses.selection import Model

OFTEN: Final = 0.5
"""Share of the members that have a particle or a topology, to be named."""


@dataclass(frozen=True)
class Cluster:
    """A cluster of selected models.

    Attributes
    ----------
    number: from 1, the largest first.
    members: how many of the models that were clustered.
    stability: mean Jaccard similarity in bootstrap samples; see :func:`.finding.stability`.
    ranges: 5% and 95% quantiles of masses, and of other numbers, that at least half of the members have; empty for
        clusters by topologies.
    analyses: share of the members in which an analysis has a small excess, the most first.
    topologies, particles: the same, behind these excesses; those of at least half of the members.
    medoid: the member that is closest to the middle.
    """

    number: int
    members: int
    stability: float
    ranges: Mapping[str, tuple[float, float]]
    analyses: Mapping[str, float]
    topologies: Mapping[str, float]
    particles: Mapping[str, float]
    medoid: Model

    def to_dict(self) -> dict[str, Any]:
        """As plain values; of the medoid its file."""
        names = ("number", "members", "stability")
        values = {name: getattr(self, name) for name in names}
        values["ranges"] = {name: list(ends) for name, ends in self.ranges.items()}
        values |= {name: dict(getattr(self, name)) for name in ("analyses", "topologies", "particles")}
        return values | {"medoid": self.medoid.file}

    def __str__(self) -> str:
        shown = {name: f"{low:.0f} to {high:.0f} GeV" for name, (low, high) in self.ranges.items() if _is_mass(name)}
        masses = ", ".join(f"{name} {words}" for name, words in shown.items())
        return f"{', '.join(self.topologies) or 'no common topology'}; {masses}"


def described(
    models: Sequence[Model], features: Features, labels: Sequence[int], stable: Sequence[float]
) -> tuple[Cluster, ...]:
    """The clusters.

    Parameters
    ----------
    labels: of each model, from 0, -1 for those in no cluster.
    stable: stability of each cluster.
    """
    found, label = [], np.asarray(labels)
    for number, how_stable in enumerate(stable):
        own = np.flatnonzero(label == number)
        members = [models[i] for i in own.tolist()]
        middle = features.points[own].mean(axis=0)
        nearest = int(np.argmin(((features.points[own] - middle) ** 2).sum(axis=1)))
        ranges = {}
        for name, values in zip(features.names, features.values[own].T, strict=True):
            there = values[np.isfinite(values)]
            if features.numbers and len(there) >= OFTEN * len(own):
                low, high = np.percentile(there, [5.0, 95.0]).tolist()
                ranges[name] = (low, high)
        shares = (
            _shares([{one.analysis for one in m.seen} for m in members], 0.0),
            _shares([{name for one in m.seen for name in one.topologies} for m in members], OFTEN),
            _shares([{name for one in m.seen for name in one.particles} for m in members], OFTEN),
        )
        found.append(Cluster(number + 1, len(own), how_stable, ranges, *shares, members[nearest]))
    return tuple(found)


def _shares(sets: Sequence[set[str]], least: float) -> dict[str, float]:
    counted = Counter(name for own in sets for name in own)
    listed = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return {name: n / len(sets) for name, n in listed if n >= least * len(sets)}


def _is_mass(name: str) -> bool:
    return "/" not in name and "log10" not in name
