"""``protomodels timeline``: K in one release of the results after another."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.console import print_plain
from protomodels.cli.judge.signal_options import PlotOption, read_model, save
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    StorageOption,
    StrictOption,
    option,
    write_json,
)
from protomodels.cli.resources import load
from protomodels.errors import ConfigError
from protomodels.settings import PolicyName, RegionChoice

if TYPE_CHECKING:
    from protomodels.plots.figure import Figure


def timeline(
    model: Annotated[
        list[str] | None,
        typer.Argument(metavar="[MODEL]", help="a .json or .slha file, or the id of a stored proto-model; or --run"),
    ] = None,
    run: Annotated[str | None, typer.Option("--run", help="follow the best proto-models of this run")] = None,
    results: Annotated[
        list[str] | None, typer.Option("--results", metavar="R1 R2 ...", help="at least two releases; after MODEL")
    ] = None,
    policy: Annotated[PolicyName | None, option(settings.POLICY)] = None,
    regions: Annotated[RegionChoice | None, option(settings.REGIONS)] = None,
    combinable: CombinableOption = None,
    strict: StrictOption = None,
    best: Annotated[int, typer.Option("--best", min=1, max=100, help="how many proto-models of the run")] = 10,
    as_given: Annotated[
        bool, typer.Option("--as-given", help="releases in the order given, not by their numbers")
    ] = False,
    plot: PlotOption = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Show K of a proto-model in each release of the results."""
    from protomodels.campaign.timeline.front import timeline as follow

    # click knows no option of several values: all but the first are arguments
    words = list(model or ())
    name = words.pop(0) if words and run is None else None
    releases = [*(results or ()), *words]
    if (name is None) == (run is None):
        raise ConfigError("MODEL", "nothing", "a .json or .slha file, the id of a stored proto-model, or --run RUN")
    if len(releases) < 2:
        raise ConfigError("--results", " ".join(releases) or "nothing", "at least two releases, as in --results A B")
    answer = follow(
        None if name is None else read_model(name, storage),
        run=run,
        results=[load(each) for each in releases],
        policy=policy,
        regions=regions,
        combinable=combinable,
        strict=strict,
        best=best,
        as_given=as_given,
        label=_label(name or ""),
        storage=storage,
        progress=_tell if run is not None else None,
    )
    if output is Format.JSON:
        write_json(answer.to_dict())
    else:
        print_plain(answer.report())
    save(plot, lambda: _figure(answer))


def _label(name: str) -> str:
    return f"proto-model {name}" if name.isdecimal() else Path(name).name


def _tell(done: int, total: int) -> None:
    sys.stderr.write(f"proto-model {done} of {total}\n")


def _figure(answer: object) -> Figure:
    from protomodels.plots.front import plot

    return plot(answer)
