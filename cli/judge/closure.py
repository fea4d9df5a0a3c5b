"""``protomodels closure``: inject a proto-model and search for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_plain
from protomodels.cli.judge.signal_options import (
    FudgeOption,
    ModelOption,
    PlotOption,
    SeedOption,
    save,
    signal_of,
)
from protomodels.cli.options import (
    AddressOption,
    ClosureChoice,
    CombinableOption,
    ExchangeOption,
    ExecutorOption,
    Format,
    FormatOption,
    GuardsOption,
    PolicyOption,
    RegionsOption,
    ResultsOption,
    SearchOption,
    ServerOption,
    StepsOption,
    StorageOption,
    StrictOption,
    WalkersOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load, local, served
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.campaign.closure_answer import ClosureAnswer
    from protomodels.plots.figure import Figure


def closure(
    model: ModelOption = None,
    kind: Annotated[
        ClosureChoice,
        typer.Option("--kind", help="technical: expected data with the signal; physics: a drawn universe for each run"),
    ] = (ClosureChoice.TECHNICAL),
    campaign: Annotated[
        str | None, typer.Option("--campaign", help="continue this campaign instead of a model")
    ] = None,
    runs: Annotated[int, typer.Option("--runs", help="number of runs")] = 10,
    walkers: WalkersOption = settings.WALKERS.default,
    steps: StepsOption = settings.STEPS.default,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    strength: Annotated[
        float, typer.Option("--strength", help="factor on the cross sections of the proto-model")
    ] = 1.0,
    results: ResultsOption = settings.RESULTS.default,
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
    plot: PlotOption = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Test whether an injected proto-model is found again."""
    from protomodels.campaign.closure import ClosureCampaign
    from protomodels.campaign.closure_config import ClosureConfig
    from protomodels.runs import Execution, RunConfig
    from protomodels.runs.new import new_config

    def base() -> RunConfig:
        return new_config(
            results,
            walkers=walkers,
            steps=steps,
            seed=0,
            policy=policy,
            regions=regions,
            combinable=combinable,
            strict=strict,
            guards=guards,
            search=search,
            exchange=exchange,
        )

    if (model is None) == (campaign is None):
        raise ConfigError("--model", model or "nothing", "either a model, or --campaign with a campaign to continue")
    if server is not None:
        from protomodels.cli.judge.remote_campaigns import closure_of, closure_settings, waited

        with served(server, storage) as client:
            if campaign is not None:
                begun = client.queue_campaign(campaign)
            else:
                assert model is not None  # noqa: S101 - one of the two is given
                own = {"runs": runs, "seed": seed, "fudge": fudge, "strength": strength}
                begun = client.begin_closure(kind.value, **closure_settings(base(), model, results), **own)
                sys.stderr.write(f"campaign {begun.id}: {runs} runs, walked by runners of {client.url}\n")
            _say(closure_of(waited(client, begun, "runs")), plot, output)
        return
    with local(storage) as opened:
        if campaign is not None:
            config = ClosureConfig.from_json(opened.campaign(campaign).config_json)
            asked = ClosureCampaign(opened, campaign, load(RunConfig.from_json(config.base).results))
        else:
            assert model is not None  # noqa: S101 - one of the two is given
            signal = signal_of(model, storage)
            config = ClosureConfig.of_search(
                base(), kind.value, signal, runs=runs, seed=seed, fudge=fudge, strength=strength
            )
            asked = ClosureCampaign.create(opened, config, load(results))
        sys.stderr.write(f"campaign {asked.id}: {config.closure} closure, {config.runs} runs\n")
        try:
            found = asked.walk(Execution(executor, workers, ray_address), _tell)
        except KeyboardInterrupt:
            sys.stderr.write(f"continue with: protomodels closure --campaign {asked.id}\n")
            raise
    _say(found, plot, output)


def _say(found: ClosureAnswer, plot: Path | None, output: Format) -> None:
    if output is Format.JSON:
        write_json(found.to_dict())
    else:
        print_plain(found.report())
    save(plot, lambda: _figure(found))


def _figure(answer: ClosureAnswer) -> Figure:
    from protomodels.plots.front import plot

    return plot(answer)


def _tell(found: ClosureAnswer) -> None:
    from protomodels.runs.hiscores import particles_of

    newest = found[-1]
    best = "no proto-model" if newest.K is None else f"K {newest.K:.3f}: {particles_of(newest.masses)} GeV"
    sys.stderr.write(f"run {newest.run} ({len(found)} of {found.wanted}): {best}\n")
