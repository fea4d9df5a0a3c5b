"""Likelihoods in pyhf's JSON format: the full one, lazily, and a simplified one that is fitted to it once.

The simplified form has one Gaussian nuisance a signal region (:mod:`protomodels.statistics.simplified`): mean and
covariance of the backgrounds as the control regions and the constraint terms know them, to first order in all
parameters, without the data of the signal regions themselves, which enter the likelihood as data. Signals in control
regions are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.simplified import CovarianceModel, covariance_model, log_likelihood_ratio

Floats = NDArray[np.float64]

SETTINGS: Final = {"normsys": {"interpcode": "code4"}, "histosys": {"interpcode": "code4p"}}
SIGNAL: Final = "protomodels_mu"
RIDGE: Final = 1e-4
"""Relative addition to the variances."""
STEP: Final = 1e-4
"""Of a parameter, for derivatives by differences."""
MAX_ITERATIONS: Final = 30


Bin = tuple[str, int]
"""A channel and the number of the bin in it."""


@dataclass(frozen=True)
class JsonRegions:
    """A background-only JSON and which of its bins are what.

    Attributes
    ----------
    spec: the document.
    names: the signal regions, as the database calls them.
    signal: bin of each signal region.
    control: channels whose data constrain the backgrounds.
    """

    spec: Mapping[str, Any]
    names: tuple[str, ...]
    signal: tuple[Bin, ...]
    control: tuple[str, ...]

    @property
    def data(self) -> dict[str, list[float]]:
        """Events by channel."""
        return {entry["name"]: entry["data"] for entry in self.spec["observations"]}

    def observed(self) -> Floats:
        """Events in the signal regions."""
        data = self.data
        return np.array([float(data[channel][number]) for channel, number in self.signal])


def json_regions(spec: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> JsonRegions:
    """Which bin is which region.

    Parameters
    ----------
    listed: the database's entries: ``smodels`` (region or None), ``pyhf`` (channel) and ``type`` (SR, CR, VR).

    Raises
    ------
    ValueError: where the bins of the signal regions cannot be told.
    """
    sizes = {entry["name"]: len(entry["data"]) for entry in spec["observations"]}
    wanted = [entry for entry in listed if entry.get("type", "SR") == "SR" and entry["smodels"] is not None]
    control = [entry["pyhf"] for entry in listed if entry.get("type") == "CR" and entry["pyhf"] in sizes]
    control = control or [name for name in sizes if "CR" in name]
    names = [str(entry["smodels"]) for entry in wanted]
    own = [str(entry.get("pyhf", entry["smodels"])) for entry in wanted]
    found = [next(((n, 0) for n in (name, f"{name}_cuts") if sizes.get(n) == 1), None) for name in own]
    bins = [bin_ for bin_ in found if bin_ is not None]
    if len(bins) < len(wanted):
        # the database then lists its regions in the order of the document
        bins = [(name, i) for name, size in sizes.items() if name.startswith("SR") for i in range(size)]
        if len(bins) != len(wanted):
            raise ValueError(f"{len(wanted)} signal regions for {len(bins)} bins of channels SR...")
    return JsonRegions(spec, tuple(names), tuple(bins), tuple(control))


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
    """The fit of a document's backgrounds, without the data of its signal regions."""
    model = _background_model(regions.spec)
    first = {name: place.start for name, place in model.config.channel_slices.items()}
    signal = np.array([first[channel] + number for channel, number in regions.signal], dtype=np.intp)
    data = regions.data
    control = [first[name] + i for name in regions.control for i in range(len(data[name]))]
    events = np.array([x for name in regions.control for x in data[name]], dtype=np.float64)
    point, information, slopes = _fit(model, np.array(control, dtype=np.intp), events)
    return BackgroundFit(model, signal, point, information, slopes)


def simplified(regions: JsonRegions) -> tuple[Floats, Floats]:
    """Mean (n,) and covariance (n, n) of the backgrounds of the signal regions, events."""
    fit = background_fit(regions)
    own = fit.slopes[fit.signal]
    covariance = own @ np.linalg.inv(fit.information) @ own.T
    # fewer sources of uncertainty than regions leave it singular
    covariance[np.diag_indices(len(own))] *= 1.0 + RIDGE
    return np.maximum(expected_rates(fit.model, fit.point)[fit.signal], 1e-6), covariance


def simplified_model(regions: JsonRegions) -> CovarianceModel:
    """The simplified likelihood; see :func:`simplified`.

    Raises
    ------
    ValueError: where it cannot be made.
    """
    background, covariance = simplified(regions)
    return covariance_model(regions.observed(), background, covariance)


def full_log_likelihood_ratio(regions: JsonRegions, signal: Sequence[float], mu: Sequence[float]) -> Floats:
    """ln L(mu) - ln L(0) of the full likelihood through pyhf, seconds a point; signal in events, (n,)."""
    import pyhf

    spec: dict[str, list[Any]] = {"channels": [], "parameters": _parameters(regions.spec)}
    yields = dict(zip(regions.signal, signal, strict=True))
    listed = regions.data
    for channel in regions.spec["channels"]:
        samples = list(channel["samples"])
        own = [float(yields.get((channel["name"], i), 0.0)) for i in range(len(listed[channel["name"]]))]
        if any(own):
            modifiers = [{"name": SIGNAL, "type": "normfactor", "data": None}]
            samples.append({"name": SIGNAL, "data": own, "modifiers": modifiers})
        spec["channels"].append({**channel, "samples": samples})
    model = pyhf.Model(spec, poi_name=SIGNAL, modifier_settings=SETTINGS, validate=False)
    data = [x for name in model.config.channels for x in listed[name]] + model.config.auxdata
    bounds = model.config.suggested_bounds()
    bounds[model.config.poi_index] = (0.0, max(10.0, 2.0 * max(mu)))
    values = [
        pyhf.infer.mle.fixed_poi_fit(strength, data, model, par_bounds=bounds, return_fitted_val=True)[1]
        for strength in (0.0, *mu)
    ]
    twice = np.array([float(value) for value in values])
    return np.asarray(0.5 * (twice[0] - twice[1:]), dtype=np.float64)


def accuracy(regions: JsonRegions, n_signals: int, rng: np.random.Generator) -> float:
    """Largest difference in ln L(mu) - ln L(0), simplified less full, for random signals at mu = 0.5, 1 and 2.

    Signals are of the size of the backgrounds' total uncertainty, in a random half of the regions.
    """
    background, covariance = simplified(regions)
    model = covariance_model(regions.observed(), background, covariance)
    size = np.sqrt(background + np.diag(covariance))
    strengths = [0.5, 1.0, 2.0]
    worst = 0.0
    for _ in range(n_signals):
        signal = size * rng.uniform(0.1, 1.5, len(size)) * (rng.random(len(size)) < 0.5)
        signal[rng.integers(len(size))] = size.max()
        ours = log_likelihood_ratio(model, signal, strengths)
        worst = max(worst, float(np.abs(ours - full_log_likelihood_ratio(regions, signal.tolist(), strengths)).max()))
    return worst


def _parameters(spec: Mapping[str, Any]) -> list[Any]:
    return list(spec["measurements"][0]["config"].get("parameters", []))


def _background_model(spec: Mapping[str, Any]) -> Any:
    import pyhf

    known = {m["name"] for channel in spec["channels"] for s in channel["samples"] for m in s["modifiers"]}
    parameters = [entry for entry in _parameters(spec) if entry["name"] in known]
    document = {"channels": spec["channels"], "parameters": parameters}
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
