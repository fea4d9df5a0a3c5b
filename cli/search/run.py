"""``protomodels run`` and ``protomodels resume``."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.naming import results_named, run_named
from protomodels.cli.options import (
    AddressOption,
    ChunkOption,
    CombinableOption,
    ExchangeOption,
    ExecutorOption,
    Format,
    FormatOption,
    GuardsOption,
    LeaseOption,
    PatienceOption,
    PolicyOption,
    RegionsOption,
    ResultsOption,
    RunSeedOption,
    SearchOption,
    ServerOption,
    StepsOption,
    StorageOption,
    StrictOption,
    WalkersOption,
    WorkersOption,
)
from protomodels.cli.resources import load, load_of, local, remark_on_table, served
from protomodels.cli.search.labels import NameOption, NoteOption, TagOption
from protomodels.cli.search.run_files import ConfigFileOption, SaveOption, write_run_file
from protomodels.errors import ConfigError

QueueOption = Annotated[bool, typer.Option("--queue", help="leave the work to `protomodels runner`, and follow it")]
DetachOption = Annotated[bool, typer.Option("--detach", help="with --queue or --server: do not follow")]
AttemptOption = Annotated[int | None, typer.Option("--attempt", hidden=True)]


def run(
    given: Annotated[str | None, typer.Argument(metavar="[RESULTS]", help="the same as --results")] = None,
    results: ResultsOption = settings.RESULTS.default,
    walkers: WalkersOption = settings.WALKERS.default,
    steps: StepsOption = settings.STEPS.default,
    seed: RunSeedOption = settings.SEED.default,
    policy: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    guards: GuardsOption = settings.GUARDS.default,
    search: SearchOption = settings.SEARCH.default,
    exchange: ExchangeOption = settings.EXCHANGE.default,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    chunk: ChunkOption = settings.CHUNK.default,
    patience: PatienceOption = settings.WAIT.default,
    lease_seconds: LeaseOption = settings.LEASE.default,
    queue: QueueOption = False,
    detach: DetachOption = False,
    config_file: ConfigFileOption = None,
    save: SaveOption = None,
    name: NameOption = None,
    note: NoteOption = "",
    tag: TagOption = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Search for proto-models of high K with many walkers."""
    from protomodels.cli.remote import RemoteStorage
    from protomodels.cli.search.sessions import execute, follow, settings_of
    from protomodels.database import Labels
    from protomodels.runs import Execution, Run
    from protomodels.runs.new import new_config

    results = results_named(given, results) if config_file is None else given or results
    how = Execution(executor, workers, ray_address, chunk, lease_seconds, patience)
    labels = Labels(name, note, tuple(tag or ()))
    config = new_config(
        results,
        walkers=walkers,
        steps=steps,
        seed=seed,
        policy=policy,
        regions=regions,
        combinable=combinable,
        strict=strict,
        guards=guards,
        search=search,
        exchange=exchange,
    )
    if save is not None:
        write_run_file(save, config, how)
    if server is not None:
        with served(server, storage) as client:
            begun = client.create_run(**settings_of(config, results, labels)).id
            sys.stderr.write(f"run {begun}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
            follow(RemoteStorage(client), begun, output, detach)
        return
    with local(storage) as opened:
        predictor = load(results)
        run_ = Run.create(opened, config, predictor, labels=labels)
        said = remark_on_table(combinable, run_.scorer.combinability, predictor)
        if said:
            opened.add_event(run_.id, f"combinable: {said}", "warning")
        sys.stderr.write(f"run {run_.id}: {walkers} walkers x {steps} steps on {results}, seed {config.seed}\n")
        if queue:
            follow(opened, run_.id, output, detach)
        else:
            execute(opened, run_, how, output)


def resume(
    run_id: Annotated[
        str, typer.Argument(help="id or name of the run to resume, or latest; or of a batch of models, or a posterior")
    ],
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    chunk: ChunkOption = settings.CHUNK.default,
    patience: PatienceOption = settings.WAIT.default,
    lease_seconds: LeaseOption = settings.LEASE.default,
    queue: QueueOption = False,
    detach: DetachOption = False,
    attempt: AttemptOption = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Resume a run that was interrupted."""
    from protomodels.cli.remote import RemoteStorage
    from protomodels.cli.search.batches import resume_batch
    from protomodels.cli.search.posterior import resume_posterior
    from protomodels.cli.search.posteriors import is_posterior
    from protomodels.cli.search.sessions import execute, follow, wait_until_freed
    from protomodels.database import Lease, RunState
    from protomodels.runs import Execution, Run

    if server is not None:
        with served(server, storage) as client:
            run_id = run_named(RemoteStorage(client), run_id)
            client.resume(run_id)
            follow(RemoteStorage(client), run_id, output, detach)
        return
    how = Execution(executor, workers, ray_address, chunk, lease_seconds, patience)
    with local(storage) as opened:
        opened.expire_leases()
        run_id = run_named(opened, run_id)
        if attempt is None:
            wait_until_freed(opened, run_id)
        if run_id.startswith("b"):  # the ids of runs begin with r
            resume_batch(opened, run_id, attempt, how, output)
            return
        if is_posterior(run_id):
            resume_posterior(opened, run_id, attempt, how, output)
            return
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
