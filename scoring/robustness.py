"""How robust the K of a model is: what is left of it where the data, or the model, are a little otherwise.

Limits always hold: leaving out an excess must not lift the limit that the same analysis sets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from protomodels.changes import with_masses, without
from protomodels.combiner import Combinability
from protomodels.critic.lep import CHARGINOS
from protomodels.model import ProtoModel, plain
from protomodels.particles import PARTICLES, mass_interval
from protomodels.prior import VISIBLE
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.quick import quick_score
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.verdict import verdicts
from protomodels.settings import Policy, Verdict
from protomodels.tables import finite

SHIFTS: Final = (-0.05, -0.025, 0.025, 0.05)
"""By such parts each mass is changed: 5% is about what separates two points of a simulated grid."""


@dataclass(frozen=True)
class Robustness:
    """K of a model, and K where something is otherwise; None where no legal combination sees the model any more.

    Attributes
    ----------
    K: of the model.
    strongest_analysis: that with the largest share of the log-likelihood ratio.
    without_strongest_analysis: K without its results in combinations.
    without_each_experiment: the same, by experiment.
    without_each_particle: by name, of the model without it; the LBP stays.
    smallest_within_5_percent: smallest K with one mass changed by up to 5%, kappas kept; None also where the model
        cannot exist there.
    smallest_at: where that is, in words; empty for a model whose masses cannot be changed.
    largest_multiplier, smallest_multiplier: kappa of visible productions, at mu-hat; None where none is visible.
    share_at_edges: of the sum of the positive llr of the best combination, what stands at edges of maps.
    by_rule: K with the combinability of the rules, without a table.
    by_other_table: K with another table, where one was given.
    without_prior_on_multipliers: K without it; the same as K where the policy has none.
    with_edges, without_edges: K where results at edges of maps count, and where they do not: one of them is K.
    without_guards: K with neither guard against artefacts.
    """

    K: float
    strongest_analysis: str
    without_strongest_analysis: float | None
    without_each_experiment: dict[str, float | None]
    without_each_particle: dict[str, float | None]
    smallest_within_5_percent: float | None
    smallest_at: str
    largest_multiplier: float | None
    smallest_multiplier: float | None
    share_at_edges: float
    by_rule: float | None
    by_other_table: float | None
    without_prior_on_multipliers: float
    with_edges: float | None
    without_edges: float | None
    without_guards: float | None

    @cached_property
    def _found(self) -> tuple[tuple[Verdict, str], ...]:
        return verdicts(
            self.K,
            self.share_at_edges,
            (self.strongest_analysis, self.without_strongest_analysis),
            (self.smallest_at, self.smallest_within_5_percent),
        )

    @property
    def verdict(self) -> Verdict:
        """In plain words: the first of what speaks against the model, or robust."""
        return self._found[0][0] if self._found else "robust"

    @property
    def reasons(self) -> tuple[str, ...]:
        """All that speaks against it, with numbers."""
        return tuple(f"{name}: {words}" for name, words in self._found)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, the verdict first."""
        names = self.__dataclass_fields__
        values = {"verdict": self.verdict, "reasons": self.reasons} | {name: getattr(self, name) for name in names}
        found: dict[str, Any] = finite(values)
        return found


class RobustnessJudge:
    """Finds the robustness of many models: keeps the scorers that it needs.

    Parameters
    ----------
    scorer: what the models are scored with.
    other: another table of combinable analyses.
    """

    def __init__(self, scorer: Scorer, other: Combinability | None = None) -> None:
        self.scorer = scorer if scorer.n_runners_up == 0 else replace(scorer, n_runners_up=0)
        here, policy = self.scorer, scorer.policy
        self._by_rule = replace(here, combinability=Combinability.from_rules())
        self._by_other = None if other is None else replace(here, combinability=other)
        self._other_edges = replace(here, policy=replace(policy, edges_count=not policy.edges_count))

    def of(self, evaluation: Evaluation) -> Robustness | None:
        """The robustness of a model that this judge's scorer evaluated; None for one that has no K.

        Raises
        ------
        PredictionError: where the model, or one beside it, cannot be evaluated.
        """
        score, model = evaluation.score, evaluation.model
        if score is None:
            return None
        predictions, here = evaluation.predictions, self.scorer
        strongest = score.contributions[0].analysis
        experiment = predictions.catalog.experiment[predictions.rows]
        experiments = sorted(set(predictions.catalog.experiment.tolist()))
        smallest, where = self._smallest_nearby(model)
        kappas = _visible_kappas(evaluation)
        prior = evaluation.parsimony.strength
        edged = self._other_edges.evaluate_predictions(model, evaluation.sections, predictions, evaluation.allowed)
        counted = self.scorer.policy.edges_count
        with_edges, bare = (score.K, score.K + prior) if counted else (edged.K, _without_prior(edged))
        return Robustness(
            K=score.K,
            strongest_analysis=strongest,
            without_strongest_analysis=evaluation.of_rows(predictions.analysis != strongest, here).K,
            without_each_experiment={name: evaluation.of_rows(experiment != name, here).K for name in experiments},
            without_each_particle={PARTICLES[pid].name: self._without(model, pid) for pid in model.unstable},
            smallest_within_5_percent=smallest,
            smallest_at=where,
            largest_multiplier=max(kappas, default=None),
            smallest_multiplier=min(kappas, default=None),
            share_at_edges=share_at_edges(evaluation),
            by_rule=_with(self._by_rule, evaluation),
            by_other_table=None if self._by_other is None else _with(self._by_other, evaluation),
            without_prior_on_multipliers=score.K + prior,
            with_edges=with_edges,
            without_edges=edged.K if counted else score.K,
            without_guards=bare,
        )

    def _without(self, model: ProtoModel, pid: int) -> float | None:
        rest = without(model, pid, self.scorer.policy.off_shell)
        return self._quick(rest) if rest.n_particles > 1 else None

    def _smallest_nearby(self, model: ProtoModel) -> tuple[float | None, str]:
        """Smallest K with one mass changed, and which; None as soon as there is none somewhere."""
        smallest, where = math.inf, ""
        for words, moved in neighbours(model, self.scorer.policy):
            if moved is None:
                return None, f"{words}, where it cannot exist"
            K = self._quick(moved)
            if K is None:
                return None, f"{words}, where no result sees it"
            if smallest > K:
                smallest, where = K, words
        return (smallest, where) if where else (None, "")

    def _quick(self, model: ProtoModel) -> float | None:
        found = quick_score(self.scorer, model)
        return None if found is None else found.K


def robustness_of(evaluation: Evaluation, other: Combinability | None = None) -> Robustness | None:
    """The robustness of a model; None for one that has no K.

    Parameters
    ----------
    other: another table of combinable analyses, by which K is said as well.

    Raises
    ------
    PredictionError: where the model, or one beside it, cannot be evaluated.
    """
    return RobustnessJudge(evaluation.scorer, other).of(evaluation)


def neighbours(model: ProtoModel, policy: Policy) -> Iterator[tuple[str, ProtoModel | None]]:
    """The model with each mass changed by :data:`SHIFTS`, as far as it may be, and what was changed, in words.

    Instead of the model comes None where it cannot exist: a particle could not decay, or a stop is in the corridor
    that is left out (:func:`protomodels.particles.in_corridor`).
    """
    for pid, mass in model.masses.items():
        low, high = mass_interval(pid, model.masses)
        low = max(low, policy.lightest_chargino) if pid in CHARGINOS else low
        for value in dict.fromkeys(min(max(mass * (1.0 + shift), low), high) for shift in SHIFTS):
            if value != mass:
                words = f"{PARTICLES[pid].name} at {value:.1f} instead of {mass:.1f} GeV"
                yield words, with_masses(model, plain(model.masses) | {pid: value}, policy.off_shell)


def share_at_edges(evaluation: Evaluation) -> float:
    """Of the sum of the positive llr of the best combination, what comes from marked signal; 0 without any."""
    gains = [c for c in evaluation.contributions if c.llr > 0.0]
    total = sum(c.llr for c in gains)
    return sum(c.llr * c.marked for c in gains) / total if total > 0.0 else 0.0


def _visible_kappas(evaluation: Evaluation) -> list[float]:
    """Multipliers at mu-hat of what is produced often enough to count, those without a reference left out."""
    sections = evaluation.sections.scaled(evaluation.mu_hat or 0.0)
    kappas, visible = sections.kappas(), (sections.sigma > VISIBLE).any(axis=1)
    found: list[float] = kappas[visible & np.isfinite(kappas)].tolist()
    return found


def _with(scorer: Scorer, evaluation: Evaluation) -> float | None:
    """K of the same predictions by another scorer."""
    return scorer.evaluate_predictions(
        evaluation.model, evaluation.sections, evaluation.predictions, evaluation.allowed
    ).K


def _without_prior(evaluation: Evaluation) -> float | None:
    return None if evaluation.K is None else evaluation.K + evaluation.parsimony.strength
