"""Hiscores as files: a table (CSV), and SLHA files in a zip."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Response

from protomodels.api.deps import Reader, StorageDep
from protomodels.api.routes.protomodels import HiscoreQueryDep, Limit
from protomodels.api.synthetic import DEMO, WORDS
from protomodels.database import HiscoreSummary, Storage
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES
from protomodels.runs.archive.writing import zipped
from protomodels.slha import write_slha

router = APIRouter(tags=["proto-models"])

_NAMES: Final = ("id", "run", "walker", "step", "K", "Z", "K_without_strongest", "verdict", "mu_hat", "mu_max")
CSV: Final = "text/csv"
ZIP: Final = "application/zip"
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


@router.get("/hiscores.csv", response_class=Response, responses={200: {"content": {CSV: _BINARY}}})
def hiscores_csv(_: Reader, storage: StorageDep, query: HiscoreQueryDep, limit: Limit = 50) -> Response:
    """The same proto-models as /hiscores as a table, with a column for the mass (GeV) of each particle."""
    found = storage.hiscores(query, limit)
    pids = [pid for pid in PARTICLES if any(pid in model.masses for model in found)]
    names = _results_names(storage, found)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow([*_NAMES, "results", "synthetic", *(f"mass:{PARTICLES[pid].name}" for pid in pids)])
    for model in found:
        results = names[model.run]
        own = [getattr(model, name) for name in _NAMES]
        out.writerow([*own, results, str(results == DEMO).lower(), *(model.masses.get(pid) for pid in pids)])
    return _file(text.getvalue().encode(), CSV, "hiscores.csv")


@router.get("/hiscores.zip", response_class=Response, responses={200: {"content": {ZIP: _BINARY}}})
def hiscores_zip(_: Reader, storage: StorageDep, query: HiscoreQueryDep, limit: Limit = 50) -> Response:
    """The same proto-models as /hiscores, an SLHA file for each."""
    found = storage.best_protomodels(query, limit)
    names = _results_names(storage, found)
    texts = {}
    for model in found:
        synthetic = names[model.run] == DEMO
        head = f"# proto-model {model.id} of run {model.run}, K = {model.K:z.3f}\n"
        head += f"# {WORDS}\n" if synthetic else ""
        name = f"{model.id}-synthetic.slha" if synthetic else f"{model.id}.slha"
        texts[name] = head + write_slha(model_from_dict(json.loads(model.model_json)))
    return _file(zipped(texts), ZIP, "hiscores.zip")


def _results_names(storage: Storage, found: Sequence[HiscoreSummary]) -> Mapping[str, str]:
    """What the results of the runs of some proto-models are called, by run."""
    names = {entry.fingerprint: entry.name for entry in storage.list_results()}
    return {run: names[results] for run, results in storage.fingerprints(model.run for model in found).items()}


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
