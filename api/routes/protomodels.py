"""Hiscores and proto-models."""

from __future__ import annotations

import json
import math
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import PlainTextResponse

from protomodels.api.deps import PicturesDep, Reader, ResultsDep, StorageDep
from protomodels.api.responses import HiscoreOut, PredictionOut, ProtomodelOut, WhyOut
from protomodels.database import HiscoreQuery
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES, pid_of
from protomodels.results.catalog import result_type
from protomodels.slha import write_slha

router = APIRouter(tags=["proto-models"])

Number = Annotated[int, Path(ge=1, lt=2**31)]
Mass = Annotated[float | None, Query(ge=0.0, le=1e5, allow_inf_nan=False)]


def _query(
    run: Annotated[str | None, Query(max_length=16)] = None,
    walker: Annotated[int | None, Query(ge=0, lt=2**31, description="of the run")] = None,
    particle: Annotated[list[str] | None, Query(max_length=20, description="name or pid; may be repeated")] = None,
    min_mass: Mass = None,
    max_mass: Mass = None,
    min_K: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    results: Annotated[str | None, Query(max_length=200, description="name or fingerprint")] = None,
    universes: Annotated[bool, Query(description="also of runs on other data than the published ones")] = False,
    duplicates: Annotated[bool, Query(description="also models like a better one: same channels and masses")] = False,
) -> HiscoreQuery:
    """Which proto-models are wanted; a mass window (GeV) is for the first particle."""
    pids = [pid_of(name) for name in particle or ()]
    return HiscoreQuery(run, walker, pids, min_mass, max_mass, min_K, not duplicates, universes, results)


Wanted = Annotated[HiscoreQuery, Depends(_query)]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/hiscores")
def hiscores(_: Reader, storage: StorageDep, wanted: Wanted, limit: Limit = 50) -> list[HiscoreOut]:
    """The best proto-models, best K first; a mass window (GeV) is for the first particle."""
    return [HiscoreOut.of(record) for record in storage.hiscores(wanted, limit)]


@router.get("/protomodels")
def protomodels(_: Reader, storage: StorageDep, wanted: Wanted, limit: Limit = 50) -> list[ProtomodelOut]:
    """As hiscores, each with all that explains its score."""
    found = storage.best_protomodels(wanted, limit)
    return [ProtomodelOut.of_record(record, HiscoreOut.of(record)) for record in found]


@router.get("/protomodels/{number}")
def protomodel(number: Number, _: Reader, storage: StorageDep) -> ProtomodelOut:
    """A proto-model: what it is, why it scores, what holds it back."""
    record = storage.protomodel(number)
    return ProtomodelOut.of_record(record, HiscoreOut.of(record))


@router.get("/protomodels/{number}/predictions")
def predictions(number: Number, _: Reader, pictures: PicturesDep, results: ResultsDep) -> list[PredictionOut]:
    """What all results say of a proto-model, with its results as they are on this machine; the strongest r first."""
    subject = pictures.subject(number)
    with results.exclusive():
        found = subject.evaluation.predictions
    catalog, rows = found.catalog, found.rows
    limits = found.is_ul
    observed = np.where(limits, found.limit_observed, catalog.observed[rows])
    expected = np.where(limits, found.limit_expected, catalog.background[rows])
    columns = zip(
        found.analysis.tolist(),
        catalog.region[rows].tolist(),
        limits.tolist(),
        *(values.tolist() for values in (found.signal, observed, expected, found.r_obs, found.r_exp)),
        strict=True,
    )
    out = [
        PredictionOut(
            analysis=analysis,
            region=region,
            type=result_type(is_ul),
            signal=signal,
            observed=_number(seen),
            expected=_number(wanted),
            r_obs=_number(r_obs),
            r_exp=_number(r_exp),
        )
        for analysis, region, is_ul, signal, seen, wanted, r_obs, r_exp in columns
    ]
    return sorted(out, key=lambda p: -(p.r_obs or 0.0))


@router.get("/protomodels/{number}/why")
def why(number: Number, _: Reader, pictures: PicturesDep) -> WhyOut:
    """What the score of a proto-model rests on, with its results as they are on this machine."""
    found = pictures.explanation(number)
    particles = {PARTICLES[pid].name: K for pid, K in found.ablation.without_particle.items()}
    return WhyOut(
        K=found.score.K,
        without_particle=particles,
        without_analysis=found.ablation.without_analysis,
        candidates=list(found.candidates),
        chosen=list(found.chosen),
        n_legal=found.score.best.certificate.n_legal,
    )


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


@router.get("/protomodels/{number}/slha", response_class=PlainTextResponse)
def slha(number: Number, _: Reader, storage: StorageDep) -> str:
    """A proto-model as SLHA, with its cross sections."""
    return write_slha(model_from_dict(json.loads(storage.protomodel(number).model_json)))
