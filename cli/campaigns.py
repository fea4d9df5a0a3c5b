"""``protomodels pvalue``, ``closure``, ``power``, ``universe`` and ``campaigns``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from campaign.closure import Closure, ClosureCampaign, ClosureConfig, Found, mass_spreads
from campaign.power import power_curve
from campaign.pvalue import KIND as PVALUE
from campaign.pvalue import PValueCampaign, PValueConfig
from campaign.statistics import GlobalPValue
from cli.explain import wide_console
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
from cli.walking import AddressOption, ExecutorChoice, ExecutorOption, WorkersOption
from database import default_url, open_storage
from predictor.universes import Universe, record, region_p_values
from protomodels.errors import ConfigError
from protomodels.files import load_model
from protomodels.model import ProtoModel
from protomodels.particles import PARTICLES
from walker import Execution, RunConfig
from walker.run import table_sha256

UniversesOption = Annotated[int, typer.Option("--universes", help="how many at most")]
SeedOption = Annotated[int, typer.Option("--seed", help="of the first universe and its run; the others follow")]
FudgeOption = Annotated[
    float, typer.Option("--fudge", help="factor on the uncertainties of backgrounds as they are drawn; paper: 0.65")
]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="MODEL.json, MODEL.slha, or the number of a stored proto-model")
]


def pvalue(
    run: Annotated[str | None, typer.Option("--run", help="the run whose best K is judged")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="go on with this one instead")] = None,
    universes: UniversesOption = 50,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    width: Annotated[float | None, typer.Option("--width", help="stop where the 95% interval is no wider")] = None,
    queue: Annotated[bool, typer.Option("--queue", help="leave the walking to `protomodels runner`")] = False,
    walk: Annotated[bool, typer.Option(help="walk what is missing; else only answer")] = True,
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """The global p-value of a run: its search done again in universes without new physics."""
    with open_storage(storage or default_url()) as opened:
        if (run is None) == (campaign is None):
            raise ConfigError("--run", run or "nothing", "either a run, or --campaign with a campaign to go on with")
        if campaign is not None:
            config = PValueConfig.from_json(opened.campaign(campaign).config_json)
            asked = PValueCampaign(opened, campaign, load_of(opened.get_run(config.run)))
        else:
            assert run is not None  # noqa: S101 - one of the two is given
            config = PValueConfig.of_run(opened, run, universes=universes, seed=seed, fudge=fudge, width=width)
            asked = PValueCampaign.create(opened, config, load_of(opened.get_run(run)))
        sys.stderr.write(f"campaign {asked.id}: up to {config.universes} universes for K = {config.K:.3f}\n")
        if queue:
            asked.ensemble.queue_all()
        elif walk:
            try:
                asked.walk(Execution(executor.value, workers, ray_address), _tell)
            except KeyboardInterrupt:
                sys.stderr.write(f"go on with: protomodels pvalue --campaign {asked.id}\n")
                raise
        _write_pvalue(asked.id, asked.answer(), output)


def _tell(answer: GlobalPValue) -> None:
    interval = answer.interval()
    sys.stderr.write(
        f"universe {answer.n} of {answer.wanted}: best K {answer.K_fake[-1]:.3f}; p = {answer.p:.3f}, "
        f"95% interval {interval.low:.3f} to {interval.high:.3f}\n"
    )


def pvalue_dict(campaign: str, answer: GlobalPValue) -> dict[str, Any]:
    """A global p-value as plain values."""
    interval = answer.interval()
    return {
        "campaign": campaign,
        "K": answer.K_observed,
        "universes": answer.n,
        "wanted": answer.wanted,
        "reaching": answer.reaching,
        "p": answer.p if answer.n else None,
        "interval_95": [interval.low, interval.high],
        "p_density": answer.p_density,
        "Z": answer.significance if answer.n else None,
        "K_fake": list(answer.K_fake),
        "at_least": list(answer.at_least),
    }


def _write_pvalue(campaign: str, answer: GlobalPValue, output: Format) -> None:
    values = pvalue_dict(campaign, answer)
    if output is Format.JSON:
        write_json(values)
        return
    if not answer.n:
        sys.stdout.write("no universe is finished yet\n")
        return
    low, high = values["interval_95"]
    smooth = "" if answer.p_density is None else f"; by a kernel density {answer.p_density:.3f}"
    sys.stdout.write(
        f"global p-value of K = {answer.K_observed:.3f}: p = {answer.p:.3f} (Z = {answer.significance:.2f})\n"
        f"{answer.reaching} of {answer.n} universes without new physics reach it: 95% interval of this probability "
        f"{low:.3f} to {high:.3f}{smooth}\n"
        f"best K there: {', '.join(f'{K:.2f}' for K in sorted(answer.K_fake))}\n"
    )


def closure(
    model: ModelOption = None,
    kind: Annotated[Closure, typer.Option("--kind", help="technical: nothing drawn; physics: universes")] = (
        Closure.TECHNICAL
    ),
    campaign: Annotated[str | None, typer.Option("--campaign", help="go on with this one instead")] = None,
    runs: Annotated[int, typer.Option("--runs", help="how many")] = 10,
    walkers: Annotated[int, typer.Option("--walkers", help="of each run")] = 50,
    steps: Annotated[int, typer.Option("--steps", help="of each walker")] = 1000,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    strength: Annotated[float, typer.Option("--strength", help="factor on the model's cross sections")] = 1.0,
    results: ResultsOption = "demo",
    policy_name: PolicyOption = PolicyChoice.DEFAULT,
    regions: RegionsOption = RegionsChoice.BEST,
    combinable: CombinableOption = None,
    search: Annotated[SearchChoice | None, typer.Option("--search", help="as for run")] = None,
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Put a proto-model into the data: is it found again?"""
    if (model is None) == (campaign is None):
        raise ConfigError("--model", model or "nothing", "either a model, or --campaign with a campaign to go on with")
    with open_storage(storage or default_url()) as opened:
        if campaign is not None:
            config = ClosureConfig.from_json(opened.campaign(campaign).config_json)
            asked = ClosureCampaign(opened, campaign, load(RunConfig.from_json(config.base).results))
        else:
            base = _base(results, walkers, steps, policy_name, regions, combinable, search)
            signal = json.dumps(read_model(model, storage).as_dict(), sort_keys=True)
            config = ClosureConfig(kind.value, base.to_json(), signal, runs, seed, fudge, strength)
            asked = ClosureCampaign.create(opened, config, load(results))
        sys.stderr.write(f"campaign {asked.id}: {config.closure} closure, {config.runs} runs\n")
        try:
            found = asked.walk(Execution(executor.value, workers, ray_address), _tell_found)
        except KeyboardInterrupt:
            sys.stderr.write(f"go on with: protomodels closure --campaign {asked.id}\n")
            raise
        _write_closure(asked, found, output)


def _base(
    results: str,
    walkers: int,
    steps: int,
    policy_name: PolicyChoice,
    regions: RegionsChoice,
    combinable: str | None,
    search: SearchChoice | None,
) -> RunConfig:
    return RunConfig(
        results=str(Path(results).resolve()) if results != "demo" and Path(results).exists() else results,
        seed=0,
        walkers=walkers,
        steps=steps,
        policy=policy_name.value,
        regions=regions.value,
        combinable=combinable,
        combinable_sha256=table_sha256(combinable),
        search=search and search.value,
    )


def read_model(model: str | None, storage: str | None) -> ProtoModel:
    """A proto-model from a file, or the stored one of this number; without cross sections of its own."""
    if model is not None and model.isdigit():
        from protomodels.files import model_from_dict

        with open_storage(storage or default_url()) as opened:
            return model_from_dict(json.loads(opened.protomodel(int(model)).model_json))
    return load_model(Path(model or ""))[0]


def _masses(masses: Any) -> str:
    return ", ".join(f"{PARTICLES[p].name} {m:.0f}" for p, m in sorted(masses.items(), key=lambda x: -x[1]))


def _tell_found(found: Found) -> None:
    best = "nothing" if found.K is None else f"K {found.K:.3f}: {_masses(found.masses)} GeV"
    sys.stderr.write(f"run {found.run}: {best}\n")


def _write_closure(asked: ClosureCampaign, found: tuple[Found, ...], output: Format) -> None:
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


def power(
    model: ModelOption = None,
    strengths: Annotated[str, typer.Option("--strengths", help="factors on its cross sections")] = "0.5,1,2",
    critical_K: Annotated[float, typer.Option("--critical-K", help="K that calls for attention")] = 6.0,
    runs: Annotated[int, typer.Option("--runs", help="universes for each strength")] = 10,
    walkers: Annotated[int, typer.Option("--walkers", help="of each run")] = 50,
    steps: Annotated[int, typer.Option("--steps", help="of each walker")] = 1000,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    results: ResultsOption = "demo",
    policy_name: PolicyOption = PolicyChoice.DEFAULT,
    regions: RegionsOption = RegionsChoice.BEST,
    combinable: CombinableOption = None,
    search: Annotated[SearchChoice | None, typer.Option("--search", help="as for run")] = None,
    executor: ExecutorOption = ExecutorChoice.PROCESS,
    workers: WorkersOption = None,
    ray_address: AddressOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """How probably is a proto-model found, against its strength?"""
    try:
        factors = [float(part) for part in strengths.split(",")]
    except ValueError:
        raise ConfigError("--strengths", strengths, "numbers separated by commas, as in 0.5,1,2") from None
    if model is None:
        raise ConfigError("--model", "nothing", "MODEL.json, MODEL.slha, or the number of a stored proto-model")
    base = _base(results, walkers, steps, policy_name, regions, combinable, search)
    signal = json.dumps(read_model(model, storage).as_dict(), sort_keys=True)
    config = ClosureConfig(Closure.PHYSICS.value, base.to_json(), signal, runs, seed, fudge)
    with open_storage(storage or default_url()) as opened:
        how = Execution(executor.value, workers, ray_address)
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


def universe(
    seed: Annotated[int | None, typer.Option("--seed", help="none: what is expected, nothing drawn")] = None,
    fudge: FudgeOption = 1.0,
    model: ModelOption = None,
    strength: Annotated[float, typer.Option("--strength", help="factor on the model's cross sections")] = 1.0,
    results: ResultsOption = "demo",
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """What a universe observes: counts of regions, observed limits over expected ones."""
    signal = None if model is None else json.dumps(read_model(model, storage).as_dict(), sort_keys=True)
    recipe = Universe(seed, fudge, signal, strength)
    predictor = load(results)
    values = record(predictor, recipe)
    if output is Format.JSON:
        write_json(values)
        return
    from predictor.universes import in_universe

    inside = in_universe(predictor, recipe).catalog
    table = Table("analysis", "region", "observed", "expected", "p")
    ps = region_p_values(inside, fudge)
    for row, p in zip(ps.rows.tolist(), ps.p.tolist(), strict=True):
        counts = f"{inside.background[row]:g} +- {inside.delta[row]:g}"
        names = (str(inside.analysis[row]), str(inside.region[row]))
        table.add_row(*names, f"{inside.observed[row]:g}", counts, f"{p:.3f}")
    wide_console().print(table)
    limits = Table("analysis", "topology", "observed / expected limit")
    for analysis, ratios in values["limit_ratio"].items():
        for topology, ratio in ratios.items():
            limits.add_row(analysis, topology, f"{ratio:.3f}")
    wide_console().print(limits)
    sys.stdout.write(f"{len(values['unsampled'])} upper-limit maps have no expected limit: they stay as published\n")


def campaigns(storage: StorageOption = None, output: FormatOption = Format.TABLE) -> None:
    """Campaigns, newest first."""
    with open_storage(storage or default_url()) as opened:
        found = opened.list_campaigns()
    rows = [
        {"campaign": c.id, "kind": c.kind, "created_at": c.created_at.isoformat(), "runs": list(c.runs.values())}
        for c in found
    ]
    if output is Format.JSON:
        write_json(rows)
        return
    table = Table("campaign", "kind", "created", "runs begun", "go on with")
    for row in rows:
        command = "pvalue" if row["kind"] == PVALUE else "closure"
        cells = (str(row["campaign"]), str(row["kind"]), str(row["created_at"])[:19], str(len(row["runs"])))
        table.add_row(*cells, f"protomodels {command} --campaign {row['campaign']}")
    wide_console().print(table)
