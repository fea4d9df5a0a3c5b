"""Why a proto-model has its K: who could have been combined, who was, and what each says of the signal strength."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from protomodels.scoring.ablation import Ablation, ablate
from protomodels.scoring.evaluation import Evaluation, Score

POINTS = 121


@dataclass(frozen=True)
class Explanation:
    """What lies behind a score.

    Attributes
    ----------
    evaluation: of the model.
    score: its score.
    ablation: K without each particle and each analysis.
    candidates: what might have been combined, ``ANALYSIS REGION``, n of them.
    combinable: (n, n), whether two of them may be combined.
    chosen: places of the best combination among the candidates.
    mu: signal strengths, (m,).
    llr: ln L(mu) - ln L(0) of each chosen one, (len(chosen), m).
    """

    evaluation: Evaluation
    score: Score
    ablation: Ablation
    candidates: tuple[str, ...]
    combinable: NDArray[np.bool_]
    chosen: tuple[int, ...]
    mu: NDArray[np.float64]
    llr: NDArray[np.float64]


def explain(evaluation: Evaluation) -> Explanation | None:
    """What lies behind the K of a model; None where it has none.

    Raises
    ------
    PredictionError: where a model without one of its particles cannot be evaluated.
    """
    score, ablation, scorer = evaluation.score, ablate(evaluation), evaluation.scorer
    if score is None or ablation is None:
        return None
    candidates = scorer.candidates(evaluation.predictions, evaluation.mu_max)
    # far enough to see the maximum and the limit, wherever they are
    known = [value for value in (score.mu_hat, evaluation.mu_max) if np.isfinite(value)]
    mu = np.linspace(0.0, max(1.3 * max(known), 2.0 * score.mu_hat, 1e-3), POINTS)
    names = zip(candidates.analysis.tolist(), candidates.catalog.region[candidates.rows].tolist(), strict=True)
    return Explanation(
        evaluation,
        score,
        ablation,
        tuple(f"{analysis} {region}".strip() for analysis, region in names),
        scorer.pairwise(candidates),
        tuple(score.best.members),
        mu,
        candidates.take(score.best.members).log_likelihood_ratio(mu),
    )
