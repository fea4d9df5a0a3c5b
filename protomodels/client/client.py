"""The client of a service: one method for each route of the REST API."""

from __future__ import annotations

from protomodels.client.batches import Batches
from protomodels.client.campaigns import Campaigns
from protomodels.client.excesses import Excesses
from protomodels.client.posteriors import Posteriors
from protomodels.client.protomodels import Protomodels
from protomodels.client.runs import Runs


class Client(Runs, Protomodels, Batches, Excesses, Campaigns, Posteriors):
    """The client of one service (``protomodels serve``); a context manager, which closes its connections.

    What only reads, and what a key makes safe to repeat, is sent again where no answer comes.

    Parameters
    ----------
    url: ``http://HOST:PORT``.
    token: made by ``protomodels token create``; None for a service on this machine.
    timeout: seconds for each answer.

    Raises
    ------
    NotFoundError, ConfigError: by all methods, where the service says so: they name field, value and what is allowed.
    ServiceError: by all methods, where the service is away, refuses, or failed.

    Examples
    --------
    Queue a run, wait for it, and look at the best proto-model::

        with Client("http://127.0.0.1:8000") as client:
            run = client.create_run(results="demo", walkers=4, steps=100)
            for event in client.events(run.id):
                print(event.kind, event.values)
            print(client.hiscores(run=run.id, limit=1))
    """
