"""``protomodels runner``: takes queued runs and batches from the storage, each in a process of its own, to their end.

What kills a run (a lost Ray head takes the process with it) does not kill the runner; it takes the run up again.
"""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import (
    AddressOption,
    ChunkOption,
    ExecutorOption,
    LeaseOption,
    PatienceOption,
    StorageOption,
    WorkersOption,
)


def runner(
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    chunk: ChunkOption = settings.CHUNK.default,
    patience: PatienceOption = settings.WAIT.default,
    lease_seconds: LeaseOption = settings.LEASE.default,
    runs: Annotated[int, typer.Option("--runs", min=1, max=64, help="how many are executed at a time")] = 1,
    recover: Annotated[bool, typer.Option(help="also resume runs whose runner died")] = True,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="stop once no run is queued or in progress")] = False,
    storage: StorageOption = None,
) -> None:
    """Execute whatever is queued until stopped (Ctrl-C, SIGTERM)."""
    from protomodels.database import default_url, open_storage
    from protomodels.runs import Execution
    from protomodels.runs.supervisor import Supervisor

    how = Execution(executor, workers, ray_address, chunk, lease_seconds, patience)
    options = []
    for setting in settings.EXECUTION_SETTINGS:
        value = getattr(how, setting.name)
        options += [] if value is None else [setting.option or "--" + setting.name, str(value)]
    # one in the environment stays there: it may hold a password, and command lines are for all to see
    options += [] if storage is None else ["--storage", storage]
    # SModelS has set up its own by now, which would leave out what a runner says of its runs
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    with open_storage(storage or default_url()) as opened:
        Supervisor(opened, options, runs, recover, lease_seconds).watch(until_idle)
