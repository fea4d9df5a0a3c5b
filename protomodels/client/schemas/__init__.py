"""What the service answers: the API makes these, the client reads them.

JSON comes in, or the values of a record; frozen objects go out.  Masses are in GeV by pid, times in UTC.

    base         what all have in common; pages of a list
    runs         runs, their log, walkers and steps
    protomodels  hiscores, evaluations, predictions, explanations
    batches      models that are judged, and their rows
    excesses     small excesses of a scan, beside chance
    campaigns    global p-values, closure tests, power
    posteriors   chains of a sampler, and what they say
    results      LHC results, and the service itself
"""

from protomodels.client.schemas.base import Answer, Page
from protomodels.client.schemas.batches import BatchDetail, BatchInfo, BatchRow
from protomodels.client.schemas.campaigns import Campaign, PowerPoint
from protomodels.client.schemas.excesses import ExcessClusters, ExcessCriteria, ExcessModel, SmallExcesses
from protomodels.client.schemas.posteriors import (
    ContentProbability,
    LogBayesFactor,
    PosteriorAnswer,
    PosteriorDetail,
    PosteriorInfo,
    PredictedSignal,
    Probability,
    Quantity,
)
from protomodels.client.schemas.protomodels import (
    Contribution,
    Evaluation,
    Explanation,
    Hiscore,
    LeftOut,
    Limit,
    Prediction,
    Protomodel,
    Result,
    SpectrumEvaluation,
)
from protomodels.client.schemas.results import Analysis, Meta, Region, Results
from protomodels.client.schemas.runs import Event, LogEntry, RunDetail, RunInfo, Step, Trace, Transition, WalkerInfo

__all__ = [
    "Analysis",
    "Answer",
    "BatchDetail",
    "BatchInfo",
    "BatchRow",
    "Campaign",
    "ContentProbability",
    "Contribution",
    "Evaluation",
    "Event",
    "ExcessClusters",
    "ExcessCriteria",
    "ExcessModel",
    "Explanation",
    "Hiscore",
    "LeftOut",
    "Limit",
    "LogBayesFactor",
    "LogEntry",
    "Meta",
    "Page",
    "PosteriorAnswer",
    "PosteriorDetail",
    "PosteriorInfo",
    "PowerPoint",
    "PredictedSignal",
    "Prediction",
    "Probability",
    "Protomodel",
    "Quantity",
    "Region",
    "Result",
    "Results",
    "RunDetail",
    "RunInfo",
    "SmallExcesses",
    "SpectrumEvaluation",
    "Step",
    "Trace",
    "Transition",
    "WalkerInfo",
]
