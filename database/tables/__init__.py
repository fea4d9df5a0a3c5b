"""The tables, in SQLAlchemy's words: one column for one field of a record, named alike.

What the program searches, sorts or lists has a column; other JSON is kept verbatim. A change here needs a migration
(``migrations``), and a test holds the two together. Keywords ``sqlite_*`` and ``postgresql_*`` are hints that other
databases ignore.

    columns      kinds of columns that several tables have
    runs         results, combinability_tables, universes, runs, run_tags, transitions, events
    walks        walkers, chunks, exchanges
    protomodels  protomodels, protomodel_masses, contributions, limits
    campaigns    campaigns, campaign_runs, campaign_bounds
    batches      batches, batch_models
    posteriors   posteriors, posterior_chains, posterior_sweeps
    work         what of these runners take up
    service      tokens, requests
"""

from protomodels.database.tables.batches import batch_models, batches
from protomodels.database.tables.campaigns import campaign_bounds, campaign_runs, campaigns
from protomodels.database.tables.columns import metadata
from protomodels.database.tables.posteriors import posterior_chains, posterior_sweeps, posteriors
from protomodels.database.tables.protomodels import contributions, limits, protomodel_masses, protomodels
from protomodels.database.tables.runs import (
    combinability_tables,
    events,
    results,
    run_tags,
    runs,
    transitions,
    universes,
)
from protomodels.database.tables.service import requests, tokens
from protomodels.database.tables.walks import chunks, exchanges, walkers
from protomodels.database.tables.work import BATCHES, POSTERIORS, RUNS, WORK, Work

__all__ = [
    "BATCHES",
    "POSTERIORS",
    "RUNS",
    "WORK",
    "Work",
    "batch_models",
    "batches",
    "campaign_bounds",
    "campaign_runs",
    "campaigns",
    "chunks",
    "combinability_tables",
    "contributions",
    "events",
    "exchanges",
    "limits",
    "metadata",
    "posterior_chains",
    "posterior_sweeps",
    "posteriors",
    "protomodel_masses",
    "protomodels",
    "requests",
    "results",
    "run_tags",
    "runs",
    "tokens",
    "transitions",
    "universes",
    "walkers",
]
