"""``protomodels universe``: the pseudo-data of one universe."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table

from protomodels import run_settings
from protomodels.cli.console import wide_console
from protomodels.cli.judge.signal_options import FudgeOption, ModelOption, signal_of
from protomodels.cli.options import Format, FormatOption, PolicyOption, ResultsOption, StorageOption, write_json
from protomodels.cli.resources import load


def universe(
    seed: Annotated[
        int | None, typer.Option("--seed", help="seed of the universe; without one nothing is drawn: the expected data")
    ] = None,
    fudge: FudgeOption = 1.0,
    model: ModelOption = None,
    strength: Annotated[
        float, typer.Option("--strength", help="factor on the cross sections of the proto-model")
    ] = 1.0,
    policy: PolicyOption = run_settings.POLICY.default,
    results: ResultsOption = "demo",
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Show the pseudo-data of one universe."""
    from protomodels.universes import Universe, in_universe, record, region_p_values
    from protomodels.universes.recipe import drawing_of

    signal = None if model is None else signal_of(model, storage)
    recipe = Universe(seed, fudge, signal, strength, drawing_of(policy))
    predictor = load(results)
    values = record(predictor, recipe)
    if output is Format.JSON:
        write_json(values)
        return
    inside = in_universe(predictor, recipe).catalog
    table = Table("analysis", "region", "observed", "expected", "p")
    ps = region_p_values(inside, fudge)
    for row, p in zip(ps.rows.tolist(), ps.p.tolist(), strict=True):
        counts = f"{inside.background[row]:g} +- {fudge * inside.delta[row]:.3g}"
        names = (str(inside.analysis[row]), str(inside.region[row]))
        table.add_row(*names, f"{inside.observed[row]:g}", counts, f"{p:.3f}")
    wide_console().print(table)
    limits = Table("analysis", "topology", "observed / expected limit")
    for analysis, ratios in values["limit_ratio"].items():
        for topology, ratio in ratios.items():
            limits.add_row(analysis, topology, f"{ratio:.3f}")
    wide_console().print(limits)
    sys.stdout.write(f"{len(values['unsampled'])} upper-limit maps have no expected limit: they stay as published\n")
