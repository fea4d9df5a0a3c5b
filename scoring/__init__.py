"""Prediction, critic, combination and prior make the score of a proto-model; and what a score rests on.

scorer       one model -> K, Z, the best combination, the limits that hold it back
ablation     K without each particle and without each analysis
explanation  what lies behind a score: likelihoods, who could have been combined
scans        K against a mass or against the strength of a production
credible     where masses may lie: likelihood in a plane of two masses, by analysis and combined
variants     K of one model under other choices of policy, and of data
"""

from protomodels.scoring.scorer import Contribution, Score, Scorer

__all__ = ["Contribution", "Score", "Scorer"]
