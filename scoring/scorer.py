"""The score of one proto-model: K^c = 2 ln[L_BSM(mu-hat) pi(BSM) / L_SM], maximised over legal combinations c."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner import BestCombination, Combinability, best_combination
from protomodels.critic import AllowedStrength, allowed_signal_strength
from protomodels.model import Pair, ProtoModel
from protomodels.predictor import Predictions, Predictor
from protomodels.predictor.regions import combined_or_most_excess, most_excess
from protomodels.prior import Parsimony, parsimony
from protomodels.production import CrossSections, cross_sections
from protomodels.settings import Policy


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one result gives to the best combination, at mu-hat.

    Attributes
    ----------
    analysis, region: the result; the region of a UL is its topology.
    is_ul: counts are limits in fb, else events.
    observed: events, or the observed limit in fb.
    expected: background events, or the expected limit in fb.
    delta: uncertainty of the background, events; NaN for UL.
    signal: events or fb, for mu = mu-hat.
    llr: ln L(mu-hat) - ln L(0).
    particles: pids that give the signal.
    """

    analysis: str
    region: str
    is_ul: bool
    observed: float
    expected: float
    delta: float
    signal: float
    llr: float
    particles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Score:
    """The score of one proto-model.

    Attributes
    ----------
    model: what was scored.
    K, Z: test statistic and significance sqrt(2 ln L-ratio) of the best combination.
    mu_hat: its signal strength, in [0, mu_max].
    parsimony: the counts of the prior.
    contributions: the results of the best combination, the largest llr first.
    allowed: mu_max with all limits.
    best: the combiner's outcome with its runners-up and proof; ``contributions`` name its members.
    left_out: (analysis, reason) of analyses that could not be evaluated.
    """

    model: ProtoModel
    K: float
    Z: float
    mu_hat: float
    parsimony: Parsimony
    contributions: tuple[Contribution, ...]
    allowed: AllowedStrength
    best: BestCombination
    left_out: tuple[tuple[str, str], ...]

    @property
    def used_particles(self) -> frozenset[int]:
        """pids that give a signal in the best combination."""
        return frozenset().union(*(c.particles for c in self.contributions))


@dataclass(frozen=True)
class Scorer:
    """Scores proto-models: prediction, critic, combination, prior.

    Attributes
    ----------
    n_runners_up: how many further combinations a score lists.
    """

    predictor: Predictor
    combinability: Combinability
    policy: Policy
    n_runners_up: int = 5

    def score(self, model: ProtoModel, sections: CrossSections | None = None) -> Score | None:
        """The score of a model, or None where no result sees it or no legal combination exists.

        Parameters
        ----------
        sections: its cross sections; kappa times the reference ones without.

        Raises
        ------
        PredictionError: where the model cannot be evaluated.
        CombinationError: where there are too many combinations.
        """
        sections = sections or cross_sections(model)
        predictions = self.predictor.predict(model, sections)
        return self.score_predictions(model, sections, predictions)

    def score_predictions(self, model: ProtoModel, sections: CrossSections, predictions: Predictions) -> Score | None:
        """The score from predictions that were made before."""
        allowed = allowed_signal_strength(predictions, self.policy.tolerance)
        candidates = self.candidates(predictions, allowed.mu_max)
        best = self._combine(candidates, allowed.mu_max)
        if best is None:
            return None
        counts = parsimony(model, sections)
        K = 2.0 * best.log_ratio - counts.penalty
        contributions = _contributions(candidates.take(best.members), best.mu_hat)
        Z = math.sqrt(2.0 * max(best.log_ratio, 0.0))
        left_out = predictions.left_out
        return Score(model, K, Z, best.mu_hat, counts, contributions, allowed, best, left_out)

    def normalised(self, score: Score) -> Score:
        """The same model with all cross sections times mu-hat, so that its mu-hat is 1.

        A model whose mu-hat is 0 stays as it is: there is no signal to scale to.
        """
        mu = score.mu_hat
        if mu <= 0.0:
            return score
        sections = cross_sections(score.model)
        ssm: dict[Pair, float] = {pair: mu * score.model.kappa(pair) for pair in sections.pairs}
        model = replace(score.model, ssm=ssm)
        counts = parsimony(model, sections.scaled(mu))
        return replace(
            score,
            model=model,
            K=score.K + score.parsimony.penalty - counts.penalty,
            mu_hat=1.0,
            parsimony=counts,
            allowed=score.allowed.scaled(mu),
        )

    def combine(self, predictions: Predictions, allowed: AllowedStrength) -> BestCombination | None:
        """The best combination of predictions under limits that were found before."""
        return self._combine(self.candidates(predictions, allowed.mu_max), allowed.mu_max)

    def candidates(self, predictions: Predictions, mu_max: float) -> Predictions:
        """What may enter combinations: of each analysis what the policy says, if it can see the model at mu_max.

        The members of a score's ``best`` are indices of these.
        """
        choose = combined_or_most_excess if self.policy.regions == "combined" else most_excess
        chosen = predictions.take(choose(predictions, self.policy.em_before_ul))
        if math.isinf(mu_max):
            return chosen
        return chosen.take(np.flatnonzero(chosen.r_exp * mu_max >= self.policy.min_sensitivity))

    def _combine(self, candidates: Predictions, mu_max: float) -> BestCombination | None:
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
        several = catalog.is_ul[rows] | np.isin(rows, list(catalog.combined))
        region = [None if whole else r for r, whole in zip(catalog.region[rows].tolist(), several, strict=True)]
        return self.combinability.pairwise(
            candidates.analysis.tolist(),
            region,
            catalog.experiment[rows].tolist(),
            catalog.sqrts[rows].tolist(),
            candidates.sharing() if self.policy.distinct_topologies else None,
        )


def _contributions(members: Predictions, mu: float) -> tuple[Contribution, ...]:
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
            )
        )
    return tuple(sorted(out, key=lambda c: -c.llr))
