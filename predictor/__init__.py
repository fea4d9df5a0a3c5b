"""A model and results in, predictions out.

Out go :class:`Predictions`: for every result that a model touches its signal, its limits and its counts, as arrays.

    loading      the predictor of some results
    protocol     the Predictor protocol: what every predictor offers
    predictions  what a model gives in each result: the container of arrays
    regions      which region of an analysis counts, for the combination and for the critic
    compiled     the predictor on compiled results: milliseconds a model; what a walk uses
    slopes       signals without rounding, and their derivatives
    structures/  decay trees of a model matched to the topologies of the results, once per structure
    numeric/     the numbers of one model, with numba
    maps/        look-ups in maps, and the memory of them
    general/     models of any kind: all particles, decays and lifetimes, on all compiled results
    oracle       the predictor that asks SModelS itself: slow, the reference
    translation  a proto-model as SModelS objects
"""

from protomodels.predictor.loading import load_results, predictor_of
from protomodels.predictor.predictions import Predictions
from protomodels.predictor.protocol import Predictor

__all__ = ["Predictions", "Predictor", "load_results", "predictor_of"]
