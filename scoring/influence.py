"""What one analysis does to K of a model: as evidence in combinations, and as a limit on the signal strength."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from protomodels.scoring.evaluation import Evaluation
from protomodels.tables import finite


@dataclass(frozen=True)
class Influence:
    """K of a model with all results, and without what one analysis says; None where there is no K.

    Attributes
    ----------
    analysis: which one.
    K: with all results.
    K_without_evidence: its results may not be combined, its limits hold.
    K_without_limit: its limits do not hold, its results may be combined.
    K_without: neither.
    mu_max: largest signal strength that all limits allow; inf without any.
    mu_max_without: that all others allow.
    """

    analysis: str
    K: float | None
    K_without_evidence: float | None
    K_without_limit: float | None
    K_without: float | None
    mu_max: float
    mu_max_without: float

    @property
    def as_evidence(self) -> float | None:
        """What its results give to K; below 0 where they speak against the model."""
        return _difference(self.K, self.K_without_evidence)

    @property
    def as_limit(self) -> float | None:
        """What its limits take from K: 0 where others are as strong, else below 0."""
        return _difference(self.K, self.K_without_limit)

    @property
    def total(self) -> float | None:
        """K with it less K as if it had never been published."""
        return _difference(self.K, self.K_without)

    def to_dict(self) -> dict[str, Any]:
        """As plain values; infinite strengths are None."""
        names = ("K", "K_without_evidence", "K_without_limit", "K_without", "mu_max", "mu_max_without")
        values = {name: getattr(self, name) for name in (*names, "as_evidence", "as_limit", "total")}
        found: dict[str, Any] = finite(values)
        return found


def influences(evaluation: Evaluation, analyses: Iterable[str]) -> dict[str, Influence]:
    """The influence of each of these analyses that sees the model; others change nothing.

    Parameters
    ----------
    evaluation: of the model with all results.
    analyses: publication ids.
    """
    scorer = replace(evaluation.scorer, n_runners_up=0)
    model, sections, predictions = evaluation.model, evaluation.sections, evaluation.predictions
    names = predictions.analysis
    found = {}
    for name in sorted(set(analyses) & set(names.tolist())):
        rest = predictions.take(np.flatnonzero(names != name))
        without = scorer.evaluate_predictions(model, sections, rest)
        found[name] = Influence(
            name,
            evaluation.K,
            scorer.evaluate_predictions(model, sections, rest, evaluation.allowed).K,
            scorer.evaluate_predictions(model, sections, predictions, without.allowed).K,
            without.K,
            evaluation.mu_max,
            without.mu_max,
        )
    return found


def _difference(with_it: float | None, without: float | None) -> float | None:
    return None if with_it is None or without is None else with_it - without
