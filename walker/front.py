"""Improving models with the defaults of the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from protomodels.combiner import Combinability
from protomodels.critic import Critic
from protomodels.errors import ModelError
from protomodels.model import ProtoModel
from protomodels.predictor import Predictor
from protomodels.production import CrossSections, with_kappas_of
from protomodels.scoring.front import Model, make_scorer, read
from protomodels.scoring.own_parts import RegionStatistic
from protomodels.scoring.quick import quick_score, settled_score
from protomodels.scoring.scorer import Scorer
from protomodels.settings import Policy
from protomodels.walker.improvement import Improvement
from protomodels.walker.scores import Scores


def improve(
    model: Model,
    results: str | Path | Predictor = "demo",
    *,
    policy: str | Policy = "default",
    regions: str = "best",
    combinable: str | Path | Combinability | None = None,
    strict: bool | None = None,
    guards: bool | None = None,
    choose_regions: RegionStatistic | None = None,
    critic: Critic | None = None,
) -> Improvement:
    """The model brought to the top of the mode on which it stands, as the refined search does with what it keeps.

    Masses, branching ratios and multipliers are changed one by one and together as long as K rises, and simpler models
    beside it are tried: without a particle, with one channel, with equal multipliers.  Nothing is random.  K never
    falls; where another mode is higher, it is not found.

    Parameters
    ----------
    model, results, policy, regions, combinable, strict, guards, choose_regions, critic: as for
        :func:`protomodels.evaluate`.

    Raises
    ------
    ModelError: also for a model without a K, which stands on no mode.
    ResultsError, ConfigError: naming what is wrong, and what is allowed.
    PredictionError: where the model cannot be evaluated.

    >>> model = {"masses": {"X_Z1": 210, "X_t1": 830}, "decays": {"X_t1": {"1000022,6": 1.0}}}
    >>> found = improve(model)
    >>> found.gain > 0.1, round(found.after.mu_hat, 3)
    (True, 1.0)
    """
    scorer = make_scorer(results, policy, regions, combinable, strict, guards, choose_regions, critic)
    return improved(scorer, *read(model))


def improved(scorer: Scorer, model: ProtoModel, sections: CrossSections | None = None) -> Improvement:
    """The same with a scorer.

    Parameters
    ----------
    sections: cross sections of the model; its multipliers are then those that give these at 13 TeV.

    Raises
    ------
    ModelError: where the model has no K.
    ConfigError: where a pair of ``sections`` has no reference cross section.
    PredictionError, CombinationError: where the model cannot be evaluated.
    """
    before = scorer.evaluate(model, sections)
    if before.K is None:
        raise ModelError("model", str(model), f"a model with a K, which this one has not: {before.reason}")
    begin = before.model if sections is None else with_kappas_of(before.model, before.sections)
    lean = replace(scorer, n_runners_up=0)
    found = quick_score(lean, begin)
    start = None if found is None else settled_score(lean, found)  # it may stand on exact masses, what follows may not
    if start is None:
        return Improvement(before, before)
    after = scorer.evaluate((Scores(lean, settle=True).climbed(start) or start).model)
    # scaling to mu-hat = 1 moves decay trees across sigmacut, and K may fall by it
    return Improvement(before, after if after.K is not None and after.K > before.K else before)
