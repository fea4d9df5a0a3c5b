"""What chains of a posterior say, and whether they may be believed.  Arrays of draws in, one array a chain.

mixing       R-hat and effective sizes of one quantity (arviz)
proportions  probabilities with errors from independent chains
intervals    the shortest interval that holds a given share of the draws
evidence     the Bayes factor by thermodynamic integration, and by visits of the empty model
verdict      have the chains converged?  with the reasons where they have not
"""

from protomodels.statistics.posterior.evidence import LogBayesFactor, Rungs, agree, by_integration, by_visits
from protomodels.statistics.posterior.intervals import HighestDensity, highest_density
from protomodels.statistics.posterior.mixing import Mixing, mixing
from protomodels.statistics.posterior.proportions import Probability, probability
from protomodels.statistics.posterior.verdict import Ladder, Requirements, Verdict, verdict

__all__ = [
    "HighestDensity",
    "Ladder",
    "LogBayesFactor",
    "Mixing",
    "Probability",
    "Requirements",
    "Rungs",
    "Verdict",
    "agree",
    "by_integration",
    "by_visits",
    "highest_density",
    "mixing",
    "probability",
    "verdict",
]
