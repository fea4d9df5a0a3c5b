"""``protomodels run`` and ``protomodels resume``."""

from __future__ import annotations

import json
import secrets
import signal
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.hidden import print_comparison
from cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyChoice,
    PolicyOption,
    RegionsChoice,
    RegionsOption,
    ResultsOption,
    SearchChoice,
    StorageOption,
    load,
    load_of,
    write_json,
)
from cli.progress import ProgressDisplay
from cli.remote import RemoteStorage, ServerOption, Stored, served
from cli.stored import print_protomodel
from database import LEASE_SECONDS, PATIENCE, Lease, RunState, Storage, default_url, open_storage, patiently
from protomodels.client.client import RunSettings
from protomodels.errors import ConfigError
from walker import Execution, Progress, Run, RunConfig
from walker.run import table_sha256


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

PAUSED_EXIT = 130
_FINAL = (RunState.COMPLETED, RunState.CANCELLED, RunState.FAILED)
_LOOK_SECONDS = 0.5


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
    """Walk: many walks climb towards proto-models of high K; their hiscores are stored."""
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
            begun = client.create_run(**_asked(config, results)).id
            sys.stderr.write(f"run {begun}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
            _follow(RemoteStorage(client), begun, output, detach)
        return
    how = Execution(executor.value, workers, ray_address, chunk, lease_seconds, patience)
    with open_storage(storage or default_url()) as opened:
        run_ = Run.create(opened, config, load(results))
        sys.stderr.write(f"run {run_.id}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
        if queue:
            _follow(opened, run_.id, output, detach)
        else:
            _execute(opened, run_, how, output)


def _asked(config: RunConfig, results: str) -> RunSettings:
    """The request for such a run; its results are the service's, its table goes along."""
    table = None if config.combinable is None else json.loads(Path(config.combinable).read_text())
    return RunSettings(
        results=results,
        walkers=config.walkers,
        steps=config.steps,
        seed=config.seed,
        policy=config.policy,
        regions=config.regions,
        search=config.search,
        exchange=config.exchange,
        combinable=table,
    )


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
    """Go on with a run that was interrupted; it ends as if it had not been."""
    if server is not None:
        with served(server, storage) as client:
            client.resume(run_id)
            _follow(RemoteStorage(client), run_id, output, detach)
        return
    how = Execution(executor.value, workers, ray_address, chunk, lease_seconds, patience)
    with open_storage(storage or default_url()) as opened:
        opened.bury_silent()
        record = opened.get_run(run_id)
        lease = None if attempt is None else Lease(run_id, attempt, record.runner or "")
        if lease is None and record.state not in (RunState.QUEUED, RunState.PAUSED, RunState.CRASHED):
            raise ConfigError("run", f"{run_id} ({record.state})", "a run that is queued, paused or crashed")
        if queue:
            if record.state is not RunState.QUEUED:
                opened.set_state(run_id, RunState.QUEUED, "to be gone on with")
            _follow(opened, run_id, output, detach)
            return
        _execute(opened, Run.resume(opened, run_id, load_of(record)), how, output, lease)


def _execute(storage: Storage, run_: Run, how: Execution, output: Format, lease: Lease | None = None) -> None:
    display = ProgressDisplay()
    # a service manager's way of saying stop; as with Ctrl-C, what is at work is finished and kept
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        progress = run_.execute(how, display, lease)
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"run {run_.id} is paused and kept; go on with: protomodels resume {run_.id}\n")
        if output is Format.JSON:
            write_json(_answer(storage, run_.id, None))
        raise
    display.finish()
    _report(storage, run_, output, progress)


def _report(storage: Storage, run_: Run, output: Format, progress: Progress) -> None:
    state = storage.get_run(run_.id).state
    if output is Format.JSON:
        write_json(_answer(storage, run_.id, progress.steps_per_second))
    elif state is RunState.COMPLETED:
        _print_best(storage, run_)
    if state is not RunState.COMPLETED:
        sys.stderr.write(f"run {run_.id} is {state} and kept\n")
        raise typer.Exit(PAUSED_EXIT)


def _print_best(storage: Storage, run_: Run) -> None:
    best = storage.progress(run_.id).best_protomodel
    if best is None:
        sys.stdout.write(f"run {run_.id} found no model that any result sees\n")
        return
    record = storage.protomodel(best)
    print_protomodel(record)
    if run_.config.results == "demo":
        print_comparison(record, run_.scorer)
    sys.stdout.write(f"\nmore: protomodels show {best}; protomodels hiscores --run {run_.id}\n")


def _follow(storage: Stored, run_id: str, output: Format, detach: bool) -> None:
    """Show how a queued run goes on, till its end; Ctrl-C ends the showing, not the run."""
    state, speed = RunState.QUEUED, None
    display = ProgressDisplay()
    try:
        while not detach and state not in (*_FINAL, RunState.PAUSED):
            time.sleep(_LOOK_SECONDS)
            record = patiently(lambda: storage.get_run(run_id))
            state = record.state
            if record.leased_at is not None and record.heartbeat_at is not None:
                seconds = max((record.heartbeat_at - record.leased_at).total_seconds(), _LOOK_SECONDS)
                speed = (record.steps_done - record.leased_steps) / seconds
            display(Progress(record.steps_done, record.n_walkers * record.n_steps, record.best_K, speed or 0.0))
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"run {run_id} goes on; look at it with: protomodels status {run_id}\n")
        raise
    display.finish()
    if output is Format.JSON:
        write_json(_answer(storage, run_id, speed))
    else:
        sys.stdout.write(f"run {run_id} is {state}; more: protomodels hiscores --run {run_id}\n")
    if not detach and state is not RunState.COMPLETED:
        raise typer.Exit(PAUSED_EXIT if state is not RunState.FAILED else 1)


def _answer(storage: Stored, run_id: str, steps_per_second: float | None) -> dict[str, object]:
    stored = storage.progress(run_id)
    return {
        "run": run_id,
        "state": str(storage.get_run(run_id).state),
        "best_K": stored.best_K,
        "best_protomodel": stored.best_protomodel,
        "steps": stored.steps_done,
        "steps_per_second": steps_per_second,
    }
