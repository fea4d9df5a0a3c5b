"""What results say of a proto-model: one Evaluation; and what its score rests on.

In go a predictor, a combinability table and a policy; out comes an :class:`Evaluation` of any model: its predictions,
the limits on it, the counts of the prior and, where a legal combination of results sees it, K with its parts.

    evaluation   Evaluation, Score, Contribution: what is said
    scorer       prediction, critic, combination and prior, put together
    decision/    the best combination of a model, or that it is not good enough, in compiled code
    quick        what a walk needs to know of a proposal
    warm         machine code of all kernels, made once on a machine
    own_parts    a statistic of regions and a critic of the user's own, and whether they give what they must
    front        evaluate, evaluate_many: the same with the defaults of the command line
    spectrum/    the same of models of any kind: results with CLs, Z, K of proto-models; files
    report       an evaluation as tables for people
    ablation     K without each particle and without each analysis
    influence    what one analysis does to K, as evidence and as a limit
    explanation  what lies behind a score: likelihoods, who could have been combined
    scans        K against a mass or against the strength of a production
    credible     where masses may lie: likelihood in a plane of two masses, by analysis and combined
    gradient/    dK / d(masses, branching ratios, multipliers)
    uncertainty/ error bars of these
    robustness   what is left of K where data or model are a little otherwise
    verdict      the verdict on a hiscore, in words
    judgement    robustness and error bars of a hiscore, as they are stored and shown
    variants     K of one model under other choices of policy, and of data
"""

from protomodels.scoring.evaluation import Contribution, Evaluation, Score
from protomodels.scoring.front import evaluate, evaluate_many
from protomodels.scoring.own_parts import RegionStatistic
from protomodels.scoring.scorer import Scorer

__all__ = [
    "Contribution",
    "Evaluation",
    "RegionStatistic",
    "Score",
    "Scorer",
    "evaluate",
    "evaluate_many",
]
