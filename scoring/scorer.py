"""The evaluation of proto-models: prediction, critic, combination, prior."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from protomodels.changes import scaled_model
from protomodels.combiner import BestCombination, Combinability, best_combination
from protomodels.critic import AllowedStrength, Critic, excluded_by_lep, published_limits
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.maps.edges import MOST_MARKED
from protomodels.predictor.regions import combined_or_most_excess, most_excess
from protomodels.prior import Parsimony, parsimony, scaled_counts
from protomodels.production import CrossSections, cross_sections, in_order, sections_in_order
from protomodels.scoring.decision.judge import Judge, best_of, with_runners_up
from protomodels.scoring.decision.reasons import why_impossible, why_none
from protomodels.scoring.evaluation import Contribution, Evaluation, Score
from protomodels.scoring.own_parts import RegionStatistic, check_parts, checked_rows, checked_strength
from protomodels.settings import Policy


def _best(predictions: Predictions, policy: Policy) -> Sequence[int]:
    return most_excess(predictions, policy.em_before_ul)


def _combined(predictions: Predictions, policy: Policy) -> Sequence[int]:
    return combined_or_most_excess(predictions, policy.em_before_ul)


REGION_STATISTICS: dict[str, RegionStatistic] = {"best": _best, "combined": _combined}
"""By the name that a policy has for it."""


@dataclass(frozen=True)
class Scorer:
    """Evaluates proto-models.

    Attributes
    ----------
    predictor: of the results.
    combinability: which results may be combined.
    policy: the choices of the scoring.
    n_runners_up: how many further combinations a score lists.
    choose_regions: instead of the policy's statistic of regions.
    critic: instead of the policy's critic.

    Raises
    ------
    ConfigError: on creation, where a part of the user's own cannot be called.
    """

    predictor: Predictor
    combinability: Combinability
    policy: Policy
    n_runners_up: int = 5
    choose_regions: RegionStatistic | None = None
    critic: Critic | None = None

    def __post_init__(self) -> None:
        check_parts(self.choose_regions, self.critic)

    def evaluate(self, model: ProtoModel, sections: CrossSections | None = None) -> Evaluation:
        """What the results say of a model.

        Parameters
        ----------
        model: one that names no order of its reference cross sections gets that of the policy.
        sections: its cross sections; kappa times the reference ones without.

        Raises
        ------
        PredictionError: where the model cannot be evaluated.
        CombinationError: where there are too many combinations.
        ConfigError: where a part of the user's own gives what it must not.
        """
        order = self.policy.reference_order
        if sections is None:
            model = in_order(model, order)
            sections = cross_sections(model)
        else:
            model, sections = sections_in_order(model, sections, order)
        return self.evaluate_predictions(model, sections, self.predictor.predict(model, sections))

    def evaluate_predictions(
        self,
        model: ProtoModel,
        sections: CrossSections,
        predictions: Predictions,
        allowed: AllowedStrength | None = None,
    ) -> Evaluation:
        """The same from predictions that were made before.

        Parameters
        ----------
        allowed: limits that were found before, where those of ``predictions`` are not all that count.
        """
        if allowed is None:
            allowed = self.limits(predictions)
        reason = excluded_by_lep(model, self.policy)
        candidates, best = self.combined(predictions, allowed.mu_max)
        counts, score = parsimony(model, sections, self.policy.multiplier_spread), None
        if best is None:
            reason = reason or why_none(candidates)
        elif reason is None:
            counts = self.at_strength(counts, sections, best.mu_hat)
            K = 2.0 * best.log_ratio - counts.penalty
            reason = why_impossible(K, sections)
            if reason is None:
                contributions = contributions_of(candidates.take(best.members), best.mu_hat)
                Z = math.sqrt(2.0 * max(best.log_ratio, 0.0))
                score = Score(K, Z, best.mu_hat, contributions, best)
        return Evaluation(model, sections, predictions, allowed, counts, score, reason, self)

    def normalised(self, evaluation: Evaluation) -> Evaluation:
        """The same model with all cross sections times mu-hat, so that its mu-hat is 1.

        A model whose mu-hat is 0, or that has none, stays as it is: there is no signal to scale to.
        """
        score = evaluation.score
        if score is None or score.mu_hat <= 0.0:
            return evaluation
        mu = score.mu_hat
        model, scaled = scaled_model(evaluation.model, mu), cross_sections(evaluation.model).scaled(mu)
        counts = parsimony(model, scaled, self.policy.multiplier_spread)
        return replace(
            evaluation,
            model=model,
            sections=scaled,
            predictions=evaluation.predictions.scaled(mu),
            allowed=evaluation.allowed.scaled(mu),
            parsimony=counts,
            score=replace(score, K=score.K + evaluation.parsimony.penalty - counts.penalty, mu_hat=1.0),
        )

    def at_strength(self, counts: Parsimony, sections: CrossSections, mu: float) -> Parsimony:
        """The counts that K is made with: a prior on multipliers is that of the model scaled to ``mu``, mu-hat.

        Parameters
        ----------
        counts: of the model as it is.
        sections: its cross sections.
        """
        spread = self.policy.multiplier_spread
        return counts if spread == 0.0 or not mu > 0.0 else scaled_counts(counts, sections.scaled(mu), spread)

    def candidates(self, predictions: Predictions, mu_max: float) -> Predictions:
        """What may enter combinations: of each analysis what the policy says, among what can see the model at mu_max.

        The members of a score's ``best`` are indices of these.
        """
        choose = self.choose_regions or REGION_STATISTICS[self.policy.regions]
        able = ~predictions.is_control
        if not math.isinf(mu_max):
            # asked first: a blind region with a large excess must not keep out one of its analysis that sees the model
            able &= predictions.r_exp * mu_max >= self.policy.min_sensitivity
        seeing = predictions.take(np.flatnonzero(able))
        chosen = choose(seeing, self.policy)
        found = seeing.take(chosen if self.choose_regions is None else checked_rows(chosen, len(seeing)))
        if self.policy.edges_count:
            return found
        # last: no region or limit stands in for a result of its analysis that is marked
        return found.take(np.flatnonzero(found.marked <= MOST_MARKED))

    def limits(self, predictions: Predictions) -> AllowedStrength:
        """What the critic says of some predictions."""
        if self.critic is None:
            return published_limits(predictions, self.policy)
        return checked_strength(self.critic(predictions, self.policy))

    @cached_property
    def judge(self) -> Judge:
        """What finds the best combination in compiled code."""
        return Judge(self.predictor.catalog, self.combinability, self.policy)

    def combined(self, predictions: Predictions, mu_max: float) -> tuple[Predictions, BestCombination | None]:
        """What may enter combinations, and the best one."""
        compiled = self.choose_regions is None and predictions.catalog is self.predictor.catalog
        found = self.judge.decide(predictions, mu_max=mu_max) if compiled else None
        if found is None or self.n_runners_up > 0:
            candidates = self.candidates(predictions, mu_max)
            listed = self._search(candidates, mu_max)
            if found is None or listed is None:
                return candidates, listed
        else:
            candidates, listed = predictions.take(found.chosen), None
        best = best_of(found)
        return candidates, best if best is None or listed is None else with_runners_up(best, listed, self.n_runners_up)

    def _search(self, candidates: Predictions, mu_max: float) -> BestCombination | None:
        return best_combination(
            candidates.curves(),
            self.pairwise(candidates),
            mu_max,
            min_size=self.policy.min_results,
            n_runners_up=self.n_runners_up,
        )

    def pairwise(self, candidates: Predictions) -> NDArray[np.bool_]:
        """Which of these may be combined, (n, n)."""
        catalog, rows = candidates.catalog, candidates.rows
        single = catalog.is_region[rows]
        region = [r if alone else None for r, alone in zip(catalog.region[rows].tolist(), single, strict=True)]
        return self.combinability.pairwise(
            candidates.analysis.tolist(),
            region,
            catalog.experiment[rows].tolist(),
            catalog.sqrts[rows].tolist(),
            candidates.sharing() if self.policy.distinct_topologies else None,
            strict=self.policy.strict,
        )


def contributions_of(members: Predictions, mu: float) -> tuple[Contribution, ...]:
    """What the members of a combination give to it at ``mu``, the largest llr first."""
    catalog, rows = members.catalog, members.rows
    llr = members.log_likelihood_ratio([mu])[:, 0].tolist()
    out = []
    for i, row in enumerate(rows.tolist()):
        ul = bool(catalog.is_ul[row])
        out.append(
            Contribution(
                analysis=str(catalog.analysis[row]),
                region=str(catalog.region[row]),
                is_ul=ul,
                observed=float(members.limit_observed[i] if ul else catalog.observed[row]),
                expected=float(members.limit_expected[i] if ul else catalog.background[row]),
                delta=math.nan if ul else float(catalog.delta[row]),
                signal=float(members.signal[i]) * mu,
                llr=llr[i],
                particles=members.particles[i],
                marked=float(members.marked[i]),
            )
        )
    return tuple(sorted(out, key=lambda c: -c.llr))
