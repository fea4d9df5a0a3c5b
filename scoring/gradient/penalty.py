"""The smooth part of the prior: what depends on the values of parameters, not on counts of them.

This is the one place where a penalty on multipliers enters gradients.
"""

from __future__ import annotations

import numpy as np

from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.settings import Policy


def penalty_slopes(policy: Policy, parameters: Parameters, mu_hat: float, mu_hat_slopes: Floats) -> Floats:
    """How the smooth part of the prior lowers K: d penalty / d parameter, (n,), at fixed other parameters.

    No policy has such a part: zeros.  The counts of particles, branching ratios and multipliers are constant in a cell.

    Parameters
    ----------
    mu_hat: a multiplier counts as kappa times mu-hat.
    mu_hat_slopes: d mu-hat / d parameter, (n,).
    """
    return np.zeros(len(parameters))
