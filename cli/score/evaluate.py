"""``protomodels evaluate``: what results say of models."""

from __future__ import annotations

from typing import Annotated

import typer

from protomodels import run_settings as settings
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    GuardsOption,
    PolicyOption,
    RegionsOption,
    ResultsOption,
    ServerOption,
    StrictOption,
)


def evaluate(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL...", help="files: JSON, SLHA, LHE, each packed or not; - is standard input"),
    ],
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    guards: GuardsOption = settings.GUARDS.default,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="also how robust K is, and error bars of the parameters")
    ] = False,
    sigmacut: Annotated[float, typer.Option("--sigmacut", help="fb; weaker decay trees are not followed")] = 0.005,
    minmassgap: Annotated[float, typer.Option("--minmassgap", help="GeV; softer prompt decays are compressed")] = 5.0,
    compress: Annotated[
        bool, typer.Option("--compress/--no-compress", help="compress soft decays and those to invisible particles")
    ] = True,
    prompt_width: Annotated[float, typer.Option("--promptWidth", help="GeV; wider particles decay at once")] = 1e-11,
    stable_width: Annotated[float, typer.Option("--stableWidth", help="GeV; narrower particles never decay")] = 1e-25,
    allow_invalid: Annotated[
        bool, typer.Option("--allow-invalid", help="also points that their generator calls invalid (SPINFO 4)")
    ] = False,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Say what results say of models: K, Z, limits, coverage."""
    from protomodels.cli.score.asking import Asked, answers_of
    from protomodels.predictor.general import Options

    options = Options(sigmacut, minmassgap, 1.0, compress, compress, prompt_width, stable_width)
    asked = Asked(results, policy_name, regions, combinable, strict, guards, robustness, options, allow_invalid, server)
    code = answers_of(models, asked, output)
    if code:
        raise typer.Exit(code)
