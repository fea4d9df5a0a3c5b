"""``protomodels show``: why a stored proto-model scores."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from protomodels.cli.console import print_table
from protomodels.cli.naming import protomodel_named
from protomodels.cli.options import ServerOption, StorageOption, write_json
from protomodels.cli.resources import load_of, opened
from protomodels.cli.score.explain import print_report
from protomodels.particles import pid_of

if TYPE_CHECKING:
    from protomodels.cli.remote import AnyStorage
    from protomodels.database import ProtomodelRecord
    from protomodels.scoring.ablation import Ablation
    from protomodels.tables import Report


class ShowFormat(StrEnum):
    """How ``show`` answers."""

    TABLE = "table"
    JSON = "json"
    SLHA = "slha"


def show(
    protomodel: Annotated[
        str,
        typer.Argument(
            help="id of a stored proto-model (`protomodels hiscores`); best of all; latest: best of that run"
        ),
    ],
    ablation: Annotated[bool, typer.Option(help="also score it without each particle and each analysis")] = True,
    storage: StorageOption = None,
    server: ServerOption = None,
    output: Annotated[
        ShowFormat, typer.Option("--format", help="table for people, json for programs, or the proto-model as slha")
    ] = ShowFormat.TABLE,
) -> None:
    """Explain a stored proto-model: why it scores and what limits it."""
    with opened(storage, server) as stored:
        record = stored.protomodel(protomodel_named(stored, protomodel))
        if output is ShowFormat.SLHA:
            from protomodels.files import model_from_dict
            from protomodels.slha import write_slha

            sys.stdout.write(write_slha(model_from_dict(json.loads(record.model_json))))
            return
        rests = _ablation(stored, record) if ablation else None
        judged = _judgement(stored, record) if ablation else stored_judgement(record)
    if output is ShowFormat.JSON:
        answer = protomodel_dict(record) | (judged or {})
        if rests is not None:
            answer["without_particle"] = {str(pid): K for pid, K in rests.without_particle.items()}
            answer["without_analysis"] = rests.without_analysis
        write_json(answer)
        return
    print_protomodel(record)
    if rests is not None:
        from protomodels.scoring.report import ablation_table

        print_table(ablation_table(rests))
    print_judgement(judged, partners_of(record))


def _ablation(storage: AnyStorage, record: ProtomodelRecord) -> Ablation | None:
    from protomodels.cli.remote import RemoteStorage
    from protomodels.files import model_from_dict
    from protomodels.runs import RunConfig
    from protomodels.runs.run import scorer_of
    from protomodels.scoring.ablation import Ablation, ablate

    if isinstance(storage, RemoteStorage):
        found = storage.client.explanation(record.id)
        particles = {pid_of(name): K for name, K in found.without_particle.items()}
        return Ablation(found.K, particles, found.without_analysis)
    run = storage.get_run(record.run)
    scorer = scorer_of(storage, run.id, RunConfig.from_json(run.config_json), load_of(run))
    return ablate(scorer.evaluate(model_from_dict(json.loads(record.model_json))))


def _judgement(storage: AnyStorage, record: ProtomodelRecord) -> dict[str, Any] | None:
    """Robustness and error bars: as they are stored, else computed now, but for a service's proto-model."""
    from protomodels.cli.remote import RemoteStorage

    if record.judgement is not None or isinstance(storage, RemoteStorage):
        return stored_judgement(record)
    from protomodels.runs import RunConfig
    from protomodels.runs.judging import judgement_of
    from protomodels.runs.run import scorer_of
    from protomodels.scoring.judgement import Judgements

    run = storage.get_run(record.run)
    scorer = scorer_of(storage, run.id, RunConfig.from_json(run.config_json), load_of(run))
    return judgement_of(record, Judgements(scorer))


def stored_judgement(record: ProtomodelRecord) -> dict[str, Any] | None:
    """What is stored of the judgement of a proto-model."""
    return None if record.judgement is None else json.loads(record.judgement)


def print_judgement(judged: dict[str, Any] | None, beside: Report | None) -> None:
    """Robustness, error bars, and what the particles could be, on standard output."""
    from protomodels.cli.console import wide_console
    from protomodels.scoring.judgement import judgement_report

    for found in (None if judged is None else judgement_report(judged), beside):
        if found is not None:
            wide_console().print(f"\n[bold]{found.title}[/bold]", highlight=False)
            for table in found.tables:
                print_table(table)
            for note in found.notes:
                wide_console().print(note, highlight=False)


def partners_of(record: ProtomodelRecord) -> Report:
    """What the particles of a stored proto-model could be."""
    from protomodels.files import model_from_dict
    from protomodels.partners import partners_report

    return partners_report(model_from_dict(json.loads(record.model_json)))


def print_protomodel(record: ProtomodelRecord) -> None:
    """The explanation of a stored proto-model on standard output."""
    from protomodels.combiner.rules import overlap
    from protomodels.files import model_from_dict
    from protomodels.scoring.report import report

    model = model_from_dict(json.loads(record.model_json))
    values = {name: getattr(record, name) for name in ("K", "Z", "mu_hat", "mu_max", "n_particles", "n_br", "n_ssm")}
    found = report(values, [asdict(c) for c in record.contributions], [asdict(limit) for limit in record.limits])
    notes = tuple(f"today not combined: {a} with {b} ({overlap(a, b)})" for a, b in overlapping_pairs(record))
    print_report(replace(found, notes=found.notes + notes), model, f"proto-model {record.id}: {found.title}")


def overlapping_pairs(record: ProtomodelRecord) -> tuple[tuple[str, str], ...]:
    """Pairs of its best combination that are known to share events: policy default refuses them today."""
    from protomodels.combiner.checking import sharing_events

    return sharing_events([contribution.analysis for contribution in record.contributions])


def protomodel_dict(record: ProtomodelRecord) -> dict[str, Any]:
    """Everything about a stored proto-model, with full precision."""
    values = asdict(record)
    values["created_at"] = record.created_at.isoformat()
    values["sharing_events"] = overlapping_pairs(record)
    values["model"] = json.loads(values.pop("model_json"))
    judged = json.loads(values.pop("judgement") or "{}")
    values |= {"robustness": judged.get("robustness"), "errors": judged.get("errors", [])}
    del values["masses"]
    return values
