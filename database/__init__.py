"""Storage: runs, walks and the proto-models they found, kept through every interruption.

The rest of the program opens a `Storage` and hands it plain records; it never sees SQL::

    with open_storage(default_url()) as storage:
        run = storage.create_run(NewRun(config_json, results, seed, n_walkers, n_steps, versions))
        lease = storage.lease("me", run=run)                   # nobody else writes to the run now
        storage.commit_chunks(run, {walker: chunk}, lease.attempt)  # exactly once, or ChunkError, or FencedError
        storage.hiscores(run)                                  # best K first

Read the folder in this order:

- ``records``     what goes in and comes out
- ``states``      the states of a run and the legal ways between them
- ``repository``  `open_storage` and `Storage`: each method is one transaction, over the functions in
- ``runs``, ``leases``, ``chunks`` (with ``packing``), ``exchanges``, ``hiscores``, ``protomodels``,
  ``campaigns``, ``tokens``
- ``tables``      the schema; ``schema`` and ``migrations`` bring a database to it
- ``urls``, ``engine``  which storage, and its transactions; ``sqlite`` and ``postgresql``: what only one kind needs
- ``patience``    calls that are repeated while a storage is away
- ``errors``      the refusals that callers add_event apart
"""

from protomodels.database.errors import ChunkError, FencedError, TransitionError, UnavailableError
from protomodels.database.hiscores import HiscoreQuery, is_duplicate
from protomodels.database.packing import pack_chunk
from protomodels.database.records import (
    CampaignRecord,
    CampaignRun,
    ChunkRecord,
    ContributionRecord,
    EventRecord,
    ExchangeRecord,
    HiscoreRecord,
    HiscoreSummary,
    Lease,
    LimitRecord,
    NewRun,
    PackedChunk,
    ProgressRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StepRecord,
    TokenRecord,
    TraceRecord,
    TransitionRecord,
    WalkerRecord,
)
from protomodels.database.repository import KEEP, Storage, open_storage
from protomodels.database.retries import with_retries
from protomodels.database.runs import SORTS
from protomodels.database.states import FINAL, TRANSITIONS, RunState
from protomodels.database.urls import default_url

__all__ = [
    "FINAL",
    "KEEP",
    "SORTS",
    "TRANSITIONS",
    "CampaignRecord",
    "CampaignRun",
    "ChunkError",
    "ChunkRecord",
    "ContributionRecord",
    "EventRecord",
    "ExchangeRecord",
    "FencedError",
    "HiscoreQuery",
    "HiscoreRecord",
    "HiscoreSummary",
    "Lease",
    "LimitRecord",
    "NewRun",
    "PackedChunk",
    "ProgressRecord",
    "ProtomodelRecord",
    "ResultsRecord",
    "RunRecord",
    "RunState",
    "StepRecord",
    "Storage",
    "TokenRecord",
    "TraceRecord",
    "TransitionError",
    "TransitionRecord",
    "UnavailableError",
    "WalkerRecord",
    "default_url",
    "is_duplicate",
    "open_storage",
    "pack_chunk",
    "with_retries",
]
