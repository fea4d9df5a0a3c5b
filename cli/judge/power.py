"""``protomodels power``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from protomodels import run_settings as settings
from protomodels.cli.console import wide_console
from protomodels.cli.judge.signal_options import FudgeOption, ModelOption, SeedOption, signal_of
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


def power(
    model: ModelOption = None,
    strengths: Annotated[str, typer.Option("--strengths", help="factors on its cross sections")] = "0.5,1,2",
    critical_K: Annotated[float, typer.Option("--critical-K", help="K that calls for attention")] = 6.0,
    runs: Annotated[int, typer.Option("--runs", help="universes for each strength")] = 10,
    walkers: WalkersOption = settings.WALKERS.default,
    steps: StepsOption = settings.STEPS.default,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    results: ResultsOption = settings.RESULTS.default,
    policy: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    search: SearchOption = settings.SEARCH.default,
    exchange: ExchangeOption = settings.EXCHANGE.default,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compute how often a proto-model is found, against its strength."""
    from protomodels.campaign.closure import ClosureConfig
    from protomodels.campaign.power import power_curve
    from protomodels.runs import Execution
    from protomodels.runs.new import new_config

    try:
        factors = [float(part) for part in strengths.split(",")]
    except ValueError:
        raise ConfigError("--strengths", strengths, "numbers separated by commas, as in 0.5,1,2") from None
    if model is None:
        raise ConfigError("--model", "nothing", "MODEL.json, MODEL.slha, or the number of a stored proto-model")
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
    config = ClosureConfig(ClosureChoice.PHYSICS.value, base.to_json(), signal_of(model, storage), runs, seed, fudge)
    with local(storage) as opened:
        how = Execution(executor, workers, ray_address)
        points = power_curve(opened, load(results), config, factors, critical_K, how)
    rows = []
    for point in points:
        interval = point.interval()
        row = {"strength": point.strength, "runs": point.n, "reaching": point.reaching, "complete": point.complete}
        spreads = [{"pid": s.pid, "n": s.n, "bias": s.bias, "spread": s.spread} for s in point.spreads]
        rows.append(row | {"interval_95": [interval.low, interval.high], "masses": spreads})
    if output is Format.JSON:
        write_json({"critical_K": critical_K, "points": rows})
        return
    table = Table("strength", f"K >= {critical_K:g}", "95% interval", "all particles", "bias +- spread (GeV)")
    for point in points:
        interval = point.interval()
        spreads_text = ", ".join(f"{PARTICLES[s.pid].name} {s.bias:+.0f} +- {s.spread:.0f}" for s in point.spreads)
        cells = (f"{point.reaching}/{point.n}", f"{interval.low:.2f} to {interval.high:.2f}")
        table.add_row(f"{point.strength:g}", *cells, f"{point.complete}/{point.n}", spreads_text)
    wide_console().print(table)
