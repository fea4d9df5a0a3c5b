"""The likelihood ratio of a model as it stands, to the Standard Model: what a posterior is made with.

Two combinations can be asked for.  ``best``: the legal combination with the largest ratio in the data, which is what K
maximises; it is no likelihood of one data set, because the data choose what counts.  ``expected``: the legal
combination with the largest expected sensitivity, blind to what was observed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from protomodels.combiner.cliques import MAX_CLIQUES
from protomodels.critic import excluded_by_lep
from protomodels.errors import CombinationError, ConfigError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictions
from protomodels.production import cross_sections, in_order
from protomodels.scoring.decision.at_strength import NO_VALUE, WALL, at_strength
from protomodels.scoring.decision.decide import CROWDED
from protomodels.scoring.scorer import Scorer

TargetChoice = Literal["best", "expected"]
TARGETS: Final[tuple[TargetChoice, ...]] = ("best", "expected")
MOST_DEMANDING: Final = 2
"""Results that a policy may want in a combination: with more, pieces that exclude nothing depend on each other."""


@dataclass(frozen=True)
class Ratio:
    """The likelihood ratio of a model.

    Attributes
    ----------
    log_ratio: ln L(model) - ln L(Standard Model); 0 where no legal combination sees the model, -inf behind the wall.
    mu_max: largest signal strength that the published limits allow.
    members: the combination, as places in the predictions of the model, ascending.
    """

    log_ratio: float
    mu_max: float
    members: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class FixedStrength:
    """Likelihood ratios of models at their own signal strength, mu = 1: their multipliers carry it.

    Attributes
    ----------
    scorer: of the results.
    target: which combination counts.
    wall: whether a model has the ratio 0 that breaks a published limit (mu_max below 1), or that LEP excludes.

    Raises
    ------
    ConfigError: on creation, for a target that is none, a scorer with parts of the user's own, and a policy that wants
        more than two results in a combination.
    """

    scorer: Scorer
    target: TargetChoice = "expected"
    wall: bool = True

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ConfigError("target", self.target, "one of " + ", ".join(TARGETS))
        if self.scorer.choose_regions is not None or self.scorer.critic is not None:
            raise ConfigError("scorer", "parts of the user's own", "the policy's statistic of regions and critic")
        if self.scorer.policy.min_results > MOST_DEMANDING:
            raise ConfigError(
                "min_results", self.scorer.policy.min_results, f"at most {MOST_DEMANDING} for a posterior"
            )

    def of(self, model: ProtoModel) -> Ratio:
        """The ratio of a model.

        Raises
        ------
        PredictionError: where the model cannot be evaluated.
        CombinationError: where there are too many combinations.
        """
        policy = self.scorer.policy
        if self.wall and excluded_by_lep(model, policy) is not None:
            return Ratio(-math.inf, 0.0)
        model = in_order(model, policy.reference_order)
        return self.of_predictions(self.scorer.predictor.predict(model, cross_sections(model)))

    def of_predictions(self, predictions: Predictions) -> Ratio:
        """The same from predictions that were made before, without LEP's limit.

        Raises
        ------
        CombinationError: where there are too many combinations, or a joint likelihood has no maximum.
        """
        numbers = np.empty((4, len(predictions)))
        numbers[0], numbers[1], numbers[2] = predictions.sigma, predictions.limit_observed, predictions.limit_expected
        numbers[3] = predictions.marked
        judge = self.scorer.judge
        found = at_strength(
            *judge.fixed,
            predictions.rows,
            numbers,
            predictions.topology_bits,
            predictions.region_signal,
            MAX_CLIQUES,
            self.target == "expected",
            self.wall,
        )
        if found.state in (CROWDED, NO_VALUE):
            raise CombinationError(
                "its results can be combined in too many ways"
                if found.state == CROWDED
                else "a joint likelihood has no maximum"
            )
        if found.state == WALL:
            return Ratio(-math.inf, found.mu_max)
        return Ratio(found.log_ratio, found.mu_max, found.members)
