"""What a score rests on: K without each particle and without each analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from protomodels.editor import ModelEditor
from protomodels.particles import LBP
from protomodels.production import CrossSections, cross_sections
from protomodels.scoring.scorer import Score, Scorer


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


def ablate(scorer: Scorer, score: Score, sections: CrossSections | None = None) -> Ablation:
    """Score the model again without each particle but the LBP, and without each analysis that contributes.

    Raises
    ------
    PredictionError: where a model cannot be evaluated.
    """
    model = score.model
    particles: dict[int, float | None] = {}
    for pid in model.unstable:
        editor = ModelEditor.of(model, scorer.policy.off_shell)
        editor.remove(pid)
        without = scorer.score(editor.build()) if set(editor.masses) != {LBP} else None
        particles[pid] = None if without is None else without.K
    sections = sections or cross_sections(model)
    predictions = scorer.predictor.predict(model, sections)
    analyses: dict[str, float | None] = {}
    for name in dict.fromkeys(c.analysis for c in score.contributions):
        # the critic keeps seeing the analysis: leaving out an excess must not lift its limit
        rest = predictions.take(np.flatnonzero(predictions.analysis != name))
        alone = scorer.combine(rest, score.allowed)
        analyses[name] = None if alone is None else 2.0 * alone.log_ratio - score.parsimony.penalty
    return Ablation(score.K, particles, analyses)
