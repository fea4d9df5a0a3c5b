"""K of one proto-model under other choices: how much of it hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from protomodels.model import ProtoModel
from protomodels.scoring.ablation import ablate
from protomodels.scoring.evaluation import Evaluation
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
    here = scorer.evaluate(model)
    out = [_variant("as it is", here)]
    out += [_variant(name, replace(scorer, policy=policy).evaluate(model)) for name, policy in others.items()]
    out += [_one_experiment(here, name) for name in sorted(set(scorer.predictor.catalog.experiment.tolist()))]
    rests = ablate(here)
    if rests is not None:
        out += [Variant(f"without {name}", K, None) for name, K in rests.without_analysis.items()]
    return tuple(out)


def _variant(name: str, evaluation: Evaluation) -> Variant:
    return Variant(name, evaluation.K, evaluation.mu_hat)


def _one_experiment(here: Evaluation, experiment: str) -> Variant:
    predictions = here.predictions
    own = predictions.catalog.experiment[predictions.rows] == experiment
    return _variant(f"{experiment} only", here.of_rows(own))
