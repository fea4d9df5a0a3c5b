"""Weights of decay trees: production cross section times branching ratios, in fb."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from protomodels.kernel import kernel
from protomodels.predictor.structures.arrays import UNKNOWN, Arrays
from protomodels.results.compiled.tables import Floats, Ints

QUEUED: Final = -3
"""Pairs of classes that are on the list of unknown ones."""

Flags = NDArray[np.uint8]
"""0 or 1 for each origin: is it strong enough?"""


@kernel
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
    n_chains, depth = s.chain_ratios.shape
    product = np.ones(n_chains)
    for chain in range(n_chains):
        for k in range(depth):
            if s.chain_ratios[chain, k] < 0:
                break
            product[chain] *= ratios[s.chain_ratios[chain, k]]
    found = 0
    for pair in range(sigma.shape[0]):
        largest = sigma[pair].max()
        for i in range(legs[pair, 0], legs[pair, 1]):
            first = largest * product[i]
            if first < cut:
                continue
            for j in range(legs[pair, 2], legs[pair, 3]):
                if first * product[j] < cut:
                    continue
                a, b = s.chain_class[i], s.chain_class[j]
                origin = s.origin[a, b]
                if origin == UNKNOWN:
                    if found < len(unknown):
                        unknown[found, 0], unknown[found, 1] = a, b
                        s.origin[a, b] = s.origin[b, a] = QUEUED
                        found += 1
                elif origin >= 0:
                    active[origin] = 1
                    for energy in range(sigma.shape[1]):
                        weights[origin, energy] += sigma[pair, energy] * product[i] * product[j]
    return found


@kernel
def accumulate(s: Arrays, weights: Floats, active: Flags, sms_weights: Floats, sms_particles: Ints) -> None:
    """Weights and particle masks of the SMS that the origins compress to."""
    for origin in range(len(active)):
        if active[origin] == 0:
            continue
        for k in range(s.origin_first[origin], s.origin_first[origin + 1]):
            sms = s.origin_sms[k]
            sms_particles[sms] |= s.origin_particles[origin]
            for energy in range(weights.shape[1]):
                sms_weights[sms, energy] += weights[origin, energy]
