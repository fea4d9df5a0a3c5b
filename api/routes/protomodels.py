"""Hiscores and proto-models."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import PlainTextResponse

from api.deps import Reader, StorageDep
from api.schemas import HiscoreOut, ProtomodelOut
from database import Search
from protomodels.files import model_from_dict
from protomodels.particles import pid_of
from protomodels.slha import write_slha

router = APIRouter(tags=["proto-models"])

Number = Annotated[int, Path(ge=1, lt=2**31)]
Mass = Annotated[float | None, Query(ge=0.0, le=1e5, allow_inf_nan=False)]


@router.get("/hiscores")
def hiscores(
    _: Reader,
    storage: StorageDep,
    run: Annotated[str | None, Query(max_length=16)] = None,
    particle: Annotated[list[str] | None, Query(description="name or pid; may be repeated")] = None,
    min_mass: Mass = None,
    max_mass: Mass = None,
    min_K: Annotated[float | None, Query(allow_inf_nan=False)] = None,
    universes: Annotated[bool, Query(description="also of runs on other data than the published ones")] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[HiscoreOut]:
    """The best proto-models, best K first, without duplicates; a mass window (GeV) is for the first particle."""
    pids = [pid_of(name) for name in particle or ()]
    search = Search(run, None, pids, min_mass, max_mass, min_K, universes=universes)
    return [HiscoreOut.of(record) for record in storage.hiscores(search, limit)]


@router.get("/protomodels/{number}")
def protomodel(number: Number, _: Reader, storage: StorageDep) -> ProtomodelOut:
    """A proto-model: what it is, why it scores, what holds it back."""
    record = storage.protomodel(number)
    return ProtomodelOut.of_record(record, HiscoreOut.of(record))


@router.get("/protomodels/{number}/slha", response_class=PlainTextResponse)
def slha(number: Number, _: Reader, storage: StorageDep) -> str:
    """A proto-model as SLHA, with its cross sections."""
    return write_slha(model_from_dict(json.loads(storage.protomodel(number).model_json)))
