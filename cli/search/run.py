"""``protomodels run`` and ``protomodels resume``."""

from __future__ import annotations

import secrets
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyChoice,
    PolicyOption,
    RegionsChoice,
    RegionsOption,
    ResultsOption,
    SearchChoice,
    ServerOption,
    StorageOption,
)
from protomodels.cli.resources import load, load_of, local, served
from protomodels.errors import ConfigError
from protomodels.settings import LEASE_SECONDS, PATIENCE


class ExecutorChoice(StrEnum):
    """Where steps are computed."""

    INLINE = "inline"
    PROCESS = "process"
    RAY = "ray"


ExecutorOption = Annotated[
    ExecutorChoice, typer.Option("--executor", help="inline: one process; process: all cores; ray: a cluster")
]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, max=100_000, help="default: all cores")]
AddressOption = Annotated[
    str | None, typer.Option("--ray-address", help="of a cluster; default: $RAY_ADDRESS, else Ray is started here")
]
ChunkOption = Annotated[
    int | None, typer.Option("--chunk", min=1, help="steps between commits; default: about two seconds of them")
]
PatienceOption = Annotated[
    float, typer.Option("--patience", min=0.0, help="seconds to wait for a storage that is away")
]
LeaseOption = Annotated[
    float, typer.Option("--lease", min=1.0, help="seconds without a sign of life after which a runner counts as dead")
]
QueueOption = Annotated[bool, typer.Option("--queue", help="leave the work to `protomodels runner`, and follow it")]
DetachOption = Annotated[bool, typer.Option("--detach", help="with --queue or --server: do not follow")]
AttemptOption = Annotated[int | None, typer.Option("--attempt", hidden=True)]


def run(
    results: ResultsOption = "demo",
    walkers: Annotated[int, typer.Option("--walkers", help="number of walks")] = 50,
    steps: Annotated[int, typer.Option("--steps", help="steps of each walk")] = 1000,
    seed: Annotated[int | None, typer.Option("--seed", help="of all random numbers; default: a new one")] = None,
    policy_name: PolicyOption = PolicyChoice.DEFAULT,
    regions: RegionsOption = RegionsChoice.BEST,
    combinable: CombinableOption = None,
    search: Annotated[
        SearchChoice | None, typer.Option("--search", help="paper: its moves; refined: ours; default: the policy's")
    ] = None,
    exchange: Annotated[
        int | None,
        typer.Option("--exchange", help="steps between restarts of the worst walks from the best; 0: never"),
    ] = None,
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    chunk: ChunkOption = None,
    patience: PatienceOption = PATIENCE,
    lease_seconds: LeaseOption = LEASE_SECONDS,
    queue: QueueOption = False,
    detach: DetachOption = False,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Search for proto-models of high K with many walkers."""
    from protomodels.cli.remote import RemoteStorage
    from protomodels.cli.search.sessions import execute, follow, settings_of
    from protomodels.runs import Execution, Run, RunConfig
    from protomodels.runs.run import table_sha256

    config = RunConfig(
        # a runner works in another folder
        results=str(Path(results).resolve()) if results != "demo" and Path(results).exists() else results,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        walkers=walkers,
        steps=steps,
        policy=policy_name.value,
        regions=regions.value,
        combinable=combinable,
        combinable_sha256=table_sha256(combinable),
        search=search and search.value,
        exchange=exchange,
    )
    if server is not None:
        with served(server, storage) as client:
            begun = client.create_run(**settings_of(config, results)).id
            sys.stderr.write(f"run {begun}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
            follow(RemoteStorage(client), begun, output, detach)
        return
    how = Execution(executor.value, workers, ray_address, chunk, lease_seconds, patience)
    with local(storage) as opened:
        run_ = Run.create(opened, config, load(results))
        sys.stderr.write(f"run {run_.id}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
        if queue:
            follow(opened, run_.id, output, detach)
        else:
            execute(opened, run_, how, output)


def resume(
    run_id: Annotated[str, typer.Argument(help="the run to go on with")],
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    chunk: ChunkOption = None,
    patience: PatienceOption = PATIENCE,
    lease_seconds: LeaseOption = LEASE_SECONDS,
    queue: QueueOption = False,
    detach: DetachOption = False,
    attempt: AttemptOption = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Resume a run that was interrupted."""
    from protomodels.cli.remote import RemoteStorage
    from protomodels.cli.search.sessions import execute, follow
    from protomodels.database import Lease, RunState
    from protomodels.runs import Execution, Run

    if server is not None:
        with served(server, storage) as client:
            client.resume(run_id)
            follow(RemoteStorage(client), run_id, output, detach)
        return
    how = Execution(executor.value, workers, ray_address, chunk, lease_seconds, patience)
    with local(storage) as opened:
        opened.expire_leases()
        record = opened.get_run(run_id)
        lease = None if attempt is None else Lease(run_id, attempt, record.runner or "")
        if lease is None and record.state not in (RunState.QUEUED, RunState.PAUSED, RunState.CRASHED):
            raise ConfigError("run", f"{run_id} ({record.state})", "a run that is queued, paused or crashed")
        if queue:
            if record.state is not RunState.QUEUED:
                opened.set_state(run_id, RunState.QUEUED, "to be gone on with")
            follow(opened, run_id, output, detach)
            return
        execute(opened, Run.resume(opened, run_id, load_of(record)), how, output, lease)
