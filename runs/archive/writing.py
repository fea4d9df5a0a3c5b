"""The texts of an archive, and the archive of the texts."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from protomodels.database import WholeRun
from protomodels.runs.archive.parts import FORMAT, FORMAT_VERSION, HistoryPart, ProtomodelPart, RunPart
from protomodels.runs.archive.tables import chunks_csv, steps_csv

_EARLY: Final = (1980, 1, 1, 0, 0, 0)
"""Time of all files: equal runs have equal archives."""


def texts_of(whole: WholeRun) -> dict[str, str]:
    """The files of an archive by name."""
    run = whole.run
    values = {name: getattr(run, name, None) for name in RunPart.model_fields}
    values |= {"format": FORMAT, "format_version": FORMAT_VERSION, "results": asdict(whole.results)}
    history = {name: [asdict(record) for record in getattr(whole, name)] for name in HistoryPart.model_fields}
    texts = {
        "README.txt": _readme(whole),
        "run.json": _json(values),
        "config.json": run.config_json,
        "combinable.json": whole.combinability_table,
        "universe.json": whole.universe,
        "history.json": _json(history),
        "walkers.json": _json([asdict(record) for record in whole.walkers]),
        "exchanges.json": _json([asdict(record) for record in whole.exchanges]),
        "chunks.csv": chunks_csv(whole.chunks),
        "steps.csv": steps_csv(whole.chunks),
        "protomodels.json": _json(_protomodels(whole)),
    }
    return {name: text for name, text in texts.items() if text is not None}


def zipped(texts: Mapping[str, str]) -> bytes:
    """These files as a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in texts.items():
            entry = zipfile.ZipInfo(name, _EARLY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return made.getvalue()


def _protomodels(whole: WholeRun) -> Sequence[Mapping[str, Any]]:
    names = ProtomodelPart.model_fields
    return [{name: value for name, value in asdict(record).items() if name in names} for record in whole.protomodels]


def _json(values: object) -> str:
    return json.dumps(values, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{value!r} is neither text nor a number")


def _readme(whole: WholeRun) -> str:
    run = whole.run
    best = "no proto-model that any result sees" if run.best_K is None else f"best K {run.best_K!r}"
    versions = ", ".join(f"{name} {version}" for name, version in sorted(run.versions.items()))
    return (
        f"Run {run.id} of protomodels, a search of LHC results for dispersed signals of new physics.\n\n"
        f"state     {run.state}, {run.steps_done} steps of {run.n_walkers} walkers with {run.n_steps} steps each\n"
        f"found     {best}\n"
        f"results   {whole.results.name}, {whole.results.n_analyses} analyses,\n"
        f"          fingerprint {run.results_fingerprint}\n"
        f"seed      {run.seed}\n"
        f"versions  {versions}\n\n"
        "protomodels import FILE     reads it into a storage\n"
        "protomodels replay RUN      walks it again there, and compares every step; the same results have to be there\n"
        "protomodels hiscores --run RUN\n"
    )
