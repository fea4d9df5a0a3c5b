"""Storage: runs, walks and the proto-models they found, kept through every interruption.

The rest of the program opens a `Storage` and hands it plain records; it never sees SQL::

    with open_storage(default_url()) as storage:
        run = storage.create_run(NewRun(config_json, results, seed, n_walkers, n_steps, versions))
        storage.set_state(run, RunState.RUNNING)
        storage.commit_chunk(run, walker, chunk)        # exactly once, or ChunkError
        storage.hiscores(run)                           # best K first

Read the folder in this order:

- ``records``     what goes in and comes out
- ``states``      the states of a run and the legal ways between them
- ``repository``  `open_storage` and `Storage`: each method is one transaction, over the functions in
- ``runs``, ``chunks``, ``hiscores``
- ``tables``      the schema; ``schema`` and ``migrations`` bring a database to it
- ``urls``, ``engine``  which storage, and its connections: the only places that know SQLite
- ``errors``      the refusals that callers tell apart
"""

from database.errors import ChunkError, TransitionError
from database.records import (
    ChunkRecord,
    ContributionRecord,
    HiscoreRecord,
    HiscoreSummary,
    LimitRecord,
    NewRun,
    ProgressRecord,
    ProtomodelRecord,
    ResultsRecord,
    RunRecord,
    StepRecord,
    TransitionRecord,
    WalkerRecord,
)
from database.repository import KEEP, Storage, open_storage
from database.states import TRANSITIONS, RunState
from database.urls import default_url

__all__ = [
    "KEEP",
    "TRANSITIONS",
    "ChunkError",
    "ChunkRecord",
    "ContributionRecord",
    "HiscoreRecord",
    "HiscoreSummary",
    "LimitRecord",
    "NewRun",
    "ProgressRecord",
    "ProtomodelRecord",
    "ResultsRecord",
    "RunRecord",
    "RunState",
    "StepRecord",
    "Storage",
    "TransitionError",
    "TransitionRecord",
    "WalkerRecord",
    "default_url",
    "open_storage",
]
