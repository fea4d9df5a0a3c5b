"""Lower bounds of K from known proto-models, and the uniformity of the p-values they give."""

from __future__ import annotations

import numpy as np
from scipy.stats import kstest

from protomodels.campaign.bounds import lower_bounds
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.model import ProtoModel
from protomodels.particles import LBP
from protomodels.predictor.compiled import CompiledPredictor
from protomodels.scoring.scorer import Scorer
from protomodels.statistics.p_values import kolmogorov_smirnov
from protomodels.universes import Universe, in_universe


def models_of(hidden: ProtoModel) -> list[ProtoModel]:
    squark = ProtoModel({LBP: 150.0, 1000001: 800.0}, {1000001: {(LBP, 1): 1.0}})
    stop = ProtoModel({LBP: 150.0, 1000006: 700.0}, {1000006: {(LBP, 6): 1.0}})
    return [hidden, squark, stop]


def test_bounds_are_the_best_scores(demo: CompiledPredictor, scorer: Scorer, hidden: ProtoModel) -> None:
    universes = [Universe(seed) for seed in range(4)]
    found = lower_bounds(scorer, models_of(hidden), universes)
    for i, universe in enumerate(universes):
        there = Scorer(in_universe(demo, universe), scorer.combinability, scorer.policy)
        found_there = [there.evaluate(m) for m in models_of(hidden)]
        again = [None if e.K is None else there.evaluate(there.normalised(e).model).K for e in found_there]
        assert found.K[i] == max(K for K in again if K is not None)
        assert again[found.best[i]] == found.K[i]


def test_global_p_values_of_universes_are_uniform(scorer: Scorer, hidden: ProtoModel) -> None:
    """The best K of 250 universes judged by 250 others; false-alarm rate one in a thousand.

    The search is the best of three models: whatever the search, the p-value has to be uniform.
    """
    found = lower_bounds(scorer, models_of(hidden), [Universe(seed) for seed in range(500)])
    judged, judges = found.K[:250], found.K[250:]
    assert kolmogorov_smirnov(judged.tolist(), judges.tolist()) > 1e-3
    p = [GlobalPValue(K, tuple(judges.tolist())).p for K in judged.tolist()]
    # many universes have no excess and so the smallest K: p is uniform where K is not tied
    free = np.array([x for x in p if x < 0.5])
    assert len(free) > 80 and kstest(free / 0.5, "uniform").pvalue > 1e-3
