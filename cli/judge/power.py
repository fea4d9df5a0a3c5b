"""``protomodels power``: how often is a proto-model found, against its strength?"""

from __future__ import annotations

from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_table
from protomodels.cli.judge.signal_options import FudgeOption, ModelOption, SeedOption, signal_of
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
    StepsOption,
    StorageOption,
    StrictOption,
    WalkersOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load, local
from protomodels.errors import ConfigError


def power(
    model: ModelOption = None,
    strengths: Annotated[
        str, typer.Option("--strengths", help="factors on the cross sections of the proto-model")
    ] = "0.5,1,2",
    critical_K: Annotated[float, typer.Option("--critical-K", help="K from which a proto-model counts as found")] = 6.0,
    runs: Annotated[int, typer.Option("--runs", help="runs for each strength, each in a universe")] = 10,
    walkers: WalkersOption = settings.WALKERS.default,
    steps: StepsOption = settings.STEPS.default,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
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
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compute how often a proto-model is found, against its strength."""
    from protomodels.campaign.closure_config import ClosureConfig
    from protomodels.campaign.power import power_curve
    from protomodels.runs import Execution
    from protomodels.runs.new import new_config

    try:
        factors = [float(part) for part in strengths.split(",")]
    except ValueError:
        raise ConfigError("--strengths", strengths, "numbers separated by commas, as in 0.5,1,2") from None
    if model is None:
        raise ConfigError("--model", "nothing", "a .json or .slha file, or the id of a stored proto-model")
    base = new_config(
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
    signal = signal_of(model, storage)
    config = ClosureConfig.of_search(base, ClosureChoice.PHYSICS.value, signal, runs=runs, seed=seed, fudge=fudge)
    with local(storage) as opened:
        how = Execution(executor, workers, ray_address)
        curve = power_curve(opened, load(results), config, factors, critical_K, how)
    if output is Format.JSON:
        write_json(curve.to_dict())
    else:
        print_table(curve.table())
