"""``protomodels pvalue`` and ``campaigns``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protomodels import run_settings as settings
from protomodels.cli.judge.signal_options import FudgeOption, PlotOption, SeedOption, save
from protomodels.cli.options import (
    AddressOption,
    ExecutorOption,
    Format,
    FormatOption,
    StorageOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load_of, local
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.campaign.global_p_value import GlobalPValue
    from protomodels.plots.figure import Figure

UniversesOption = Annotated[int, typer.Option("--universes", help="how many at most")]


def pvalue(
    run: Annotated[str | None, typer.Option("--run", help="the run whose best K is judged")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="go on with this one instead")] = None,
    universes: UniversesOption = 50,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    width: Annotated[float | None, typer.Option("--width", help="stop where the 95% interval is no wider")] = None,
    bounds: Annotated[
        bool,
        typer.Option("--bounds", help="do not walk where a known model reaches K: it counts as reaching"),
    ] = False,
    queue: Annotated[bool, typer.Option("--queue", help="leave the walking to `protomodels runner`")] = False,
    walk: Annotated[bool, typer.Option(help="walk what is missing; else only answer")] = True,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    plot: PlotOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compute the global p-value of a run."""
    from protomodels.campaign.pvalue import PValueCampaign, PValueConfig
    from protomodels.runs import Execution

    if queue and (bounds or width is not None):
        raise ConfigError("--queue", True, "without --bounds and --width: runners walk all universes")
    with local(storage) as opened:
        if (run is None) == (campaign is None):
            raise ConfigError("--run", run or "nothing", "either a run, or --campaign with a campaign to go on with")
        if campaign is not None:
            config = PValueConfig.from_json(opened.campaign(campaign).config_json)
            asked = PValueCampaign(opened, campaign, load_of(opened.get_run(config.run)))
        else:
            assert run is not None  # noqa: S101 - one of the two is given
            config = PValueConfig.of_run(
                opened, run, universes=universes, seed=seed, fudge=fudge, width=width, bounds=bounds
            )
            asked = PValueCampaign.create(opened, config, load_of(opened.get_run(run)))
        sys.stderr.write(f"campaign {asked.id}: up to {config.universes} universes for K = {config.K:.3f}\n")
        if queue:
            asked.ensemble.queue_all()
        elif walk:
            try:
                asked.walk(Execution(executor, workers, ray_address), _tell)
            except KeyboardInterrupt:
                sys.stderr.write(f"go on with: protomodels pvalue --campaign {asked.id}\n")
                raise
        answer = asked.answer()
    _write_pvalue(asked.id, answer, output)
    save(plot, lambda: _picture(answer))


def _picture(answer: GlobalPValue) -> Figure:
    from protomodels.plots.densities import density_figure

    return density_figure(answer.K_observed, {"universes": answer.K_fake}, answer.at_least)


def _tell(answer: GlobalPValue) -> None:
    interval = answer.interval()
    sys.stderr.write(
        f"universe {answer.n} of {answer.wanted}: {answer.reaching} reach K = {answer.K_observed:.3f}; "
        f"p = {answer.p:.3f}, 95% interval {interval.low:.3f} to {interval.high:.3f}\n"
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
    unwalked = f" ({len(answer.at_least)} by a model known before, not walked)" if answer.at_least else ""
    smooth = "" if answer.p_density is None else f"; by a kernel density {answer.p_density:.3f}"
    sys.stdout.write(
        f"global p-value of K = {answer.K_observed:.3f}: p = {answer.p:.3f} (Z = {answer.significance:.2f})\n"
        f"{answer.reaching} of {answer.n} universes without new physics reach it{unwalked}: 95% interval of this "
        f"probability {low:.3f} to {high:.3f}{smooth}\n"
        f"best K there: {', '.join(f'{K:.2f}' for K in sorted(answer.K_fake))}\n"
    )
