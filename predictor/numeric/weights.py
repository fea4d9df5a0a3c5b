"""Weights of decay trees: production cross section times branching ratios, in fb."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import part
from protomodels.predictor.numeric.arrays import QUEUED, UNKNOWN, Arrays
from protomodels.results.compiled.tables import Floats, Ints

Flags = NDArray[np.bool_]
"""For each origin: is it strong enough?"""


@part
def decay_weights(
    s: Arrays, ratios: Floats, sigma: Floats, legs: Ints, cut: float, weights: Floats, active: Flags, unknown: Ints
) -> int:
    """Sum the weights of the decay trees that are at least ``cut`` (fb) at one energy.

    Parameters
    ----------
    ratios: branching ratios.
    sigma: production cross sections in fb, (pairs, energies).
    legs: first and one past the last chain of both legs of each pair, (pairs, 4).
    weights, active: filled for each origin, (origins, energies) and (origins,).
    unknown: filled with pairs of classes whose origin is not known, (m, 2).

    Returns
    -------
    Number of unknown pairs.
    """
    n_chains, depth = s.chains.shape
    product = np.ones(n_chains)
    for chain in range(n_chains):
        for k in range(1, depth):
            if s.chains[chain, k] < 0:
                break
            product[chain] *= ratios[s.chains[chain, k]]
    found = 0
    for pair in range(sigma.shape[0]):
        largest = sigma[pair, 0]
        for energy in range(1, sigma.shape[1]):
            if not sigma[pair, energy] <= largest:
                largest = sigma[pair, energy]
        for i in range(legs[pair, 0], legs[pair, 1]):
            first = largest * product[i]
            if first < cut:
                continue
            for j in range(legs[pair, 2], legs[pair, 3]):
                if first * product[j] < cut:
                    continue
                a, b = s.chains[i, 0], s.chains[j, 0]
                number = s.numbers[a, b]
                if number == UNKNOWN:
                    if found < len(unknown):
                        unknown[found, 0], unknown[found, 1] = a, b
                        s.numbers[a, b] = s.numbers[b, a] = QUEUED
                        found += 1
                elif number > 0:
                    origin = s.rank[number]
                    active[origin] = True
                    for energy in range(sigma.shape[1]):
                        weights[origin, energy] += sigma[pair, energy] * product[i] * product[j]
    return found


@part
def accumulate(
    s: Arrays, weights: Floats, active: Flags, sms_weights: Floats, sms_particles: Ints, needed: Flags
) -> None:
    """Weights and particle masks of the SMS that the origins compress to, and which points these have."""
    for origin in range(len(active)):
        if not active[origin]:
            continue
        for k in range(s.origins[origin, 0], s.origins[origin + 1, 0]):
            sms = s.origin_sms[k]
            sms_particles[sms] |= s.origins[origin, 1]
            for energy in range(weights.shape[1]):
                sms_weights[sms, energy] += weights[origin, energy]
    for sms in range(len(sms_particles)):
        if sms_particles[sms] != 0:
            for k in range(s.sms[sms, 0], s.sms[sms + 1, 0]):
                needed[s.sms_points[k]] = True
