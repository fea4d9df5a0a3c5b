"""Storage: runs, walks and the proto-models they found, kept through every interruption.

In go plain records, out come plain records; the rest of the program never sees SQL::

    with open_storage("runs.db") as storage:
        run = storage.create_run(NewRun(config_json, results, seed, n_walkers, n_steps, versions))
        lease = storage.lease("me", run=run)                   # nobody else writes to the run now
        storage.commit_chunks(run, {walker: chunk}, lease.attempt)  # exactly once, or ChunkError, or FencedError
        storage.hiscores(run)                                  # best K first

Read the folder in this order:

    records/    what goes in and comes out
    states      the states of a run, and which may follow which
    storage/    `open_storage` and `Storage`: each method is one transaction over
    queries/    what the storage does, as SQL; ``packing``: steps in compact form
    tables/     the tables; ``schema`` and ``migrations`` bring a database to them
    naming      what names a run: its id, its name, latest
    urls        which storage; ``engine``: its transactions; ``sqlite``, ``postgresql``: what only one kind needs
    retries     calls that are repeated while a storage is away; `interrupts`: Ctrl-C waits for a transaction
    errors      the refusals that a caller may want to handle
"""

from protomodels.database.errors import ChunkError, FencedError, TransitionError, UnavailableError
from protomodels.database.packing import pack_chunk
from protomodels.database.queries.run_lists import SORTS
from protomodels.database.records import (
    HISCORE_SORTS,
    BatchModel,
    BatchRecord,
    BatchRow,
    CampaignRecord,
    CampaignRun,
    ChainRecord,
    ChunkRecord,
    ContributionRecord,
    EventRecord,
    ExchangeRecord,
    HiscoreQuery,
    HiscoreRecord,
    HiscoreSummary,
    Labels,
    Lease,
    LimitRecord,
    NewBatch,
    NewPosterior,
    NewRun,
    PackedChunk,
    PosteriorRecord,
    ProgressRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StepRecord,
    StoredChunk,
    SweepsRecord,
    TokenRecord,
    TraceRecord,
    TransitionRecord,
    WalkerRecord,
    WholeRun,
    is_duplicate,
)
from protomodels.database.retries import with_retries
from protomodels.database.states import FINAL, TRANSITIONS, RunState
from protomodels.database.storage import HISCORES_KEPT, Storage, open_storage
from protomodels.database.urls import default_url

__all__ = [
    "FINAL",
    "HISCORES_KEPT",
    "HISCORE_SORTS",
    "SORTS",
    "TRANSITIONS",
    "BatchModel",
    "BatchRecord",
    "BatchRow",
    "CampaignRecord",
    "CampaignRun",
    "ChainRecord",
    "ChunkError",
    "ChunkRecord",
    "ContributionRecord",
    "EventRecord",
    "ExchangeRecord",
    "FencedError",
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
    "RunState",
    "StepRecord",
    "Storage",
    "StoredChunk",
    "SweepsRecord",
    "TokenRecord",
    "TraceRecord",
    "TransitionError",
    "TransitionRecord",
    "UnavailableError",
    "WalkerRecord",
    "WholeRun",
    "default_url",
    "is_duplicate",
    "open_storage",
    "pack_chunk",
    "with_retries",
]
