r"""The smooth part of the prior: what depends on the values of parameters, not on counts of them.

This is the one place where the penalty on multipliers (:mod:`protomodels.prior`) enters gradients: with groups g of
equal multipliers among the visible productions, and the prior's factor f,

.. math:: \mathrm{penalty} = \sum_g \frac{1}{n_g} \sum_{i \in g} \left(\frac{\ln \kappa_i \hat\mu}{\ln f}\right)^2
   \quad\Rightarrow\quad \frac{d\,\mathrm{penalty}}{d\vartheta} = \sum_g \frac{1}{n_g} \sum_{i \in g}
   \frac{2 \ln \kappa_i \hat\mu}{\ln^2 f} \left(\frac{1}{\kappa_i} \frac{d\kappa_i}{d\vartheta}
   + \frac{1}{\hat\mu} \frac{d\hat\mu}{d\vartheta}\right)
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from protomodels.prior import SSM_EQUAL, VISIBLE
from protomodels.production import CrossSections
from protomodels.scoring.gradient.parameters import Floats, Parameters
from protomodels.settings import Policy


def penalty_slopes(
    policy: Policy, parameters: Parameters, sections: CrossSections, mu_hat: float, mu_hat_slopes: Floats
) -> Floats:
    """How the smooth part of the prior lowers K: d penalty / d parameter, (n,), at fixed other parameters.

    Zeros without a prior on multipliers.  The counts of particles, branching ratios and multipliers are constant in a
    cell, and so are the groups of equal multipliers and which productions are visible.

    Parameters
    ----------
    parameters: n of the model.
    sections: its cross sections for mu = 1.
    mu_hat: a multiplier counts as kappa times mu-hat; where there is no signal, as kappa.
    mu_hat_slopes: d mu-hat / d parameter, (n,).
    """
    out = np.zeros(len(parameters))
    if policy.multiplier_spread == 0.0:
        return out
    scaled = sections.scaled(mu_hat) if mu_hat > 0.0 else sections
    kappas, rises = scaled.kappas(), mu_hat_slopes / mu_hat if mu_hat > 0.0 else out
    place = {parameters.listed[i].pair: i for i in parameters.of_kind("kappa")}
    seen = np.flatnonzero((scaled.sigma > VISIBLE).any(axis=1) & np.isfinite(kappas))
    for group in _groups(kappas, seen):
        for row in group.tolist():
            weight = 2.0 * math.log(kappas[row]) / (math.log(policy.multiplier_spread) ** 2 * len(group))
            own = place[sections.pairs[row]]
            out += weight * rises
            out[own] += weight / parameters.values[own]
    return out


def _groups(kappas: Floats, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows with equal multipliers, as the prior counts them: within 3% of the smallest of their group."""
    ordered, found = rows[np.argsort(kappas[rows], kind="stable")], []
    while len(ordered):
        n = int(np.count_nonzero(kappas[ordered] <= kappas[ordered[0]] * (1.0 + SSM_EQUAL)))
        found.append(ordered[:n])
        ordered = ordered[n:]
    return found
