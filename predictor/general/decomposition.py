"""A spectrum decomposed, as far as the topologies of the results reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.predictor.general.branches import Grower
from protomodels.predictor.general.forest import Forest
from protomodels.predictor.general.options import Options
from protomodels.predictor.general.patterns import Matcher
from protomodels.predictor.general.points import Placer, Points
from protomodels.predictor.general.results import Tables
from protomodels.predictor.general.sms import Events, Producer
from protomodels.predictor.general.states import Model, read_spectrum
from protomodels.production import CrossSections
from protomodels.results.compiled.tables import Floats
from protomodels.spectrum import Spectrum


@dataclass(frozen=True)
class Decomposition:
    """What a spectrum produces, and where it stands in the maps.

    Attributes
    ----------
    pairs: signed pids of one or two new particles that are produced.  sigma: fb, (pairs, energies).
    thresholds: smallest product of branching ratios of each signed pid that can reach the cut.
    events, points: what matches a topology.
    """

    model: Model
    forest: Forest
    producer: Producer
    pairs: list[tuple[int, ...]]
    sigma: Floats
    thresholds: dict[int, float]
    events: Events
    points: Points


def decompose(tables: Tables, spectrum: Spectrum, sections: CrossSections, options: Options) -> Decomposition:
    """Decompose one spectrum.

    Raises
    ------
    PredictionError: where the model has too many decay trees, or its decays go round in a circle.
    """
    patterns = tables.patterns
    model = read_spectrum(spectrum, patterns.standard_codes, options)
    forest = Forest(model.states, patterns.invisible_codes, options)
    matcher = Matcher(patterns, forest)
    pairs, sigma = _produced(sections, model)
    thresholds = _thresholds(pairs, sigma, options)
    grower = Grower(model, forest, thresholds, matcher.wanted(model))
    producer = Producer(patterns, forest, matcher, grower, options)
    events = producer.events(pairs, sigma)
    points = Placer(tables, forest, matcher, producer).points(events)
    return Decomposition(model, forest, producer, pairs, sigma, thresholds, events, points)


def _produced(sections: CrossSections, model: Model) -> tuple[list[tuple[int, ...]], Floats]:
    """The production modes of the model's own particles, one or two each, as in SModelS."""
    pairs = [tuple(pid for pid in pair if pid != 0) for pair in sections.pairs]
    known = [i for i, pair in enumerate(pairs) if len(pair) <= 2 and all(pid in model.classes for pid in pair)]
    return [pairs[i] for i in known], np.asarray(sections.sigma[known])


def _thresholds(pairs: list[tuple[int, ...]], sigma: Floats, options: Options) -> dict[int, float]:
    """The smallest product of branching ratios of each produced particle that can reach the cut."""
    needed: dict[int, float] = {}
    for pair, largest in zip(pairs, sigma.max(axis=1, initial=0.0).tolist(), strict=True):
        if largest >= options.sigmacut:
            for pid in pair:
                needed[pid] = min(needed.get(pid, 1.0), options.sigmacut / largest)
    return needed
