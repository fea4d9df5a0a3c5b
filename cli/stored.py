"""What the storage holds: ``hiscores``, ``show``, ``status``, ``db upgrade``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from cli.explain import Explanation, print_ablation, print_score, summary_of, wide_console
from cli.options import Format, FormatOption, StorageOption, load, write_json
from database import ProtomodelRecord, default_url, open_storage
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES, pid_of
from protomodels.settings import policy
from protomodels.slha import write_slha
from walker import RunConfig, Scorer
from walker.ablation import Ablation, ablate

db_app = typer.Typer(help="The storage itself.", no_args_is_help=True)


@db_app.command("upgrade")
def upgrade(storage: StorageOption = None) -> None:
    """Bring the storage to this version's schema."""
    with open_storage(storage or default_url(), upgrade=True) as opened:
        sys.stdout.write(f"{opened.url} is up to date\n")


def status(
    run: Annotated[str | None, typer.Argument(help="a run; all without")] = None,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """Where runs stand."""
    with open_storage(storage or default_url()) as opened:
        records = [opened.get_run(run)] if run is not None else opened.list_runs()
        rows: list[dict[str, Any]] = []
        for record in records:
            progress = opened.progress(record.id)
            rows.append(
                {
                    "run": record.id,
                    "state": str(record.state),
                    "reason": record.reason,
                    "steps": progress.steps_done,
                    "total": record.n_walkers * record.n_steps,
                    "best_K": progress.best_K,
                    "best_protomodel": progress.best_protomodel,
                    "results": json.loads(record.config_json)["results"],
                    "created_at": record.created_at.isoformat(),
                }
            )
    if output is Format.JSON:
        write_json(rows if run is None else rows[0])
        return
    table = Table("run", "state", "steps", "best K", "results", "created")
    for row in rows:
        best = "-" if row["best_K"] is None else f"{row['best_K']:.3f}"
        steps = f"{row['steps']}/{row['total']}"
        table.add_row(row["run"], row["state"], steps, best, row["results"], row["created_at"][:19])
    wide_console().print(table)


def hiscores(
    run: Annotated[str | None, typer.Option("--run", help="of this run only")] = None,
    particle: Annotated[str | None, typer.Option("--particle", help="with this particle, X_t1 or its pid")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="how many")] = 20,
    storage: StorageOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """The best proto-models, best K first."""
    pid = None if particle is None else pid_of(particle)
    with open_storage(storage or default_url()) as opened:
        if run is not None:
            opened.get_run(run)
        found = opened.hiscores(run, pid, limit)
        if output is Format.JSON:
            write_json([_full(opened.protomodel(row.id)) for row in found])
            return
    table = Table("id", "K", "Z", "particles (GeV)", "run", "walker", "step")
    for row in found:
        names = ", ".join(f"{PARTICLES[p].name} {m:.0f}" for p, m in sorted(row.masses.items(), key=lambda x: -x[1]))
        table.add_row(str(row.id), f"{row.K:.3f}", f"{row.Z:.3f}", names, row.run, str(row.walker), str(row.step))
    wide_console().print(table)


class ShowFormat(StrEnum):
    """How ``show`` answers."""

    TABLE = "table"
    JSON = "json"
    SLHA = "slha"


def show(
    protomodel: Annotated[int, typer.Argument(help="id, from hiscores")],
    ablation: Annotated[bool, typer.Option(help="score it again without each particle and analysis")] = True,
    storage: StorageOption = None,
    output: Annotated[
        ShowFormat, typer.Option("--format", help="table, json, or the model as slha")
    ] = ShowFormat.TABLE,
) -> None:
    """Explain a stored proto-model: what it is, why it scores, what holds it back, what it rests on."""
    with open_storage(storage or default_url()) as opened:
        record = opened.protomodel(protomodel)
        config = RunConfig.from_json(opened.get_run(record.run).config_json)
    if output is ShowFormat.SLHA:
        sys.stdout.write(write_slha(model_from_dict(json.loads(record.model_json))))
        return
    rests = _ablation(record, config) if ablation else None
    if output is ShowFormat.JSON:
        answer = _full(record)
        if rests is not None:
            answer["without_particle"] = {str(pid): K for pid, K in rests.without_particle.items()}
            answer["without_analysis"] = rests.without_analysis
        write_json(answer)
        return
    print_protomodel(record)
    if rests is not None:
        print_ablation(rests)


def _ablation(record: ProtomodelRecord, config: RunConfig) -> Ablation | None:
    scorer = Scorer(load(config.results), config.combinability(), policy(config.policy, config.regions))
    score = scorer.score(model_from_dict(json.loads(record.model_json)))
    return None if score is None else ablate(scorer, score)


def print_protomodel(record: ProtomodelRecord) -> None:
    """The explanation of a stored proto-model on standard output."""
    model = model_from_dict(json.loads(record.model_json))
    summary = summary_of(record.K, record.Z, record.muhat, record.mumax, record.n_particles, record.n_br, record.n_ssm)
    contributions = [
        (c.analysis, c.region or "", c.type, c.observed, c.expected, c.signal, c.llr) for c in record.contributions
    ]
    limits = [(m.analysis, m.region or "", m.type, m.r_obs, m.r_exp) for m in record.limits]
    title = f"proto-model {record.id}: K = {record.K:.3f}, Z = {record.Z:.3f}"
    print_score(Explanation(title, model, summary, contributions, limits))


def _full(record: ProtomodelRecord) -> dict[str, Any]:
    """Everything about a stored proto-model, with full precision."""
    values = asdict(record)
    values["created_at"] = record.created_at.isoformat()
    values["model"] = json.loads(values.pop("model_json"))
    del values["masses"]
    return values
