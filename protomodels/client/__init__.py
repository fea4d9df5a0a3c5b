"""A typed client of the REST API: its answers as frozen objects, its errors as those of the program.

    schemas/   what a service answers, checked; the API uses the same
    transport  sends requests, repeats those that are safe to repeat, turns problem+json into the error tree
    connected  what the parts of the client share
    runs, protomodels, batches, excesses, campaigns, posteriors
               the parts: a method for each route
    client     `Client`: all parts together
    asynchronous
               `AsyncClient`: the same, awaited

::

    with Client("http://127.0.0.1:8000") as client:
        run = client.create_run(results="demo", walkers=4, steps=200)
        for event in client.events(run.id):
            ...
        best = client.hiscores(run=run.id, limit=1)[0]
"""

from protomodels.client.asynchronous import AsyncClient
from protomodels.client.client import Client
from protomodels.client.schemas import (
    BatchDetail,
    BatchInfo,
    BatchRow,
    Campaign,
    Contribution,
    Evaluation,
    Event,
    ExcessModel,
    Explanation,
    Hiscore,
    Limit,
    LogEntry,
    PosteriorAnswer,
    PosteriorDetail,
    PosteriorInfo,
    Prediction,
    Protomodel,
    Results,
    RunDetail,
    RunInfo,
    SmallExcesses,
    Transition,
    WalkerInfo,
)

__all__ = [
    "AsyncClient",
    "BatchDetail",
    "BatchInfo",
    "BatchRow",
    "Campaign",
    "Client",
    "Contribution",
    "Evaluation",
    "Event",
    "ExcessModel",
    "Explanation",
    "Hiscore",
    "Limit",
    "LogEntry",
    "PosteriorAnswer",
    "PosteriorDetail",
    "PosteriorInfo",
    "Prediction",
    "Protomodel",
    "Results",
    "RunDetail",
    "RunInfo",
    "SmallExcesses",
    "Transition",
    "WalkerInfo",
]
