"""A simplified likelihood that is fitted once to a pyhf document: milliseconds instead of seconds a point.

One Gaussian nuisance a signal region (:mod:`protomodels.statistics.simplified`): mean and covariance of the backgrounds
as the control regions and the constraint terms know them, to first order in all parameters, without the data of the
signal regions themselves, which enter the likelihood as data.  Signals in control regions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.pyhf_document import SETTINGS, JsonRegions, parameters
from protomodels.statistics.pyhf_full import full_log_likelihood_ratio
from protomodels.statistics.simplified import CovarianceModel, covariance_model

Floats = NDArray[np.float64]

RIDGE: Final = 1e-4
"""Relative addition to the variances."""
STEP: Final = 1e-4
"""Of a parameter, for derivatives by differences."""
MAX_ITERATIONS: Final = 30


@dataclass(frozen=True)
class BackgroundFit:
    """What control regions and constraint terms say about the parameters of a document, p of them.

    Attributes
    ----------
    model: pyhf's.
    signal: which of its rates are those of the signal regions.
    point, information: best fit and information matrix of the parameters, (p,), (p, p).
    slopes: d rates / d parameters there, (rates, p).
    """

    model: Any
    signal: NDArray[np.intp]
    point: Floats
    information: Floats
    slopes: Floats


def background_fit(regions: JsonRegions) -> BackgroundFit:
    r"""The fit of a document's backgrounds, without the data of its signal regions.

    .. math:: \hat\theta = \arg\max \sum_{b \in CR} \ln \mathrm{Pois}(n_b \,|\, \nu_b(\theta))
       + \sum_p \ln c_p(\theta_p)

    by Gauss-Newton; see :mod:`.pyhf_full` for the terms.

    Raises
    ------
    KeyError, numpy.linalg.LinAlgError: where the document does not allow it.
    """
    model = _background_model(regions.spec)
    first = {name: place.start for name, place in model.config.channel_slices.items()}
    signal = np.array([first[channel] + number for channel, number in regions.signal], dtype=np.intp)
    data = regions.data
    control = [first[name] + i for name in regions.control for i in range(len(data[name]))]
    events = np.array([x for name in regions.control for x in data[name]], dtype=np.float64)
    point, information, slopes = _fit(model, np.array(control, dtype=np.intp), events)
    return BackgroundFit(model, signal, point, information, slopes)


def simplified(regions: JsonRegions) -> tuple[Floats, Floats]:
    r"""Mean and covariance of the backgrounds of the n signal regions, by propagation to first order.

    .. math:: b = \nu(\hat\theta), \qquad V = J\, I^{-1} J^T

    with the slopes J = d nu / d theta and the information I of :func:`background_fit`.

    Returns
    -------
    b in events, (n,), and V in events^2, (n, n).

    Raises
    ------
    KeyError, numpy.linalg.LinAlgError: where the document does not allow it.
    """
    fit = background_fit(regions)
    own = fit.slopes[fit.signal]
    covariance = own @ np.linalg.inv(fit.information) @ own.T
    # fewer sources of uncertainty than regions leave it singular
    covariance[np.diag_indices(len(own))] *= 1.0 + RIDGE
    return np.maximum(expected_rates(fit.model, fit.point)[fit.signal], 1e-6), covariance


def simplified_model(regions: JsonRegions) -> CovarianceModel:
    """The simplified likelihood with the data of the signal regions; see :func:`simplified`.

    Raises
    ------
    ValueError: where it cannot be made.
    """
    background, covariance = simplified(regions)
    return covariance_model(regions.observed(), background, covariance)


def accuracy(regions: JsonRegions, n_signals: int, rng: np.random.Generator) -> float:
    """Largest difference in ln L(mu) - ln L(0), simplified less full, for random signals at mu = 0.5, 1 and 2.

    Signals are of the size of the backgrounds' total uncertainty, in a random half of the regions.

    Parameters
    ----------
    n_signals: random signals; each costs four fits of pyhf.
    """
    background, covariance = simplified(regions)
    model = covariance_model(regions.observed(), background, covariance)
    size = np.sqrt(background + np.diag(covariance))
    strengths = [0.5, 1.0, 2.0]
    worst = 0.0
    for _ in range(n_signals):
        signal = size * rng.uniform(0.1, 1.5, len(size)) * (rng.random(len(size)) < 0.5)
        signal[rng.integers(len(size))] = size.max()
        ours = model.log_likelihood_ratio(signal, strengths)
        worst = max(worst, float(np.abs(ours - full_log_likelihood_ratio(regions, signal.tolist(), strengths)).max()))
    return worst


def _background_model(spec: Mapping[str, Any]) -> Any:
    import pyhf

    known = {m["name"] for channel in spec["channels"] for s in channel["samples"] for m in s["modifiers"]}
    listed = [entry for entry in parameters(spec) if entry["name"] in known]
    document = {"channels": spec["channels"], "parameters": listed}
    return pyhf.Model(document, poi_name=None, modifier_settings=SETTINGS, validate=False)


def expected_rates(model: Any, point: Floats) -> Floats:
    """Expected events of all bins of a pyhf model at some parameters."""
    return np.asarray(model.expected_actualdata(point), dtype=np.float64)


def _constraint(model: Any, point: Floats) -> float:
    return float(np.asarray(model.constraint_logpdf(np.asarray(model.config.auxdata, dtype=float), point)))


def _fit(model: Any, control: NDArray[np.intp], events: Floats) -> tuple[Floats, Floats, Floats]:
    """Gauss-Newton on the control regions and the constraints: the point, its information matrix, d rates / d p."""
    point = np.array(model.config.suggested_init(), dtype=np.float64)
    fixed = np.array(model.config.suggested_fixed(), dtype=bool)
    low, high = np.array(model.config.suggested_bounds(), dtype=np.float64).T
    steps = 1 if len(control) == 0 else MAX_ITERATIONS
    for _ in range(steps):
        slopes, gradient, information = _derivatives(model, point, control, events)
        gradient[fixed] = 0.0
        slopes[:, fixed] = 0.0
        information[fixed, :] = information[:, fixed] = 0.0
        # what nothing constrains gets a width of 1, as everything else has in these units
        loose = np.diag(information) < 1e-6
        information[loose, loose] = 1.0
        move = np.linalg.solve(information, gradient)
        if np.abs(move).max() < 1e-4:
            break
        point = np.clip(point + move * min(1.0, 1.0 / max(np.abs(move).max(), 1e-9)), low + 1e-6, high - 1e-6)
    return point, information, slopes


def _derivatives(model: Any, point: Floats, control: NDArray[np.intp], events: Floats) -> tuple[Floats, Floats, Floats]:
    rates = expected_rates(model, point)
    n = len(point)
    slopes, first, second = np.empty((len(rates), n)), np.empty(n), np.empty(n)
    here = _constraint(model, point)
    for k in range(n):
        up, down = point.copy(), point.copy()
        up[k] += STEP
        down[k] -= STEP
        slopes[:, k] = (expected_rates(model, up) - expected_rates(model, down)) / (2.0 * STEP)
        above, below = _constraint(model, up), _constraint(model, down)
        first[k], second[k] = (above - below) / (2.0 * STEP), (above - 2.0 * here + below) / STEP**2
    own = slopes[control]
    seen = np.maximum(rates[control], 1e-9)
    gradient = own.T @ (events / seen - 1.0) + first
    information = (own.T * (np.maximum(events, 0.5) / seen**2)) @ own
    information[np.arange(n), np.arange(n)] += np.maximum(-second, 0.0)
    return slopes, gradient, information
