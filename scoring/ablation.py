"""What a score rests on: K without each particle and without each analysis."""

from __future__ import annotations

from dataclasses import dataclass

from protomodels.editor import ModelEditor
from protomodels.particles import LBP
from protomodels.scoring.evaluation import Evaluation


@dataclass(frozen=True)
class Ablation:
    """K without something; None where nothing scorable remains.

    Attributes
    ----------
    K: of the whole model.
    without_particle: by pid, the model without it (its mothers keep the sigma x BR of their other channels).
    without_analysis: by analysis of the best combination, the model scored without its results in the
        combination; its limits still hold.
    """

    K: float
    without_particle: dict[int, float | None]
    without_analysis: dict[str, float | None]


def ablate(evaluation: Evaluation) -> Ablation | None:
    """Evaluate the model again without each particle but the LBP, and without each analysis that contributes.

    None for a model that has no K.

    Raises
    ------
    PredictionError: where a model cannot be evaluated.
    """
    if evaluation.score is None:
        return None
    model, scorer = evaluation.model, evaluation.scorer
    particles: dict[int, float | None] = {}
    for pid in model.unstable:
        editor = ModelEditor.of(model, scorer.policy.off_shell)
        editor.remove(pid)
        particles[pid] = scorer.evaluate(editor.build()).K if set(editor.masses) != {LBP} else None
    predictions = evaluation.predictions
    analyses: dict[str, float | None] = {}
    for name in dict.fromkeys(c.analysis for c in evaluation.contributions):
        analyses[name] = evaluation.of_rows(predictions.analysis != name).K
    return Ablation(evaluation.score.K, particles, analyses)
