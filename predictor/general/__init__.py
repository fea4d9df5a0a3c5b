"""Predictions for models of any kind, from compiled results: all particles, decays, lifetimes, resonances.

In come a spectrum, its cross sections and options; out go predictions and the topologies behind each row.  What SModelS
would enumerate tree by tree is built here from the topologies of the results: decays that no topology can hold are
not followed.

    options     SModelS's parameters, by its names
    states      a spectrum as SModelS sees it: equal particles are one, widths decide what is prompt or stable
    forest      decay trees, each kept once, and their compression
    patterns    the topologies of the results, and which decay trees match a part of them
    branches    the decay trees of a particle that may count, with their branching ratios
    sms         produced particles with their trees, compressed: weights, and what comes from the same decays
    points      where these stand in the maps: masses, widths, share of prompt and of stable particles
    lookups     efficiencies and limits there, with numba
    sums        sums of regions, and the rows of a prediction;  limits: clusters of upper limits
    behind      the particles behind each event
    results     compiled results as this package reads them
    decomposition  from a spectrum to these events and points
    kinds       do the analyses behind a topology look for prompt or for displaced decays
    predictor   all of it
    coverage/   how much of what is produced any result sees
"""

from protomodels.predictor.general.options import PROTO_OPTIONS, Options
from protomodels.predictor.general.predictor import SpectrumPredictions, SpectrumPredictor, predict_spectrum

__all__ = ["PROTO_OPTIONS", "Options", "SpectrumPredictions", "SpectrumPredictor", "predict_spectrum"]
