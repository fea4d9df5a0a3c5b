r"""K of a proto-model without rounding, and its exact derivatives inside a cell.

With :math:`\hat\mu` inside its range K does not change with it to first order; at the critic's limit it moves along:

.. math:: \frac{dK}{d\vartheta} = 2 \sum_i \frac{\partial \ln L_i}{\partial \vartheta}
   + 2 \frac{\partial \ln L}{\partial \mu} \frac{d \mu_{\max}}{d\vartheta}\,[\hat\mu = \mu_{\max}]
   - \frac{d\,\mathrm{penalty}}{d\vartheta}
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import brentq

from protomodels.errors import ConfigError
from protomodels.model import ProtoModel
from protomodels.production import cross_sections
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.gradient.likelihoods import Likelihood, together
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.scoring.gradient.penalty import penalty_slopes
from protomodels.scoring.gradient.signals import Members
from protomodels.settings import Policy

_STEP: Final = 1e-4
"""Of mu, relative, in the derivative of mu-hat."""


@dataclass(frozen=True, eq=False)
class Gradient:
    """dK / d(parameters), the best combination, the limiting result and all cells of maps held.

    Attributes
    ----------
    parameters: n of the model.
    K: of the model, without rounding of masses and signals.
    partial: dK / d parameter with all others held, branching ratios as well, (n,).
    mu_hat, mu_max: without rounding.
    at_limit: is mu-hat at mu_max?
    mu_hat_slopes: d mu-hat / d parameter with all others held, (n,).
    """

    parameters: Parameters
    K: float
    partial: Floats
    mu_hat: float
    mu_max: float
    at_limit: bool
    mu_hat_slopes: Floats

    @property
    def values(self) -> Floats:
        """dK / d parameter, 1/GeV for masses, (n,); a branching ratio grows and the others of its particle shrink in
        proportion (:attr:`.Parameters.directions`)."""
        return np.asarray(self.parameters.directions @ self.partial)

    def to_dict(self) -> dict[str, float]:
        """``values`` by name."""
        return dict(zip(self.parameters.names, self.values.tolist(), strict=True))


def gradient_of(evaluation: Evaluation) -> Gradient:
    """The gradient of K at an evaluated model.

    Raises
    ------
    ModelError: where the model has no K, or cross sections that are not kappa times the reference ones.
    ConfigError: where the predictor is not that of compiled results, or mu-hat is at the limit of a critic of the
        user's own, whose derivative nobody knows.
    """
    scorer = evaluation.scorer
    members, near, penalty = Members.of(evaluation), evaluation.mu_hat or 0.0, evaluation.parsimony.penalty
    if scorer.critic is None:
        return gradient_with(members, evaluation.model, scorer.policy, near, penalty)
    if near >= evaluation.mu_max:
        raise ConfigError("critic", "one of the user's own", "that of the policy, where mu-hat is at its limit")
    return gradient_with(members.without_limit(), evaluation.model, scorer.policy, near, penalty)


def gradient_with(
    members: Members, model: ProtoModel, policy: Policy, near: float = 0.0, penalty: float = 0.0
) -> Gradient:
    """The gradient of K for given results.

    Parameters
    ----------
    members: what is combined, and what limits the model; without such a result nothing does.
    near: where mu-hat is looked for first.
    penalty: of the prior, by its counts.

    Raises
    ------
    PredictionError: where the model cannot be evaluated.
    """
    parameters = Parameters.of(model)
    likelihoods, limiting = members.likelihoods(model, parameters)
    mu_max, mu_max_slopes = math.inf, np.zeros(len(parameters))
    if members.limiting is not None and limiting is not None and limiting.sigma[0] > 0.0:
        log_r, slopes = members.limit(limiting, members.limiting.row)
        mu_max = policy.tolerance / math.exp(log_r)
        mu_max_slopes = -mu_max * slopes
    mu_hat = best_strength(likelihoods, near, mu_max)
    here = together(likelihoods, mu_hat, len(parameters))
    at_limit = mu_hat == mu_max and here.slope > 0.0
    partial, mu_hat_slopes = 2.0 * here.gradient, np.zeros(len(parameters))
    if at_limit:
        partial = partial + 2.0 * here.slope * mu_max_slopes
        mu_hat_slopes = mu_max_slopes
    elif mu_hat > 0.0:
        mu_hat_slopes = _strength_slopes(likelihoods, mu_hat, len(parameters))
    partial = partial - penalty_slopes(policy, parameters, cross_sections(model), mu_hat, mu_hat_slopes)
    return Gradient(parameters, 2.0 * here.ratio - penalty, partial, mu_hat, mu_max, at_limit, mu_hat_slopes)


def best_strength(likelihoods: list[Likelihood], near: float, mu_max: float) -> float:
    """The signal strength of the largest likelihood in [0, mu_max], of curves that are concave.

    Parameters
    ----------
    near: where to look first.
    """

    def slope(mu: float) -> float:
        return sum(likelihood.at(mu).slope for likelihood in likelihoods)

    if not likelihoods or mu_max <= 0.0:
        return 0.0
    low, high = 0.0, min(mu_max, 1.01 * near if near > 0.0 else 1.0)
    while slope(high) > 0.0:
        if high >= mu_max:
            return mu_max
        low, high = high, min(mu_max, 2.0 * high)
    if low < 0.99 * near < high and slope(0.99 * near) > 0.0:
        low = 0.99 * near
    if low == 0.0 and slope(0.0) <= 0.0:
        return 0.0
    return float(brentq(slope, low, high, xtol=1e-300, rtol=1e-13))


def _strength_slopes(likelihoods: list[Likelihood], mu_hat: float, n: int) -> Floats:
    """d mu-hat / d parameter inside the range: the slope of ln L in mu stays zero."""
    low, high = (together(likelihoods, mu_hat * (1.0 + sign * _STEP), n) for sign in (-1.0, 1.0))
    # the slope's derivative in a parameter is the gradient's derivative in mu
    return np.asarray((high.gradient - low.gradient) / (low.slope - high.slope))
