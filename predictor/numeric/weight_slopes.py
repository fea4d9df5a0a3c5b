"""How the weights of SMS change with branching ratios and cross sections."""

from __future__ import annotations

import numpy as np

from protomodels.kernel import kernel
from protomodels.predictor.numeric.arrays import Arrays
from protomodels.predictor.numeric.weights import Flags, accumulate, decay_weights
from protomodels.results.compiled.tables import Floats, Ints


@kernel
def weigh(
    s: Arrays, ratios: Floats, sigma: Floats, legs: Ints, cut: float, unknown: Ints
) -> tuple[int, Flags, Floats, Ints, Floats, Floats]:
    """Weights of all SMS, sums over decay trees of cross section times branching ratios.

    Parameters as for :func:`protomodels.predictor.numeric.whole.predict_model`.

    Returns
    -------
    Number of unknown pairs of chains (the rest is empty where there are any); which origins count, (origins,); weights
    in fb (SMS, energies), and particles (SMS,); d weight / d ratio in fb (energies, SMS, ratios); d weight / d sigma,
    the same for all energies (SMS, pairs).
    """
    n_energies, n_origins, n_sms = sigma.shape[1], len(s.origins) - 1, len(s.sms) - 1
    weights, active = np.zeros((n_origins, n_energies)), np.zeros(n_origins, np.bool_)
    sms_weights, sms_particles = np.zeros((n_sms, n_energies)), np.zeros(n_sms, np.int64)
    by_ratio, by_pair = np.zeros((n_energies, n_sms, len(ratios))), np.zeros((n_sms, len(sigma)))
    found = decay_weights(s, ratios, sigma, legs, cut, weights, active, unknown)
    if found > 0:
        return found, active, sms_weights, sms_particles, by_ratio, by_pair
    accumulate(s, weights, active, sms_weights, sms_particles, np.zeros(len(s.points), np.bool_))
    depth = s.chains.shape[1]
    product, without = np.ones(len(s.chains)), np.ones(s.chains.shape)
    for chain in range(len(s.chains)):
        for k in range(1, depth):
            if s.chains[chain, k] < 0:
                break
            product[chain] *= ratios[s.chains[chain, k]]
            for other in range(1, depth):
                if other != k:
                    without[chain, other] *= ratios[s.chains[chain, k]]
    own_ratio, own_pair = np.zeros((n_energies, n_origins, len(ratios))), np.zeros((n_origins, len(sigma)))
    for pair in range(len(sigma)):
        largest = np.max(sigma[pair])
        for i in range(legs[pair, 0], legs[pair, 1]):
            if largest * product[i] < cut:
                continue
            for j in range(legs[pair, 2], legs[pair, 3]):
                number = s.numbers[s.chains[i, 0], s.chains[j, 0]]
                if largest * product[i] * product[j] < cut or number <= 0:
                    continue
                origin = s.rank[number]
                own_pair[origin, pair] += product[i] * product[j]
                for k in range(1, depth):
                    for energy in range(n_energies):
                        if s.chains[i, k] >= 0:
                            own_ratio[energy, origin, s.chains[i, k]] += (
                                sigma[pair, energy] * without[i, k] * product[j]
                            )
                        if s.chains[j, k] >= 0:
                            own_ratio[energy, origin, s.chains[j, k]] += (
                                sigma[pair, energy] * product[i] * without[j, k]
                            )
    for origin in range(n_origins):
        if active[origin]:
            for k in range(s.origins[origin, 0], s.origins[origin + 1, 0]):
                by_pair[s.origin_sms[k]] += own_pair[origin]
                for energy in range(n_energies):
                    by_ratio[energy, s.origin_sms[k]] += own_ratio[energy, origin]
    return found, active, sms_weights, sms_particles, by_ratio, by_pair
