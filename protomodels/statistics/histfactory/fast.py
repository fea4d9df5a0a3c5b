r"""A likelihood with one nuisance parameter a region, fitted once to the full one.

It costs microseconds a point instead of milliseconds.  The form is that of :mod:`protomodels.statistics.simplified`,

.. math:: \lambda_i = \mu s_i + a_i + \theta_i + c_i \theta_i^2, \qquad \theta \sim N(0, W^{-1})

First a tangent: with c = 0, the V of :func:`.background.spread` where the full likelihood is largest without a signal,
and a so that the fast one is largest there, too.  Then a, c and the widths of W are fitted by least squares to the full
ln L of some signals (Levenberg and Marquardt), and other signals tell how good that is.

The form is for the data of the document, and near them: backgrounds for other data are those of :mod:`.background`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import expm, logm

from protomodels.statistics.histfactory.background import background_model, spread
from protomodels.statistics.histfactory.full import FullLikelihood
from protomodels.statistics.histfactory.model import Floats
from protomodels.statistics.histfactory.signals import KINDS, Labelled, for_fitting, for_judging
from protomodels.statistics.simplified import CovarianceModel

DEEPEST: Final = -15.0
"""ln L(1) - ln L(0) of a signal below which no combination could save it: such ones do not count."""
GOOD: Final = 0.02
"""Largest difference in ln L with which a tangent is left as it is."""
FITTING, JUDGING = 20, 21
"""Seeds of the signals."""
_ACCURACY: Final = 0.05
"""What is aimed at in ln L."""
_FREEDOM: Final = 2.0
"""Standard deviation of a, c and ln(width), in units of the widths, around the tangent."""
_FEW: Final = 6
"""Up to so many regions their correlations are fitted, too."""
_ROUNDS: Final = 12
_STEP: Final = 1e-3
_LONGEST: Final = 0.5


@dataclass(frozen=True)
class FastForm:
    """A fast likelihood and what it was fitted to.

    Attributes
    ----------
    model: for the data of the document.
    background: for any other data, and what pseudo-data are drawn from: b and V without the signal regions' data.
    difference: by kind of signal the largest difference to the full likelihood, in ln L(1) - ln L(0).
    """

    model: CovarianceModel
    background: CovarianceModel
    difference: dict[str, float]


def fast_form(full: FullLikelihood) -> FastForm:
    """The fast form of a document's likelihood.

    Raises
    ------
    ValueError: where it cannot be made.
    """
    background = background_model(full)
    given = known_values(full, for_fitting(background, np.random.default_rng(FITTING)))
    judged = known_values(full, for_judging(background, np.random.default_rng(JUDGING)))
    model = tangent(full)
    if max(differences(model, given).values()) > GOOD:
        model = _fitted(model, given)
    return FastForm(model, background, differences(model, judged))


def tangent(full: FullLikelihood) -> CovarianceModel:
    r"""The linear form at the fit to all data without a signal.

    .. math:: a = \nu - V \kappa, \qquad \kappa_i = n_i / \nu_i - 1

    Raises
    ------
    ValueError: where the fit does not reach its maximum.
    """
    if not full.best.converged:
        raise ValueError(f"the fit to all data stopped {full.best.gain:.1e} below its maximum")
    rates, covariance = spread(full, full.best.point)
    observed = full.observed[full.signal]
    center = rates - covariance @ (observed / rates - 1.0)
    return CovarianceModel(observed, center, np.zeros_like(center), np.asarray(np.linalg.inv(covariance)))


@dataclass(frozen=True)
class Known:
    """Signals whose full ln L(1) - ln L(0) is known: kinds, events (k, n), and values (k,)."""

    kinds: tuple[str, ...]
    signals: Floats
    values: Floats


def known_values(full: FullLikelihood, signals: Labelled) -> Known:
    """The full likelihood of signals; those without a certified one, or with a hopeless one, are left out."""
    values = np.array([full.log_likelihood_ratio(signal, [1.0])[0] for _, signal in signals])
    kept = np.flatnonzero(np.nan_to_num(values, nan=-np.inf) > DEEPEST)
    if not len(kept):
        raise ValueError("the full likelihood of no signal could be computed")
    return Known(tuple(signals[i][0] for i in kept), np.array([signals[i][1] for i in kept]), values[kept])


def differences(model: CovarianceModel, known: Known) -> dict[str, float]:
    """Largest difference of a form to known values of ln L, by kind of signal."""
    apart = np.abs(model.log_likelihood_ratio(known.signals, [1.0])[:, 0] - known.values)
    kinds = np.array(known.kinds)
    return {kind: float(apart[kinds == kind].max()) for kind in KINDS if (kinds == kind).any()}


def _fitted(start: CovarianceModel, known: Known) -> CovarianceModel:
    """The form with a, c, widths, and for few regions correlations, by least squares."""
    n = len(start.center)
    widths = start.widths
    logarithm = logm(start.covariance / np.outer(widths, widths))
    above = np.triu_indices(n, 1) if n <= _FEW else (np.zeros(0, dtype=np.intp),) * 2

    def form(x: Floats) -> CovarianceModel:
        shift, curvature, grown = x[: 3 * n].reshape(3, n)
        weight = start.weight
        if len(above[0]):
            turned = logarithm.copy()
            turned[above] += x[3 * n :]
            turned.T[above] += x[3 * n :]
            weight = np.asarray(expm(-turned) / np.outer(widths, widths), dtype=np.float64)
        wider = np.exp(grown)
        center = start.center + shift * widths
        return CovarianceModel(start.observed, center, curvature / widths, weight / np.outer(wider, wider))

    def residuals(x: Floats) -> Floats:
        ours = form(x).log_likelihood_ratio(known.signals, [1.0])[:, 0]
        return np.concatenate([(ours - known.values) / _ACCURACY, x / _FREEDOM])

    x, damping = np.zeros(3 * n + len(above[0])), 1e-3
    here = residuals(x)
    for _ in range(_ROUNDS):
        slopes = np.array([(residuals(x + _STEP * unit) - here) / _STEP for unit in np.eye(len(x))]).T
        matrix, gradient = slopes.T @ slopes, slopes.T @ here
        before = float(here @ here)
        while damping < 1e6:
            move = np.linalg.solve(matrix + damping * np.diag(np.diag(matrix)), -gradient)
            trial = x + np.clip(move, -_LONGEST, _LONGEST)
            there = residuals(trial)
            if there @ there < before:
                break
            damping *= 10.0
        else:
            break
        x, here, damping = trial, there, 0.1 * damping
        if before - here @ here < 0.01 * before:
            break
    return form(x)
