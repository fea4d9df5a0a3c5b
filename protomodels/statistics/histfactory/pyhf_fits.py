"""The full likelihood of a document through pyhf's own fits: seconds to minutes a point.

It is what :mod:`.full` and :mod:`.fast` are checked against.  Validation regions are left out, as there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.histfactory.document import SETTINGS, JsonRegions, parameters

Floats = NDArray[np.float64]

SIGNAL: Final = "protomodels_mu"
"""Name of the signal strength among a document's parameters."""


def pyhf_log_likelihood_ratio(regions: JsonRegions, signal: Sequence[float], mu: Sequence[float]) -> Floats:
    """ln L(mu) - ln L(0) of the full likelihood, by a fit of pyhf at each mu.

    Parameters
    ----------
    regions: the document, n signal regions.
    signal: events in each signal region for mu = 1, (n,); none in control regions.
    mu: signal strengths >= 0, (m,).

    Returns
    -------
    (m,).

    Raises
    ------
    ValueError: where there are not as many signals as regions.
    pyhf.exceptions.FailedMinimization: where a fit does not converge.

    >>> sample = {"name": "background", "data": [4.0], "modifiers": []}
    >>> channels = [{"name": "SR", "samples": [sample]}]
    >>> spec = {"channels": channels, "observations": [{"name": "SR", "data": [6.0]}], "measurements": [{"config": {}}]}
    >>> regions = JsonRegions(spec, ("SR",), (("SR", 0),), ())
    >>> pyhf_log_likelihood_ratio(regions, [2.0], [1.0]).round(3).tolist()   # 6 ln(6 / 4) - 2
    [0.433]
    """
    import pyhf

    spec: dict[str, list[Any]] = {"channels": [], "parameters": []}
    yields = dict(zip(regions.signal, signal, strict=True))
    listed = regions.data
    for channel in _channels(regions):
        samples = list(channel["samples"])
        own = [float(yields.get((channel["name"], i), 0.0)) for i in range(len(listed[channel["name"]]))]
        if any(own):
            modifiers = [{"name": SIGNAL, "type": "normfactor", "data": None}]
            samples.append({"name": SIGNAL, "data": own, "modifiers": modifiers})
        spec["channels"].append({**channel, "samples": samples})
    known = {m["name"] for channel in spec["channels"] for s in channel["samples"] for m in s["modifiers"]}
    spec["parameters"] = [entry for entry in parameters(regions.spec) if entry["name"] in known]
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


def pyhf_log_likelihoods(regions: JsonRegions, signals: Floats, points: Floats) -> Floats:
    """ln L at given parameters, with pyhf's expected events and constraint terms.

    Parameters
    ----------
    signals: events in each signal region, (k, n).
    points: nuisance parameters of the whole document, in pyhf's order, (k, p).

    Returns
    -------
    (k,), up to a constant of the document.
    """
    import pyhf

    whole = _model(regions.spec, regions.spec["channels"]).config
    model = _model(regions.spec, _channels(regions))
    config = model.config
    places = np.concatenate([np.arange(len(points[0]))[whole.par_slice(name)] for name in config.par_order])
    data = np.array([x for name in config.channels for x in regions.data[name]], dtype=np.float64)
    first = {name: place.start for name, place in config.channel_slices.items()}
    bins = [first[channel] + number for channel, number in regions.signal]
    out = np.empty(len(signals))
    for k, (signal, point) in enumerate(zip(signals, points, strict=True)):
        own = point[places]
        rates = np.array(model.expected_actualdata(own), dtype=np.float64)
        rates[bins] += signal
        terms = np.asarray(pyhf.tensorlib.poisson_logpdf(data, rates))
        out[k] = terms.sum() + float(np.asarray(model.constraint_logpdf(np.array(config.auxdata, dtype=float), own)))
    return out


def _channels(regions: JsonRegions) -> list[Any]:
    """The channels with a signal region, and those that constrain the backgrounds."""
    kept = {channel for channel, _ in regions.signal} | set(regions.control)
    return [channel for channel in regions.spec["channels"] if channel["name"] in kept]


def _model(spec: Mapping[str, Any], channels: Sequence[Any]) -> Any:
    import pyhf

    known = {m["name"] for channel in channels for s in channel["samples"] for m in s["modifiers"]}
    document = {"channels": channels, "parameters": [entry for entry in parameters(spec) if entry["name"] in known]}
    return pyhf.Model(document, poi_name=None, modifier_settings=SETTINGS, validate=False)
