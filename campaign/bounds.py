"""Cheap lower bounds of the best K in universes: models that are known already, scored again on other data.

A walk on a universe may find more, never less, than the best of some models that it could have visited.  So a universe
in which a known model reaches the observed K needs no walk to be counted: its best K is "at least" that.  Other
universes have to be walked.  Signals do not depend on the data, so that all universes share one prediction's look-ups.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from protomodels.errors import CombinationError, PredictionError
from protomodels.model import ProtoModel
from protomodels.production import cross_sections, in_order
from protomodels.scoring.scorer import Scorer
from protomodels.universes import Universe, in_universe


@dataclass(frozen=True)
class Bounds:
    """Lower bounds of the best K.

    Attributes
    ----------
    K: highest K of the models in each universe, -inf where no model is seen, (universes,).
    best: number of the model that has it, -1 where no model is seen, (universes,).
    """

    K: NDArray[np.float64]
    best: NDArray[np.int64]


def lower_bounds(
    scorer: Scorer,
    models: Sequence[ProtoModel],
    universes: Sequence[Universe],
    on_model: Callable[[int, int], None] | None = None,
) -> Bounds:
    """Score models in many universes.

    Each model is scored as a walk does it, cross sections scaled so that mu-hat is 1, and
    once more.

    Parameters
    ----------
    scorer: on the published results.
    on_model: called with the models done and their number.
    """
    scorers = [replace(scorer, predictor=in_universe(scorer.predictor, u), n_runners_up=0) for u in universes]
    K = np.full(len(universes), -math.inf)
    best = np.full(len(universes), -1, dtype=np.int64)
    for number, model in enumerate(models):
        # told before the sections are made, which all universes share
        model = in_order(model, scorer.policy.reference_order)
        sections = cross_sections(model)
        for i, there in enumerate(scorers):
            try:
                found = there.evaluate(model, sections)
            except (PredictionError, CombinationError):
                continue  # a walk would refuse the step
            # once more after scaling, as hiscores are: weak decay trees may pass sigmacut then
            again = None if found.score is None else there.evaluate(there.normalised(found).model).K
            if again is not None and again > K[i]:
                K[i], best[i] = again, number
        if on_model is not None:
            on_model(number + 1, len(models))
    return Bounds(K, best)
