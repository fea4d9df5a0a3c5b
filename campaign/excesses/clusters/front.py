"""Clusters of the small excesses of a scan, beside those that chance makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from protomodels.campaign.excesses.answer import Beside, Excesses
from protomodels.campaign.excesses.clusters.describing import Cluster, described
from protomodels.campaign.excesses.clusters.features import Features, final_state_features, model_features
from protomodels.campaign.excesses.clusters.finding import by_size, labels_of, smallest_cluster, stability
from protomodels.campaign.excesses.selection import Model
from protomodels.tables import Table

MOST: Final = 5_000
"""Models that are clustered: more are represented by so many, chosen at random."""


@dataclass(frozen=True)
class Clusters:
    """Clusters of selected models.

    Attributes
    ----------
    models: clusters by masses and cross sections, the largest first; their number beside that by chance.
    final_states: clusters by the topologies that carry the excesses; the same.
    members, labels: the models that were clustered, and the number of the cluster of each, 0 for none.
    smallest: members that a cluster has at least.
    """

    models: tuple[Cluster, ...]
    final_states: tuple[Cluster, ...]
    n_models: Beside
    n_final_states: Beside
    members: tuple[Model, ...]
    labels: tuple[int, ...]
    smallest: int

    @property
    def clustered(self) -> int:
        """How many models were clustered."""
        return len(self.members)

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "clustered": self.clustered,
            "smallest": self.smallest,
            "models": [cluster.to_dict() for cluster in self.models],
            "final_states": [cluster.to_dict() for cluster in self.final_states],
            "n_models": self.n_models.to_dict(),
            "n_final_states": self.n_final_states.to_dict(),
        }

    def tables(self) -> tuple[Table, ...]:
        """A table of each kind; how many there are by chance stands in the title."""
        kinds = (("models", self.models, self.n_models), ("final states", self.final_states, self.n_final_states))
        return tuple(_table(f"clusters of {name}; by chance {n.expected()}", found) for name, found, n in kinds)


def clusters(found: Excesses, smallest: int | None = None, seed: int = 0) -> Clusters:
    """The clusters of all selected models, and how many there are in universes without new physics.

    Parameters
    ----------
    smallest: members that a cluster has at least; 2% of the selected models, at least 5, without.
    seed: of bootstrap samples, and of the choice of models where there are too many.

    Raises
    ------
    ConfigError: where ``smallest`` is less than 2.
    MissingExtraError: where scikit-learn is not installed.
    """
    models = _some(found.models, seed)
    size = smallest_cluster(len(models), smallest)
    by_model, labels = _clustered(models, model_features, size, seed)
    by_final_state, _ = _clustered(models, final_state_features, size, seed)
    chance: tuple[list[int], list[int]] = ([], [])
    for tally in found.counts.universes:
        others = _some(tally.selected.models, seed)
        for counted, make in zip(chance, (model_features, final_state_features), strict=True):
            there = labels_of(make(others).points, size) if len(others) >= size else np.array([-1])
            counted.append(int(there.max()) + 1)
    n_models = Beside(len(by_model), tuple(chance[0]))
    n_final_states = Beside(len(by_final_state), tuple(chance[1]))
    return Clusters(by_model, by_final_state, n_models, n_final_states, tuple(models), labels, size)


def _clustered(
    models: Sequence[Model], make: Callable[[Sequence[Model]], Features], smallest: int, seed: int
) -> tuple[tuple[Cluster, ...], tuple[int, ...]]:
    """The clusters, and the number of that of each model."""
    if len(models) < smallest:
        return (), (0,) * len(models)
    features = make(models)
    labels = by_size(labels_of(features.points, smallest))
    stable = stability(features.points, labels, smallest, seed).tolist()
    return described(models, features, labels.tolist(), stable), tuple((labels + 1).tolist())


def _some(models: Sequence[Model], seed: int) -> Sequence[Model]:
    if len(models) <= MOST:
        return models
    chosen = np.random.default_rng(seed).choice(len(models), MOST, replace=False)
    return [models[i] for i in np.sort(chosen).tolist()]


def _table(title: str, found: Sequence[Cluster]) -> Table:
    columns = ("cluster", "models", "stability", "analyses", "what it is")
    rows = [
        (str(c.number), str(c.members), f"{c.stability:.2f}", " ".join(list(c.analyses)[:3]), str(c)) for c in found
    ]
    return Table(title, columns, tuple(rows), columns[:3])
