"""``protomodels evaluate``: score one model."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    write_json,
)
from protomodels.cli.resources import load, remark_on_table, served
from protomodels.cli.score.explain import print_report
from protomodels.cli.score.show import print_judgement
from protomodels.errors import ConfigError

if TYPE_CHECKING:
    from protomodels.client import Evaluation
    from protomodels.model import ProtoModel


def evaluate(
    model: Annotated[Path, typer.Argument(help="MODEL.json or MODEL.slha")],
    results: ResultsOption = settings.RESULTS.default,
    policy_name: PolicyOption = settings.POLICY.default,
    regions: RegionsOption = settings.REGIONS.default,
    combinable: CombinableOption = settings.COMBINABLE.default,
    strict: StrictOption = settings.STRICT.default,
    guards: GuardsOption = settings.GUARDS.default,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="also how robust K is, and error bars of the parameters")
    ] = False,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Score a proto-model: its K, what it rests on, and what limits it."""
    from protomodels.combiner import combinability_for
    from protomodels.files import read_model
    from protomodels.production import in_order, with_kappas_of
    from protomodels.scoring import Scorer
    from protomodels.scoring.judgement import Judgements
    from protomodels.scoring.report import evaluation_report
    from protomodels.settings import policy

    # the cheap checks first: a wrong model or table should not wait for results to be opened
    proto, sections = read_model(model)
    table = combinability_for(results, combinable)
    if server is not None and robustness:
        raise ConfigError("robustness", True, "what is computed here: without --server")
    if server is not None:
        named = in_order(proto, policy(policy_name).reference_order)
        given = proto if sections is None else with_kappas_of(named, sections)
        _print(_ask(server, given, results, policy_name, regions, combinable, strict, guards), given, output)
        return
    scorer = Scorer(load(results), table, policy(policy_name, regions, strict=strict, guards=guards))
    said = remark_on_table(combinable, table, scorer.predictor)
    start = time.perf_counter()
    evaluation = scorer.evaluate(proto, sections)
    seconds = time.perf_counter() - start
    judged = Judgements(scorer).of(evaluation) if robustness else None
    if output is Format.TABLE:
        print_report(evaluation_report(evaluation), proto)
        print_judgement(judged, None)
        return
    more = (judged or {"robustness": None, "errors": []}) if robustness else {}
    write_json(_with_old_names(evaluation.to_dict(), said) | {"seconds": seconds} | more)


def _with_old_names(values: dict[str, Any], warning: str = "") -> dict[str, Any]:
    """Also what version 0.1.0 called mu_hat and mu_max, as scripts read it, and what is to be said of the question."""
    old = {"muhat": values["mu_hat"], "mumax": values["mu_max"]}
    return values | old | {"warnings": [warning] if warning else []}


def _ask(
    server: str,
    model: ProtoModel,
    results: str,
    policy_name: str,
    regions: str,
    combinable: str | None,
    strict: bool | None,
    guards: bool | None,
) -> Evaluation:
    """The same by a service."""
    table = None if combinable is None else json.loads(Path(combinable).read_text())
    with served(server) as client:
        return client.evaluate(
            model.as_dict(),
            results=results,
            policy=policy_name,
            regions=regions,
            combinable=table,
            strict=strict,
            guards=guards,
        )


def _print(found: Evaluation, model: ProtoModel, output: Format) -> None:
    from protomodels.scoring.report import report

    values = found.model_dump()
    if output is Format.JSON:
        write_json(_with_old_names(values))
        return
    notes = tuple(f"left out: {entry.analysis} ({entry.reason})" for entry in found.left_out)
    print_report(replace(report(values, values["combination"], values["critic"]), notes=notes), model)
