"""A typed client of the REST API: what a service answers, as frozen dataclasses; its errors, as those of the program.

    answers    what comes back, checked
    transport  sends, repeats what is safe to repeat, turns problem+json into the error tree
    client     `Client`: a method a route

::

    with Client("http://127.0.0.1:8000") as client:
        run = client.create_run(results="demo", walkers=4, steps=200)
        for event in client.events(run.id):
            ...
        best = client.hiscores(run=run.id, limit=1)[0]
"""

from protomodels.client.answers import (
    Campaign,
    Contribution,
    Evaluation,
    Event,
    Hiscore,
    Limit,
    LogEntry,
    Prediction,
    Protomodel,
    Results,
    RunDetail,
    RunInfo,
    Transition,
    WalkerInfo,
    Why,
)
from protomodels.client.client import Client

__all__ = [
    "Campaign",
    "Client",
    "Contribution",
    "Evaluation",
    "Event",
    "Hiscore",
    "Limit",
    "LogEntry",
    "Prediction",
    "Protomodel",
    "Results",
    "RunDetail",
    "RunInfo",
    "Transition",
    "WalkerInfo",
    "Why",
]
