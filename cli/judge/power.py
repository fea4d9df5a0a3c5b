"""``protomodels power``: how often is a proto-model found, against its strength?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

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
    from protomodels.campaign.power import PowerCurve
    from protomodels.client import Client


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
    server: ServerOption = None,
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
    if server is not None:
        from protomodels.cli.judge.remote_campaigns import closure_settings

        with served(server, storage) as client:
            own = closure_settings(base, model, results) | {"runs": runs, "seed": seed, "fudge": fudge}
            curve = _remotely(client, own, factors, critical_K)
        _say(curve, output)
        return
    signal = signal_of(model, storage)
    config = ClosureConfig.of_search(base, ClosureChoice.PHYSICS.value, signal, runs=runs, seed=seed, fudge=fudge)
    with local(storage) as opened:
        how = Execution(executor, workers, ray_address)
        curve = power_curve(opened, load(results), config, factors, critical_K, how)
    _say(curve, output)


def _remotely(client: Client, settings: dict[str, Any], strengths: list[float], critical_K: float) -> PowerCurve:
    """The curve of physics closure tests of a service, all queued at once."""
    from protomodels.campaign.power import PowerCurve, power_point
    from protomodels.cli.judge.remote_campaigns import closure_of, waited

    physics = ClosureChoice.PHYSICS.value
    begun = [client.begin_closure(physics, strength=strength, **settings) for strength in strengths]
    names = ", ".join(campaign.id for campaign in begun)
    sys.stderr.write(f"campaigns {names}: walked by runners of {client.url}\n")
    points = []
    for strength, campaign in zip(strengths, begun, strict=True):
        found = closure_of(waited(client, campaign, f"runs at strength {strength:g}"))
        points.append(power_point(strength, found, dict(found.injected), critical_K))
    return PowerCurve(critical_K, tuple(points))


def _say(curve: PowerCurve, output: Format) -> None:
    if output is Format.JSON:
        write_json(curve.to_dict())
    else:
        print_table(curve.table())
