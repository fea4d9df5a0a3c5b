"""``protomodels improve``: a model at the top of its mode."""

from __future__ import annotations

import json
from pathlib import Path
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
    StrictOption,
    write_json,
)
from protomodels.cli.resources import load, remark_on_table
from protomodels.cli.score.explain import print_report


def improve(
    model: Annotated[Path, typer.Argument(help="MODEL.json or MODEL.slha")],
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    guards: GuardsOption = settings.GUARDS.default,
    to: Annotated[
        Path | None, typer.Option("--to", "--output", "-o", help="write the improved model there: .json or .slha")
    ] = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Bring a proto-model to the top of its mode."""
    from protomodels.combiner import combinability_for
    from protomodels.errors import ConfigError
    from protomodels.files import read_model
    from protomodels.scoring import Scorer
    from protomodels.settings import policy
    from protomodels.walker.front import improved

    # the cheap checks first: a wrong model, table or name should not wait for results to be opened
    proto, sections = read_model(model)
    table = combinability_for(results, combinable)
    if to is not None and (to.suffix not in (".json", ".slha") or not to.parent.is_dir()):
        raise ConfigError("--to", str(to), "a file ending in .json or .slha in a folder that exists")
    scorer = Scorer(load(results), table, policy(policy_name, regions, strict=strict, guards=guards))
    said = remark_on_table(combinable, table, scorer.predictor)
    found = improved(scorer, proto, sections)
    if to is not None:
        slha = to.suffix == ".slha"
        to.write_text(found.model.to_slha() if slha else json.dumps(found.model.as_dict(), indent=1) + "\n")
    if output is Format.JSON:
        write_json(found.to_dict() | {"warnings": [said] if said else []})
        return
    print_report(found.report(), found.model)
