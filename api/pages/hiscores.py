"""The page of hiscores: searched, sorted, grouped by content, downloaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from protomodels.api.pages.parts.columns import COLUMNS, chosen_columns
from protomodels.api.pages.parts.contents import Content, contents_of
from protomodels.api.pages.shared import Cursor, Optional, Shown, page
from protomodels.api.synthetic import synthetic_fingerprints
from protomodels.database import HISCORE_SORTS, HiscoreQuery, HiscoreSummary, Storage
from protomodels.errors import ProtomodelsError
from protomodels.particles import pid_of
from protomodels.settings import VERDICTS, verdict_of

router = APIRouter()
Columns = Annotated[list[Annotated[str, Query(max_length=200)]] | None, Query(max_length=50)]
_HISCORES: Final = 50
GROUPED: Final = 2000
"""Contents are those of so many proto-models, the first of the list."""
_CONTENTS: Final = 100
_FILES: Final = 500


@router.get("/hiscores")
def hiscores(
    request: Request,
    given: Shown,
    particle: Optional = "",
    exact: Optional = "",
    run: Optional = "",
    results: Optional = "",
    min_K: Optional = "",
    min_mass: Optional = "",
    max_mass: Optional = "",
    verdict: Optional = "",
    sort: Optional = "K",
    group: Optional = "",
    columns: Columns = None,
    after: Cursor = 0,
) -> Response:
    """The best proto-models of all runs; ``group=content`` shows the best one of each content."""
    problem, found, files, shown_columns = "", [], "", chosen_columns([])
    try:
        shown_columns = chosen_columns(columns or [])
        pids = [pid_of(name) for name in particle.replace(",", " ").split()]
        low, high, K = (float(text) if text else None for text in (min_mass, max_mass, min_K))
        judged = verdict_of(verdict) if verdict else None
        wanted = HiscoreQuery(run or None, None, pids, low, high, K, results=results or None)
        wanted = replace(wanted, verdict=judged, sort=sort, exact=bool(exact))
        files = _filter(wanted)
        found = _rows(given.storage, wanted, group, after)
    except ValueError:
        problem = "smallest K and masses are numbers"
    except ProtomodelsError as error:
        problem = str(error)
    shown = found[: _CONTENTS if group else _HISCORES]
    more = not group and len(found) > _HISCORES
    names = ("particle", "exact", "run", "results", "min_K", "min_mass", "max_mass", "verdict", "sort", "group")
    given_values = (particle, exact, run, results, min_K, min_mass, max_mass, verdict, sort, group)
    return page(
        request,
        "hiscores.html",
        found=shown,
        after=shown[-1].best.id if more else None,
        fields=dict(zip(names, given_values, strict=True)),
        files=files,
        problem=problem,
        columns=shown_columns,
        all_columns=list(COLUMNS.values()),
        results=sorted({entry.name for entry in given.storage.list_results()}),
        verdicts=VERDICTS,
        sorts=HISCORE_SORTS,
        grouped=GROUPED,
        most=_FILES,
        demo=demo_runs(given.storage, [row.best for row in shown]),
    )


def demo_runs(storage: Storage, found: Sequence[HiscoreSummary]) -> set[str]:
    """Of the runs of some proto-models, those on the synthetic demo results."""
    synthetic = synthetic_fingerprints(storage)
    return {run for run, results in storage.fingerprints(model.run for model in found).items() if results in synthetic}


def _rows(storage: Storage, wanted: HiscoreQuery, group: str, after: int) -> list[Content]:
    if group:
        return contents_of(storage.hiscores(replace(wanted, distinct=False), GROUPED))
    found = storage.hiscores(replace(wanted, after=after or None), _HISCORES + 1)
    return [Content(model, 1) for model in found]


def _filter(wanted: HiscoreQuery) -> str:
    """The same search as parameters of the API."""
    given: dict[str, Any] = {
        "run": wanted.run,
        "particle": list(wanted.particles),
        "exact": "true" if wanted.exact else None,
        "min_mass": wanted.min_mass,
        "max_mass": wanted.max_mass,
        "min_K": wanted.min_K,
        "results": wanted.results,
        "verdict": wanted.verdict,
        "sort": wanted.sort,
        "limit": _FILES,
    }
    return urlencode({name: value for name, value in given.items() if value not in (None, [])}, doseq=True)
