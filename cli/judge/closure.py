"""``protomodels closure`` and ``power``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from protomodels import run_settings as settings
from protomodels.cli.console import wide_console
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
    PolicyOption,
    RegionsOption,
    ResultsOption,
    SearchOption,
    StepsOption,
    StorageOption,
    WalkersOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load, local
from protomodels.errors import ConfigError
from protomodels.particles import PARTICLES

if TYPE_CHECKING:
    from protomodels.campaign.closure import ClosureCampaign, ClosureResult
    from protomodels.plots.figure import Figure


def closure(
    model: ModelOption = None,
    kind: Annotated[ClosureChoice, typer.Option("--kind", help="technical: nothing drawn; physics: universes")] = (
        ClosureChoice.TECHNICAL
    ),
    campaign: Annotated[str | None, typer.Option("--campaign", help="go on with this one instead")] = None,
    runs: Annotated[int, typer.Option("--runs", help="how many")] = 10,
    walkers: WalkersOption = settings.WALKERS.default,
    steps: StepsOption = settings.STEPS.default,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    strength: Annotated[float, typer.Option("--strength", help="factor on the model's cross sections")] = 1.0,
    results: ResultsOption = settings.RESULTS.default,
    policy: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    search: SearchOption = settings.SEARCH.default,
    exchange: ExchangeOption = settings.EXCHANGE.default,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    plot: PlotOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Test whether an injected proto-model is found again."""
    from protomodels.campaign.closure import ClosureCampaign, ClosureConfig
    from protomodels.runs import Execution, RunConfig
    from protomodels.runs.new import new_config

    if (model is None) == (campaign is None):
        raise ConfigError("--model", model or "nothing", "either a model, or --campaign with a campaign to go on with")
    with local(storage) as opened:
        if campaign is not None:
            config = ClosureConfig.from_json(opened.campaign(campaign).config_json)
            asked = ClosureCampaign(opened, campaign, load(RunConfig.from_json(config.base).results))
        else:
            base = new_config(
                results,
                walkers=walkers,
                steps=steps,
                seed=0,
                policy=policy,
                regions=regions,
                combinable=combinable,
                search=search,
                exchange=exchange,
            )
            assert model is not None  # noqa: S101 - one of the two is given
            config = ClosureConfig(kind.value, base.to_json(), signal_of(model, storage), runs, seed, fudge, strength)
            asked = ClosureCampaign.create(opened, config, load(results))
        sys.stderr.write(f"campaign {asked.id}: {config.closure} closure, {config.runs} runs\n")
        try:
            found = asked.walk(Execution(executor, workers, ray_address), _tell_found)
        except KeyboardInterrupt:
            sys.stderr.write(f"go on with: protomodels closure --campaign {asked.id}\n")
            raise
    _write_closure(asked, found, output)
    save(plot, lambda: _picture(asked, found))


def _picture(asked: ClosureCampaign, found: tuple[ClosureResult, ...]) -> Figure:
    from protomodels.plots.spectra import closure_figure

    return closure_figure(asked.model.masses, [f.masses for f in found])


def _masses(masses: Any) -> str:
    return ", ".join(f"{PARTICLES[p].name} {m:.0f}" for p, m in sorted(masses.items(), key=lambda x: -x[1]))


def _tell_found(found: ClosureResult) -> None:
    best = "nothing" if found.K is None else f"K {found.K:.3f}: {_masses(found.masses)} GeV"
    sys.stderr.write(f"run {found.run}: {best}\n")


def _write_closure(asked: ClosureCampaign, found: tuple[ClosureResult, ...], output: Format) -> None:
    from protomodels.campaign.closure import mass_spreads

    injected = dict(asked.model.masses)
    if output is Format.JSON:
        rows = [
            {"run": f.run, "K": f.K, "masses": dict(f.masses), "partner": dict(f.partner), "complete": f.complete}
            for f in found
        ]
        write_json({"campaign": asked.id, "injected": injected, "found": rows})
        return
    table = Table("run", "K", "masses (GeV)", *(PARTICLES[p].name for p in injected))
    for f in found:
        cells = ["-" if (m := f.partner[p]) is None else f"{m:.0f} ({m - mass:+.0f})" for p, mass in injected.items()]
        table.add_row(f.run, "-" if f.K is None else f"{f.K:.3f}", _masses(f.masses), *cells)
    sys.stdout.write(f"injected: {_masses(injected)} GeV\n")
    wide_console().print(table)
    sys.stdout.write(f"all particles found: {sum(f.complete for f in found)} of {len(found)} runs; ")
    sys.stdout.write(f"masses within 100 GeV: {sum(f.within(injected, 100.0) for f in found)}\n")
    for s in mass_spreads(injected, found):
        sys.stdout.write(f"{PARTICLES[s.pid].name}: off by {s.bias:+.0f} +- {s.spread:.0f} GeV in {s.n} runs\n")
