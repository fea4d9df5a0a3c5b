"""``protomodels pvalue``: how often is as high a K found without new physics?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_plain
from protomodels.cli.judge.signal_options import FudgeOption, PlotOption, SeedOption, save
from protomodels.cli.naming import run_named
from protomodels.cli.options import (
    AddressOption,
    ExecutorOption,
    Format,
    FormatOption,
    ServerOption,
    StorageOption,
    WorkersOption,
    write_json,
)
from protomodels.cli.resources import load_of, local, served
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.campaign.global_p_value import GlobalPValue
    from protomodels.campaign.side_by_side import PValues
    from protomodels.client import Client
    from protomodels.database import Storage
    from protomodels.plots.figure import Figure

UniversesOption = Annotated[int, typer.Option("--universes", help="largest number of universes")]


def pvalue(
    run: Annotated[str | None, typer.Option("--run", help="run whose best K is judged, or latest")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="continue this campaign instead of a run")] = None,
    universes: UniversesOption = 50,
    seed: SeedOption = 1,
    fudge: FudgeOption = 1.0,
    width: Annotated[
        float | None, typer.Option("--width", help="stop once the 95% interval of p is no wider than this")
    ] = None,
    bounds: Annotated[
        bool,
        typer.Option("--bounds", help="count a universe without searching it where a known proto-model reaches K"),
    ] = False,
    queue: Annotated[bool, typer.Option("--queue", help="queue the runs for `protomodels runner`")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="show all campaigns of --run side by side, and walk nothing")
    ] = False,
    walk: Annotated[bool, typer.Option(help="execute missing runs, or only show the p-value so far")] = True,
    executor: ExecutorOption = settings.EXECUTOR.default,
    workers: WorkersOption = settings.WORKERS.default,
    ray_address: AddressOption = settings.ADDRESS.default,
    plot: PlotOption = None,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Compute the global p-value of a run."""
    from protomodels.campaign.pvalue import PValueCampaign
    from protomodels.campaign.pvalue_config import PValueConfig
    from protomodels.runs import Execution

    if queue and (bounds or width is not None):
        raise ConfigError("--queue", True, "without --bounds and --width: a runner searches every universe")
    if (run is None) == (campaign is None):
        raise ConfigError("--run", run or "nothing", "either a run, or --campaign with a campaign to continue")
    if server is not None:
        from protomodels.cli.judge.remote_campaigns import refuse

        # a service walks what is begun there
        refuse({"--width": width, "--bounds": bounds, "--compare": compare, "--no-walk": run is not None and not walk})
        with served(server, storage) as client:
            answer = _remotely(client, run, campaign, (universes, seed, fudge), follow=walk and not queue, walk=walk)
        _say(answer, plot, output)
        return
    with local(storage) as opened:
        run = None if run is None else run_named(opened, run)
        if compare:
            _compare(opened, run, plot, output)
            return
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
                sys.stderr.write(f"continue with: protomodels pvalue --campaign {asked.id}\n")
                raise
        answer = asked.answer()
    _say(answer, plot, output)


def _say(answer: GlobalPValue, plot: Path | None, output: Format) -> None:
    if output is Format.JSON:
        write_json(answer.to_dict())
    else:
        print_plain(answer.report())
    save(plot, lambda: _figure(answer))


def _remotely(
    client: Client, run: str | None, campaign: str | None, asked: tuple[int, int, float], *, follow: bool, walk: bool
) -> GlobalPValue:
    """The answer of a campaign of a service: begun, or queued again; waited for where it is to be followed."""
    from protomodels.cli.judge.remote_campaigns import pvalue_of, waited
    from protomodels.cli.remote import RemoteStorage

    if campaign is None:
        assert run is not None  # noqa: S101 - one of the two is given
        universes, seed, fudge = asked
        named = run_named(RemoteStorage(client), run)
        found = client.begin_pvalue(named, universes=universes, seed=seed, fudge=fudge)
        sys.stderr.write(f"campaign {found.id}: up to {universes} universes, walked by runners of {client.url}\n")
    else:
        found = client.queue_campaign(campaign) if walk else client.campaign(campaign)
    return pvalue_of(waited(client, found, "universes") if follow else found)


def _compare(storage: Storage, run: str | None, plot: Path | None, output: Format) -> None:
    from protomodels.campaign.side_by_side import pvalues_of

    if run is None:
        raise ConfigError("--compare", True, "with --run")
    found = pvalues_of(storage, run)
    if output is Format.JSON:
        write_json(found.to_dict())
    else:
        print_plain(found.report())
    save(plot, lambda: _figure(found))


def _figure(answer: GlobalPValue | PValues) -> Figure:
    from protomodels.plots.front import plot

    return plot(answer)


def _tell(answer: GlobalPValue) -> None:
    interval = answer.interval()
    sys.stderr.write(
        f"universe {answer.n} of {answer.wanted}: {answer.reaching} reach K = {answer.K_observed:.3f}; "
        f"p = {answer.p:.3f}, 95% interval {interval.low:.3f} to {interval.high:.3f}\n"
    )
