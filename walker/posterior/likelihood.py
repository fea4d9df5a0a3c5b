"""The likelihood of a point: what the target says of its proto-model."""

from __future__ import annotations

import logging
import math
from typing import Protocol

from protomodels.errors import CombinationError, PredictionError
from protomodels.scoring import Scorer
from protomodels.scoring.decision.fixed_strength import FixedStrength
from protomodels.walker.posterior.config import TargetConfig
from protomodels.walker.posterior.point import Point

log = logging.getLogger(__name__)


class Likelihood(Protocol):
    """ln L of a point, relative to the empty one."""

    def __call__(self, point: Point) -> float:
        """ln L; -inf where it is 0."""
        ...


def no_likelihood(point: Point) -> float:
    """That of the prior alone: 0 everywhere."""
    return 0.0


class ModelLikelihood:
    """That of a target, with the results of a scorer.

    Parameters
    ----------
    scorer: of the results.
    target: which combination counts, and whether published limits are a wall.

    Raises
    ------
    ConfigError: as :class:`protomodels.scoring.decision.fixed_strength.FixedStrength`.
    """

    def __init__(self, scorer: Scorer, target: TargetConfig) -> None:
        self._ratio = FixedStrength(scorer, target.target, target.critic == "wall")
        self._order = scorer.policy.reference_order

    def __call__(self, point: Point) -> float:
        """ln L(model) - ln L(Standard Model); -inf behind the wall, and for what cannot be evaluated."""
        if point.is_empty:
            return 0.0
        model = point.model(self._order)
        try:
            return self._ratio.of(model).log_ratio
        except (PredictionError, CombinationError) as error:
            log.warning("a model that cannot be evaluated counts as excluded: %s: %s", model, error)
            return -math.inf
