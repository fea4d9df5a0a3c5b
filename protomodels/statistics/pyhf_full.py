r"""The full likelihood of a pyhf document: all channels, all nuisance parameters, through pyhf.

.. math:: \ln L(\mu) = \max_\theta \left[ \sum_{bins} \ln \mathrm{Pois}(n_b \,|\, \mu s_b + \nu_b(\theta))
   + \sum_p \ln c_p(a_p \,|\, \theta_p) \right]

with the expected backgrounds nu and the constraint terms c of the document (CERN-OPEN-2012-016).  A point costs seconds
to minutes: it is what :mod:`protomodels.statistics.pyhf_simplified` is checked against.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from protomodels.statistics.pyhf_document import SETTINGS, JsonRegions, parameters

Floats = NDArray[np.float64]

SIGNAL: Final = "protomodels_mu"
"""Name of the signal strength among a document's parameters."""


def full_log_likelihood_ratio(regions: JsonRegions, signal: Sequence[float], mu: Sequence[float]) -> Floats:
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
    >>> full_log_likelihood_ratio(regions, [2.0], [1.0]).round(3).tolist()   # 6 ln(6 / 4) - 2
    [0.433]
    """
    import pyhf

    spec: dict[str, list[Any]] = {"channels": [], "parameters": parameters(regions.spec)}
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
