"""What a walk needs to know of a proposal, and no more: its K, or that it is too low to matter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from protomodels.changes import scaled_model
from protomodels.combiner.compiled.maximum import BELOW
from protomodels.critic import excluded_by_lep
from protomodels.model import ProtoModel
from protomodels.particles import particles_in
from protomodels.prior import Parsimony, parsimony, scaled_counts
from protomodels.production import CrossSections, cross_sections, in_order
from protomodels.scoring.decision.decide import NOTHING
from protomodels.scoring.scorer import Scorer

MARGIN: Final = 1e-9
"""In K: a proposal is refused by a bound only where it misses by more, so that rounding refuses none."""


SETTLING: Final = 4
"""Times that a model is scaled before what is left is taken as it is."""
SETTLED_STRENGTH: Final = 1e-6
GAINED_BY_SETTLING: Final = 0.05
"""In K: what scaling to mu-hat = 1 brings beside the prior on multipliers, at most; seen in 38,000 models: none."""


@dataclass(frozen=True, slots=True)
class QuickScore:
    """The score of a model.

    Attributes
    ----------
    model: what was scored.
    sections: its cross sections for mu = 1.
    parsimony: the counts of the prior.
    K, Z: as in :class:`protomodels.scoring.evaluation.Score`; K is None where no legal combination sees the model.
    mu_hat, mu_max: signal strengths.
    used: pids that give a signal in the best combination.
    spread: of the prior on multipliers, 0 without.
    """

    model: ProtoModel
    sections: CrossSections
    parsimony: Parsimony
    K: float | None
    Z: float
    mu_hat: float
    mu_max: float
    used: frozenset[int]
    spread: float = 0.0

    def normalised(self) -> QuickScore:
        """The same model with all cross sections times mu-hat, so that its mu-hat is 1; as it is where that is 0."""
        mu = self.mu_hat
        if self.K is None or mu <= 0.0:
            return self
        model, sections = scaled_model(self.model, mu), self.sections.scaled(mu)
        counts = scaled_counts(self.parsimony, sections, self.spread)
        K = self.K + self.parsimony.penalty - counts.penalty
        return QuickScore(model, sections, counts, K, self.Z, 1.0, self.mu_max / mu, self.used)


def quick_score(scorer: Scorer, model: ProtoModel, floor: float = -math.inf) -> QuickScore | None:
    """The score of a model; None where K, also after scaling to mu-hat = 1, is certainly below ``floor``.

    Raises
    ------
    PredictionError, CombinationError, ConfigError: as :meth:`Scorer.evaluate`.
    """
    if scorer.choose_regions is not None or scorer.critic is not None:
        return _of_evaluation(scorer, model)
    model = in_order(model, scorer.policy.reference_order)
    sections = cross_sections(model)
    if excluded_by_lep(model, scorer.policy) is not None:
        counts = parsimony(model, sections)
        return QuickScore(model, sections, counts, None, 0.0, 0.0, math.inf, frozenset())
    predictions = scorer.predictor.predict(model, sections)
    counts = parsimony(model, sections, scorer.policy.multiplier_spread)
    # scaled down far enough, no production counts any more: the penalty can shrink to that of particles and decays
    least = Parsimony(counts.n_particles, counts.n_br, 0.0).penalty
    found = scorer.judge.decide(predictions, 0.5 * (floor - MARGIN + least))
    if found is None:
        return _of_evaluation(scorer, model)
    if found.state == BELOW:
        return None
    if found.state == NOTHING:
        return QuickScore(model, sections, counts, None, 0.0, 0.0, found.mu_max, frozenset())
    Z = math.sqrt(2.0 * max(found.log_ratio, 0.0))
    counts = scorer.at_strength(counts, sections, found.mu_hat)
    K = 2.0 * found.log_ratio - counts.penalty
    used, spread = particles_in(found.particles), scorer.policy.multiplier_spread
    return QuickScore(model, sections, counts, K, Z, found.mu_hat, found.mu_max, used, spread)


def settled_score(scorer: Scorer, found: QuickScore, floor: float = -math.inf) -> QuickScore | None:
    """A score that the model has as it stands, with mu-hat = 1; None where its K is below ``floor``.

    Scaling to mu-hat moves decay trees across sigmacut: the scaled model is scored again, until its mu-hat stays.

    Parameters
    ----------
    found: of a model that may have any mu-hat.

    Raises
    ------
    PredictionError, CombinationError, ConfigError: as :meth:`Scorer.evaluate`.
    """
    for _ in range(SETTLING):
        scaled = found.normalised()
        if scaled.K is None or scaled.K < floor - GAINED_BY_SETTLING:
            return None
        again = quick_score(scorer, scaled.model, floor)
        if again is None or again.K is None or abs(again.mu_hat - 1.0) < SETTLED_STRENGTH:
            return again
        found = again
    return found.normalised()


def _of_evaluation(scorer: Scorer, model: ProtoModel) -> QuickScore:
    """By the general way, with parts of the user's own or more combinations than the compiled search takes."""
    found = scorer.evaluate(model)
    score = found.score
    if score is None:
        return QuickScore(found.model, found.sections, found.parsimony, None, 0.0, 0.0, found.mu_max, frozenset())
    numbers = (score.K, score.Z, score.mu_hat, found.mu_max)
    spread = scorer.policy.multiplier_spread
    return QuickScore(found.model, found.sections, found.parsimony, *numbers, score.used_particles, spread)
