"""What goes into the storage and what comes out: frozen records of plain values.

Nothing here knows walkers or predictors. JSON texts come back as they were given, to the letter; floats keep their
full double precision. Masses are in GeV, cross sections in fb, times in UTC.

    runs           runs, their leases, transitions and logs
    labels         what people call a run: name, note, tags
    whole          a run with all that belongs to it
    walks          steps, chunks, walkers, exchanges, traces
    protomodels    hiscores, and what explains their scores
    hiscore_query  which proto-models are wanted; duplicates
    campaigns      runs that answer one question together
    batches        model files that are judged, and their rows
    posteriors     chains of a sampler, and the sweeps they made
    service        tokens of the API
"""

from protomodels.database.records.batches import BatchModel, BatchRecord, BatchRow, NewBatch
from protomodels.database.records.campaigns import CampaignRecord, CampaignRun
from protomodels.database.records.hiscore_query import HISCORE_SORTS, HiscoreQuery, is_duplicate
from protomodels.database.records.labels import Labels
from protomodels.database.records.posteriors import (
    ChainRecord,
    NewPosterior,
    PosteriorRecord,
    SweepsRecord,
)
from protomodels.database.records.protomodels import (
    ContributionRecord,
    HiscoreRecord,
    HiscoreSummary,
    LimitRecord,
    ProtomodelRecord,
)
from protomodels.database.records.runs import (
    EventRecord,
    Lease,
    NewRun,
    ProgressRecord,
    ResultsRecord,
    RunRecord,
    TransitionRecord,
)
from protomodels.database.records.service import TokenRecord
from protomodels.database.records.walks import (
    ChunkRecord,
    ExchangeRecord,
    PackedChunk,
    StepRecord,
    TraceRecord,
    WalkerRecord,
)
from protomodels.database.records.whole import StoredChunk, WholeRun

__all__ = [
    "HISCORE_SORTS",
    "BatchModel",
    "BatchRecord",
    "BatchRow",
    "CampaignRecord",
    "CampaignRun",
    "ChainRecord",
    "ChunkRecord",
    "ContributionRecord",
    "EventRecord",
    "ExchangeRecord",
    "HiscoreQuery",
    "HiscoreRecord",
    "HiscoreSummary",
    "Labels",
    "Lease",
    "LimitRecord",
    "NewBatch",
    "NewPosterior",
    "NewRun",
    "PackedChunk",
    "PosteriorRecord",
    "ProgressRecord",
    "ProtomodelRecord",
    "ResultsRecord",
    "RunRecord",
    "StepRecord",
    "StoredChunk",
    "SweepsRecord",
    "TokenRecord",
    "TraceRecord",
    "TransitionRecord",
    "WalkerRecord",
    "WholeRun",
    "is_duplicate",
]
