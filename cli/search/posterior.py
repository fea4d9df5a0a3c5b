"""``protomodels posterior``."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.judge.signal_options import FudgeOption, ModelOption, signal_of
from protomodels.cli.naming import results_named
from protomodels.cli.options import (
    AddressOption,
    ChunkOption,
    CombinableOption,
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
    ServerOption,
    StorageOption,
    StrictOption,
    WorkersOption,
    option,
    write_json,
)
from protomodels.cli.resources import load, local, served
from protomodels.cli.search.posteriors import is_posterior, list_posteriors
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.database import Lease, Storage
    from protomodels.runs import Execution
    from protomodels.runs.posterior import PosteriorAnswer, PosteriorRun
    from protomodels.universes import Universe

PAUSED_EXIT = 130
_NO_NUMBER = "NAME=NUMBER"


def posterior(
    given: Annotated[
        str | None,
        typer.Argument(metavar="[RUN|RESULTS]", help="id of a stored posterior, to show it; or the same as --results"),
    ] = None,
    results: ResultsOption = settings.RESULTS.default,
    target: Annotated[settings.TargetName, option(settings.TARGET)] = settings.TARGET.default,
    critic: Annotated[settings.CriticName, option(settings.CRITIC)] = settings.CRITIC.default,
    prior_only: Annotated[bool, option(settings.PRIOR_ONLY)] = False,
    chains: Annotated[int, option(settings.CHAINS)] = settings.CHAINS.default,
    sweeps: Annotated[int, option(settings.SWEEPS)] = settings.SWEEPS.default,
    warm_up: Annotated[int, option(settings.WARM_UP)] = settings.WARM_UP.default,
    rungs: Annotated[int, option(settings.RUNGS)] = settings.RUNGS.default,
    thin: Annotated[int, option(settings.THIN)] = settings.THIN.default,
    moves: Annotated[int, option(settings.MOVES)] = settings.MOVES.default,
    prior: Annotated[
        list[str] | None, typer.Option("--prior", metavar=_NO_NUMBER, help="a width or weight of the prior; repeat")
    ] = None,
    seed: RunSeedOption = settings.SEED.default,
    policy: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    guards: GuardsOption = settings.GUARDS.default,
    universe: Annotated[int | None, typer.Option("--universe", help="seed of pseudo-data to sample with")] = None,
    fudge: FudgeOption = 1.0,
    model: ModelOption = None,
    strength: Annotated[float, typer.Option("--strength", help="factor on its cross sections")] = 1.0,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    chunk: ChunkOption = settings.CHUNK.default,
    patience: PatienceOption = settings.WAIT.default,
    lease_seconds: LeaseOption = settings.LEASE.default,
    queue: Annotated[bool, typer.Option("--queue", help="leave it to `protomodels runner`, and say its id")] = False,
    listed: Annotated[bool, typer.Option("--list", help="list stored posteriors, newest first")] = False,
    export: Annotated[Path | None, typer.Option("--export", help="write the draws to a netCDF file for arviz")] = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Sample a posterior over proto-models, or show a stored one."""
    from protomodels.runs import Execution
    from protomodels.runs.posterior import PosteriorRun
    from protomodels.runs.posterior.front import new_config, stored_answer

    if listed:
        list_posteriors(storage, server, output)
        return
    if server is not None and export is not None:
        raise ConfigError("--export", str(export), "nothing beside --server: the draws stay there")
    if server is not None and given is not None and is_posterior(given):
        from protomodels.cli.search.remote_posteriors import answer_of

        with served(server, storage) as client:
            _write(answer_of(client.posterior(given)), output)
        return
    if given is not None and is_posterior(given):
        with local(storage) as opened:
            _say(opened, stored_answer(opened, given, load), output, export)
        return
    results = results_named(given, results)
    how = Execution(executor, workers, ray_address, chunk, lease_seconds, patience)
    config = new_config(
        results,
        seed=seed,
        combinable=combinable,
        target=target,
        critic=critic,
        prior_only=prior_only,
        chains=chains,
        sweeps=sweeps,
        warm_up=warm_up,
        rungs=rungs,
        thin=thin,
        moves=moves,
        prior=_numbers(prior or []),
        policy=policy,
        regions=regions,
        strict=strict,
        guards=guards,
        universe=_universe(universe, fudge, model, strength, policy, storage),
    )
    if server is not None:
        from protomodels.cli.search.remote_posteriors import answer_when_done, settings_of

        with served(server, storage) as client:
            asked = client.create_posterior(**settings_of(config, results)).id
            sys.stderr.write(f"{asked}: {chains} chains x {config.total} sweeps on {results}, seed {config.seed}\n")
            if not queue:
                _write(answer_when_done(client, asked), output)
            elif output is Format.JSON:
                write_json({"run": asked, "state": "queued"})
        return
    with local(storage) as opened:
        begun = PosteriorRun.create(opened, config, load(results))
        what = "prior" if prior_only else f"posterior (target {target})"
        sys.stderr.write(
            f"{begun.id}: {what}, {chains} chains x {config.total} sweeps on {results}, seed {config.seed}\n"
        )
        if queue:
            if output is Format.JSON:
                write_json({"run": begun.id, "state": "queued"})
            return
        execute(opened, begun, how, output, export=export)


def resume_posterior(storage: Storage, identity: str, attempt: int | None, how: Execution, output: Format) -> None:
    """Go on with the chains of a posterior.

    Parameters
    ----------
    attempt: of a runner that has taken it up already.
    """
    from protomodels.database import Lease
    from protomodels.runs.posterior import PosteriorRun
    from protomodels.runs.posterior.front import results_name

    record = storage.get_posterior(identity)
    lease = None if attempt is None else Lease(identity, attempt, record.runner or "", "posterior")
    execute(storage, PosteriorRun.resume(storage, identity, load(results_name(record))), how, output, lease)


def execute(
    storage: Storage,
    begun: PosteriorRun,
    how: Execution,
    output: Format,
    lease: Lease | None = None,
    export: Path | None = None,
) -> None:
    """Sample here, and say what came out; Ctrl-C leaves it paused."""
    from protomodels.database import RunState
    from protomodels.runs.posterior.answer import PosteriorAnswer
    from protomodels.runs.posterior.front import SweepsDisplay

    display = SweepsDisplay()
    # a service manager's way of saying stop; as with Ctrl-C, what is at work is finished and kept
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        record = begun.execute(how, display, lease)
    except KeyboardInterrupt:
        display.finish()
        sys.stderr.write(f"{begun.id} is paused and kept; go on with: protomodels resume {begun.id}\n")
        raise
    display.finish()
    if record.state is not RunState.COMPLETED or record.answer_json is None:
        sys.stderr.write(f"{begun.id} is {record.state} and kept\n")
        raise typer.Exit(PAUSED_EXIT)
    _say(storage, PosteriorAnswer.from_json(record.answer_json), output, export)


def _say(storage: Storage, answer: PosteriorAnswer, output: Format, export: Path | None) -> None:
    if export is not None:
        from protomodels.runs.posterior.answering import chains_of
        from protomodels.runs.posterior.export import export as write

        write(storage.get_posterior(answer.run), [piece.draws for piece in chains_of(storage, answer.run)], export)
    _write(answer, output)


def _write(answer: PosteriorAnswer, output: Format) -> None:
    from protomodels.cli.console import print_summary

    if output is Format.JSON:
        write_json(answer.to_dict())
    else:
        print_summary(answer.report())


def _numbers(given: list[str]) -> dict[str, float | int | str]:
    """``spread=6`` as a name and a number; what is no number stays text."""
    found: dict[str, float | int | str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError("prior", text, _NO_NUMBER)
        try:
            number = float(value)
            found[name] = int(number) if number.is_integer() and "." not in value else number
        except ValueError:
            found[name] = value
    return found


def _universe(
    seed: int | None, fudge: float, model: str | None, strength: float, policy: str, storage: str | None
) -> Universe | None:
    if seed is None and model is None:
        return None
    from protomodels.universes import Universe
    from protomodels.universes.recipe import drawing_of

    return Universe(seed, fudge, None if model is None else signal_of(model, storage), strength, drawing_of(policy))
