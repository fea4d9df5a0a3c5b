"""`Storage`: all that the rest of the program can do with a storage."""

from __future__ import annotations

from protomodels.database.storage.batches import Batches
from protomodels.database.storage.campaigns import Campaigns
from protomodels.database.storage.leases import Leases
from protomodels.database.storage.posteriors import Posteriors
from protomodels.database.storage.protomodels import Protomodels
from protomodels.database.storage.runs import Runs
from protomodels.database.storage.tokens import Tokens
from protomodels.database.storage.walks import Walks


class Storage(Runs, Leases, Walks, Protomodels, Campaigns, Batches, Posteriors, Tokens):
    """An open storage, made by `open_storage`; close it, or use it in a ``with`` statement.

    Threads may share it; another process opens its own. Each method is one transaction.

    Raises
    ------
    StorageError: from every method, where the storage cannot be read or written; an UnavailableError where the same
        call may succeed later.
    NotFoundError: from every method, where it is given a run, proto-model, campaign, batch, posterior or token that is
        not stored.

    Examples
    --------
    >>> from protomodels.database import NewRun, ResultsRecord, open_storage
    >>> with open_storage(":memory:") as storage:
    ...     run = storage.create_run(NewRun("{}", ResultsRecord("f", "demo", "", 22), seed=1, n_walkers=2, n_steps=10))
    ...     storage.get_run(run).state
    <RunState.QUEUED: 'queued'>
    """
