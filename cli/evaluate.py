"""``protomodels evaluate``: score one model."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protomodels.cli.explain import ScoreReport, print_score, summary_of
from protomodels.cli.options import (
    CombinableOption,
    Format,
    FormatOption,
    PolicyChoice,
    PolicyOption,
    RegionsChoice,
    RegionsOption,
    ResultsOption,
    ServerOption,
    write_json,
)
from protomodels.cli.resources import load, served

if TYPE_CHECKING:
    from protomodels.client import Evaluation
    from protomodels.critic import Limit
    from protomodels.model import ProtoModel
    from protomodels.scoring.scorer import Contribution, Score


def evaluate(
    model: Annotated[Path, typer.Argument(help="MODEL.json or MODEL.slha")],
    results: ResultsOption = "demo",
    policy_name: PolicyOption = PolicyChoice.DEFAULT,
    regions: RegionsOption = RegionsChoice.BEST,
    combinable: CombinableOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Score one proto-model: K and why, mu_max and what sets it."""
    from protomodels.critic import allowed_signal_strength
    from protomodels.files import read_model
    from protomodels.prior import parsimony
    from protomodels.production import cross_sections, with_kappas_of
    from protomodels.runs.config import combinability_for
    from protomodels.scoring.scorer import Scorer
    from protomodels.settings import policy

    # the cheap checks first: a wrong model or table should not wait for results to be opened
    proto, sections = read_model(model)
    table = combinability_for(results, combinable)
    if server is not None:
        given = proto if sections is None else with_kappas_of(proto, sections)
        _print(_ask(server, given, results, policy_name, regions, combinable), given, output)
        return
    scorer = Scorer(load(results), table, policy(policy_name, regions))
    start = time.perf_counter()
    sections = sections or cross_sections(proto)
    predictions = scorer.predictor.predict(proto, sections)
    score = scorer.score_predictions(proto, sections, predictions)
    seconds = time.perf_counter() - start
    # a model without a score has limits all the same
    allowed = score.allowed if score else allowed_signal_strength(predictions, scorer.policy.tolerance)
    if output is Format.TABLE:
        print_score(ScoreReport.of(proto, score, allowed, predictions.left_out))
        return
    counts = parsimony(proto, sections)
    write_json(
        {
            "K": score and score.K,
            "Z": score and score.Z,
            "mu_hat": score and score.mu_hat,
            "mu_max": allowed.mu_max,
            "muhat": score and score.mu_hat,  # these two as version 0.1.0 wrote them: scripts read them
            "mumax": allowed.mu_max,
            "n_particles": counts.n_particles,
            "n_br": counts.n_br,
            "n_ssm": counts.n_ssm,
            "combination": [contribution_dict(c) for c in _contributions(score)],
            "critic": [limit_dict(limit) for limit in allowed.limits],
            "left_out": [{"analysis": a, "reason": reason} for a, reason in predictions.left_out],
            "seconds": seconds,
            "results_fingerprint": scorer.predictor.fingerprint,
        }
    )


def _ask(
    server: str,
    model: ProtoModel,
    results: str,
    policy_name: PolicyChoice,
    regions: RegionsChoice,
    combinable: str | None,
) -> Evaluation:
    """The same by a service."""
    table = None if combinable is None else json.loads(Path(combinable).read_text())
    with served(server) as client:
        return client.evaluate(
            model.as_dict(), results=results, policy=policy_name.value, regions=regions.value, combinable=table
        )


def _print(found: Evaluation, model: ProtoModel, output: Format) -> None:
    if output is Format.JSON:
        write_json(asdict(found))
        return
    title, summary = "no legal combination of results sees this model: it has no K", []
    if found.K is not None and found.Z is not None and found.mu_hat is not None:
        title = f"K = {found.K:.3f}, Z = {found.Z:.3f}"
        summary = summary_of(found.K, found.Z, found.mu_hat, found.mu_max, found.n_particles, found.n_br, found.n_ssm)
    rows = [(c.analysis, c.region or "", c.type, c.observed, c.expected, c.signal, c.llr) for c in found.combination]
    limits = [(m.analysis, m.region or "", m.type, m.r_obs, m.r_exp) for m in found.critic]
    notes = [f"left out: {entry.analysis} ({entry.reason})" for entry in found.left_out]
    print_score(ScoreReport(title, model, summary, rows, limits, notes))


def _contributions(score: Score | None) -> tuple[Contribution, ...]:
    return () if score is None else score.contributions


def contribution_dict(c: Contribution) -> dict[str, Any]:
    """A member of the best combination; ``signal`` is for mu = mu-hat, events or fb."""
    from protomodels.runs.records import result_type

    return {
        "analysis": c.analysis,
        "region": c.region,
        "type": result_type(c.is_ul),
        "observed": c.observed,
        "expected": c.expected,
        "signal": c.signal,
        "llr": c.llr,
    }


def limit_dict(limit: Limit) -> dict[str, Any]:
    """A limit of the critic; r and ``signal`` are for mu = 1."""
    from protomodels.runs.records import result_type

    return {
        "analysis": limit.analysis,
        "region": limit.region,
        "type": result_type(limit.is_ul),
        "r_obs": limit.r_obs,
        "r_exp": limit.r_exp,
        "signal": limit.signal,
    }
