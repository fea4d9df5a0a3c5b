"""K of one proto-model under other choices: how much of it hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from protomodels.critic import allowed_signal_strength
from protomodels.model import ProtoModel
from protomodels.prior import parsimony
from protomodels.production import cross_sections
from protomodels.scoring.ablation import ablate
from protomodels.scoring.scorer import Scorer
from protomodels.settings import POLICIES, REGION_CHOICES

TOLERANCES = (1.0, 1.3, 1.6)


@dataclass(frozen=True)
class Variant:
    """K of the model where one thing is otherwise; K and mu_hat are None where no combination of results sees it."""

    name: str
    K: float | None
    mu_hat: float | None


def variants(scorer: Scorer, model: ProtoModel) -> tuple[Variant, ...]:
    """The model as it is, with other policies, regions and tolerances, with one experiment only, without each analysis.

    Limits count in all of them: leaving out data changes what may be combined, not what is excluded.

    Raises
    ------
    PredictionError: where the model cannot be evaluated.
    """
    chosen = scorer.policy
    others = {f"policy {name}": replace(p, regions=chosen.regions) for name, p in POLICIES.items()}
    others |= {f"regions {choice}": replace(chosen, regions=choice) for choice in REGION_CHOICES}
    others |= {f"tolerance {tolerance:g}": replace(chosen, tolerance=tolerance) for tolerance in TOLERANCES}
    out = [_scored("as it is", scorer, model)]
    out += [_scored(name, replace(scorer, policy=policy), model) for name, policy in others.items()]
    out += [_one_experiment(scorer, model, name) for name in sorted(set(scorer.predictor.catalog.experiment.tolist()))]
    score = scorer.score(model)
    if score is not None:
        rests = ablate(scorer, score).without_analysis
        out += [Variant(f"without {name}", K, None) for name, K in rests.items()]
    return tuple(out)


def _scored(name: str, scorer: Scorer, model: ProtoModel) -> Variant:
    score = scorer.score(model)
    return Variant(name, None, None) if score is None else Variant(name, score.K, score.mu_hat)


def _one_experiment(scorer: Scorer, model: ProtoModel, experiment: str) -> Variant:
    sections = cross_sections(model)
    predictions = scorer.predictor.predict(model, sections)
    allowed = allowed_signal_strength(predictions, scorer.policy.tolerance)
    own = predictions.take(np.flatnonzero(predictions.catalog.experiment[predictions.rows] == experiment))
    best = scorer.combine(own, allowed)
    name = f"{experiment} only"
    if best is None:
        return Variant(name, None, None)
    return Variant(name, 2.0 * best.log_ratio - parsimony(model, sections).penalty, best.mu_hat)
