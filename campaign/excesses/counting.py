"""Counts over all pieces of a table, and as many models as memory should hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np

from protomodels.campaign.excesses.selection import Model, PieceFound
from protomodels.errors import ConfigError

KEPT: Final = 20_000
"""Selected models of the data that are held."""
KEPT_BY_CHANCE: Final = 1_000
"""The same of each universe."""


@dataclass
class Sample:
    """At most so many of the models that were shown, each as probable as another.

    Attributes
    ----------
    most: how many.
    rng: chooses.
    shown: models so far.
    """

    most: int
    rng: np.random.Generator
    shown: int = 0
    models: list[Model] = field(default_factory=list)

    def show(self, model: Model) -> None:
        """Keep a model, or not (reservoir sampling, algorithm R)."""
        self.shown += 1
        if len(self.models) < self.most:
            self.models.append(model)
        elif (place := int(self.rng.integers(self.shown))) < self.most:
            self.models[place] = model


@dataclass
class Tally:
    """Small excesses in one universe, the published one or another.

    Attributes
    ----------
    by_number: how many models have a small excess in 1, 2, ... analyses that may be combined.
    by_analysis: how many models have one in each analysis;  selected_by_analysis: of those that are selected.
    pairs: how many models have one in both of two analyses, by their names in ascending order.
    selected: a sample of the selected models.
    """

    selected: Sample
    by_number: Counter[int] = field(default_factory=Counter)
    by_analysis: Counter[str] = field(default_factory=Counter)
    selected_by_analysis: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, model: Model, analyses: int) -> None:
        """Count a model.

        Parameters
        ----------
        analyses: that a selected one has at least.
        """
        names = sorted(one.analysis for one in model.seen)
        self.by_number[len(model.orthogonal)] += 1
        self.by_analysis.update(names)
        self.pairs.update(combinations(names, 2))
        if len(model.orthogonal) >= analyses:
            self.selected_by_analysis.update(names)
            self.selected.show(model)


class Counts:
    """Counts of a whole table.

    Parameters
    ----------
    analyses: that a selected model has at least.
    seed: of the choice of models that are held.
    """

    def __init__(self, analyses: int, seed: int = 0) -> None:
        self._analyses, self._seed = analyses, seed
        self.n = self.errors = self.cut = self.excluded = self.sensitive = self.spared = 0
        self._n_universes: int | None = None
        self.sensitive_by_analysis: Counter[str] = Counter()
        self.data = Tally(Sample(KEPT, np.random.default_rng([seed, 0])))
        self._universes: dict[int, Tally] = {}

    def add(self, found: PieceFound) -> None:
        """Count a piece.

        Raises
        ------
        ConfigError: where it has another number of universes than those before it.
        """
        if found.n_universes is not None:
            if self._n_universes not in (None, found.n_universes):
                what = f"rows with {self._n_universes} and with {found.n_universes} universes"
                raise ConfigError("TABLE", what, "one scan")
            self._n_universes = found.n_universes
        for name in ("n", "errors", "cut", "excluded", "sensitive", "spared"):
            setattr(self, name, getattr(self, name) + getattr(found, name))
        self.sensitive_by_analysis.update(found.by_analysis)
        for model in found.models:
            self.data.add(model, self._analyses)
        for number, models in found.by_chance.items():
            for model in models:
                self._universe(number).add(model, self._analyses)

    @property
    def n_universes(self) -> int:
        """Universes without new physics that the table knows."""
        return self._n_universes or 0

    @property
    def universes(self) -> tuple[Tally, ...]:
        """Of each universe, those without any small excess among them."""
        return tuple(self._universe(number) for number in range(self.n_universes))

    def _universe(self, number: int) -> Tally:
        if number not in self._universes:
            rng = np.random.default_rng([self._seed, 1, number])
            self._universes[number] = Tally(Sample(KEPT_BY_CHANCE, rng))
        return self._universes[number]
