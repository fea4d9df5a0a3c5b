"""What runs found: ``hiscores``, ``show``; and ``db upgrade``."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from protomodels.cli.explain import print_report, print_table, wide_console
from protomodels.cli.options import Format, FormatOption, ServerOption, StorageOption, write_json
from protomodels.cli.resources import load_of, opened
from protomodels.particles import PARTICLES, pid_of

if TYPE_CHECKING:
    from protomodels.cli.remote import Stored
    from protomodels.database import ProtomodelRecord
    from protomodels.scoring.ablation import Ablation

db_app = typer.Typer(help="The storage itself.", no_args_is_help=True)


@db_app.command("upgrade")
def upgrade(storage: StorageOption = None) -> None:
    """Bring the storage to this version's schema."""
    from protomodels.database import default_url, open_storage

    with open_storage(storage or default_url(), upgrade=True) as upgraded:
        sys.stdout.write(f"{upgraded.url} is up to date\n")


def hiscores(
    run: Annotated[str | None, typer.Option("--run", help="of this run only")] = None,
    walker: Annotated[int | None, typer.Option("--walker", min=0, help="of this walker of the run only")] = None,
    particle: Annotated[
        list[str] | None, typer.Option("--particle", help="with this particle, X_t1 or its pid; may be repeated")
    ] = None,
    min_k: Annotated[float | None, typer.Option("--min-K", help="smallest K")] = None,
    duplicates: Annotated[bool, typer.Option(help="also models like a better one: same channels, masses")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="how many")] = 20,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: FormatOption = Format.TABLE,
) -> None:
    """The best proto-models, best K first."""
    from protomodels.database import HiscoreQuery

    search = HiscoreQuery(run, walker, [pid_of(name) for name in particle or ()], min_K=min_k, distinct=not duplicates)
    with opened(storage, server) as stored:
        if output is Format.JSON:
            write_json([_full(record) for record in stored.best_protomodels(search, limit)])
            return
        found = stored.hiscores(search, limit)
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
    server: ServerOption = None,
    output: Annotated[
        ShowFormat, typer.Option("--format", help="table, json, or the model as slha")
    ] = ShowFormat.TABLE,
) -> None:
    """Explain a stored proto-model: what it is, why it scores, what holds it back, what it rests on."""
    with opened(storage, server) as stored:
        record = stored.protomodel(protomodel)
        if output is ShowFormat.SLHA:
            from protomodels.files import model_from_dict
            from protomodels.slha import write_slha

            sys.stdout.write(write_slha(model_from_dict(json.loads(record.model_json))))
            return
        rests = _ablation(stored, record) if ablation else None
    if output is ShowFormat.JSON:
        answer = _full(record)
        if rests is not None:
            answer["without_particle"] = {str(pid): K for pid, K in rests.without_particle.items()}
            answer["without_analysis"] = rests.without_analysis
        write_json(answer)
        return
    print_protomodel(record)
    if rests is not None:
        from protomodels.scoring.report import ablation_table

        print_table(ablation_table(rests))


def _ablation(storage: Stored, record: ProtomodelRecord) -> Ablation | None:
    from protomodels.cli.remote import RemoteStorage
    from protomodels.files import model_from_dict
    from protomodels.runs import RunConfig
    from protomodels.runs.run import scorer_of
    from protomodels.scoring.ablation import Ablation, ablate

    if isinstance(storage, RemoteStorage):
        found = storage.client.why(record.id)
        particles = {pid_of(name): K for name, K in found.without_particle.items()}
        return Ablation(found.K, particles, found.without_analysis)
    run = storage.get_run(record.run)
    scorer = scorer_of(storage, run.id, RunConfig.from_json(run.config_json), load_of(run))
    return ablate(scorer.evaluate(model_from_dict(json.loads(record.model_json))))


def print_protomodel(record: ProtomodelRecord) -> None:
    """The explanation of a stored proto-model on standard output."""
    from protomodels.files import model_from_dict
    from protomodels.scoring.report import report

    model = model_from_dict(json.loads(record.model_json))
    values = {name: getattr(record, name) for name in ("K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm")}
    found = report(values, [asdict(c) for c in record.contributions], [asdict(limit) for limit in record.limits])
    print_report(found, model, f"proto-model {record.id}: {found.title}")


def _full(record: ProtomodelRecord) -> dict[str, Any]:
    """Everything about a stored proto-model, with full precision."""
    values = asdict(record)
    values["created_at"] = record.created_at.isoformat()
    values["model"] = json.loads(values.pop("model_json"))
    del values["masses"]
    return values
