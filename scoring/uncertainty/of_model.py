"""The error bars of an evaluated model's parameters.

The results are those of its best combination, whatever else would be combined at other values; the signal strength
stays at mu-hat, so that kappas carry all of it.  The prior and the limits of other results are not in it.  An upper
limit counts with the cluster that it has at the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.particles import mass_interval
from protomodels.scoring.evaluation import Evaluation
from protomodels.scoring.gradient.likelihoods import together
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.scoring.gradient.signals import Members
from protomodels.scoring.uncertainty.fisher import fisher_intervals
from protomodels.scoring.uncertainty.intervals import Interval, Point
from protomodels.scoring.uncertainty.profile import Box, profile_intervals

SMALLEST_RATIO: Final = 1e-3
"""Of branching ratios: at 0 a channel would be gone."""
LARGEST_FACTOR: Final = 100.0
"""Kappas are searched up to so many times their own value."""


@dataclass(frozen=True)
class ModelLikelihood:
    """2 ln L of the results of a combination at a fixed signal strength, relative to no signal.

    Attributes
    ----------
    members: the results.
    like: the model whose parameters these are.
    parameters: its n parameters.
    mu: signal strength.
    """

    members: Members
    like: ProtoModel
    parameters: Parameters
    mu: float

    def __call__(self, values: Floats) -> Point | None:
        """At some values of the parameters, (n,); None where the model cannot exist.

        Raises
        ------
        PredictionError: where the model cannot be evaluated.
        """
        model = self.parameters.model(self.like, values)
        if model is None:
            return None
        found = together(self.members.likelihoods(model, self.parameters)[0], self.mu, len(values))
        return Point(2.0 * found.ratio, 2.0 * found.gradient, found.information)


def fisher_errors(evaluation: Evaluation, names: Sequence[str] | None = None) -> tuple[Interval, ...]:
    """Symmetric 68% intervals from Fisher's information, all parameters unknown at once.

    Parameters
    ----------
    names: of the parameters that are wanted; all without.

    Raises
    ------
    ModelError, ConfigError: as :func:`protomodels.scoring.gradient.gradient_of`.
    """
    function = _likelihood(evaluation)
    parameters = function.parameters
    here = function(parameters.values)
    if here is None:
        raise ModelError("model", evaluation.model.fingerprint(), "one whose decays are possible")
    units = [parameter.unit for parameter in parameters.listed]
    found = fisher_intervals(here.information, parameters.values, parameters.names, units, parameters.free)
    return found if names is None else tuple(found[parameters.number(name)] for name in names)


def profile_errors(
    evaluation: Evaluation, names: Sequence[str] | None = None, held: bool = False
) -> tuple[Interval, ...]:
    """68% intervals by the likelihood itself, which need not be symmetric.

    Parameters
    ----------
    names: of the parameters that are wanted; all masses without.
    held: the other parameters stay as they are; else they are at their best everywhere.

    Raises
    ------
    ModelError, ConfigError: as :func:`protomodels.scoring.gradient.gradient_of`.
    PredictionError: where a model nearby cannot be evaluated.
    """
    function = _likelihood(evaluation)
    parameters, box = function.parameters, allowed_box(evaluation.model, function.parameters)
    wanted = parameters.of_kind("mass") if names is None else [parameters.number(name) for name in names]
    units = [parameter.unit for parameter in parameters.listed]
    return profile_intervals(function, parameters.values, wanted, box, parameters.names, units, held)


def allowed_box(model: ProtoModel, parameters: Parameters) -> Box:
    """Where the parameters of a model may be: masses between the walls and the particles beside them."""
    low, high = np.zeros(len(parameters)), np.ones(len(parameters))
    for i, parameter in enumerate(parameters.listed):
        if parameter.kind == "mass":
            low[i], high[i] = mass_interval(parameter.pid, model.masses)
        elif parameter.kind == "ratio":
            low[i] = min(SMALLEST_RATIO, parameters.values[i])
        else:
            high[i] = LARGEST_FACTOR * parameters.values[i]
    return Box(parameters.free, parameters.directions, low, high)


def _likelihood(evaluation: Evaluation) -> ModelLikelihood:
    parameters = Parameters.of(evaluation.model)
    members = Members.of(evaluation).without_limit()
    return ModelLikelihood(members, evaluation.model, parameters, evaluation.mu_hat or 0.0)
