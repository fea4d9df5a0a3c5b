"""``protomodels runner``: takes queued runs from the storage and sees them through, each in a process of its own.

What kills a run (a lost Ray head takes the process with it) does not kill the runner; it takes the run up again.
"""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from protomodels.cli.options import StorageOption
from protomodels.cli.search.run import (
    AddressOption,
    ChunkOption,
    ExecutorChoice,
    ExecutorOption,
    LeaseOption,
    PatienceOption,
    WorkersOption,
)
from protomodels.settings import LEASE_SECONDS, PATIENCE


def runner(
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    chunk: ChunkOption = None,
    patience: PatienceOption = PATIENCE,
    lease_seconds: LeaseOption = LEASE_SECONDS,
    runs: Annotated[int, typer.Option("--runs", min=1, max=64, help="how many at a time")] = 1,
    recover: Annotated[bool, typer.Option(help="also take up runs whose runner died")] = True,
    until_idle: Annotated[bool, typer.Option("--until-idle", help="end when no run waits any more")] = False,
    storage: StorageOption = None,
) -> None:
    """Execute queued runs until stopped (Ctrl-C, SIGTERM)."""
    from protomodels.database import default_url, open_storage
    from protomodels.runs.supervisor import Supervisor

    url = storage or default_url()
    options = ["--executor", executor.value, "--patience", str(patience), "--lease", str(lease_seconds)]
    # one in the environment stays there: it may hold a password, and command lines are for all to see
    options += [] if storage is None else ["--storage", url]
    for name, value in (("--workers", workers), ("--ray-address", ray_address), ("--chunk", chunk)):
        options += [] if value is None else [name, str(value)]
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    with open_storage(url) as opened:
        Supervisor(opened, options, runs, recover, lease_seconds).watch(until_idle)
