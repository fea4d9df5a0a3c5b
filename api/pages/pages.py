"""The pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import HTMLResponse

from protomodels.api.deps import Services, ServicesDep, caller
from protomodels.api.pages.filters import POLICY, seconds_left, templates
from protomodels.api.responses.campaigns import campaign as campaign_answer
from protomodels.api.responses.results import analyses
from protomodels.api.routes.protomodels import Number
from protomodels.campaign.pvalue_config import KIND as PVALUE
from protomodels.database import FINAL, HISCORE_SORTS, HiscoreQuery, ProtomodelRecord, RunState
from protomodels.errors import ProtomodelsError
from protomodels.files import model_from_dict
from protomodels.particles import PARTICLES, pid_of
from protomodels.partners import partners_report
from protomodels.plots.kinds import IDENTITY, kinds_by_section
from protomodels.results.store import opened_results
from protomodels.scoring.judgement import judgement_report
from protomodels.settings import VERDICTS, verdict_of

router = APIRouter()
_templates = templates()
_RUNS: Final = 50
_HISCORES: Final = 50
_COURSE: Final = 1
ACTIONS: Final = {
    RunState.QUEUED: ("cancel",),
    RunState.RUNNING: ("pause", "cancel"),
    RunState.PAUSED: ("resume", "cancel"),
    RunState.CRASHED: ("resume", "cancel"),
}


def _reader(request: Request, found: ServicesDep) -> Services:
    """What pages are given; those who may not read are sent to the page that asks for a token."""
    try:
        caller(request, found, None)
    except HTTPException as error:
        if error.status_code == 401:
            raise HTTPException(303, "a token is needed", {"Location": "/login"}) from error
        raise
    return found


Shown = Annotated[Services, Depends(_reader)]
Optional = Annotated[str, Query(max_length=200)]


def _page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    answer = _templates.TemplateResponse(request, template, values, status_code=status)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def error_page(request: Request, status: int, title: str, detail: str) -> HTMLResponse:
    """An error for people."""
    return _page(request, "error.html", status, problem=title, detail=detail)


@router.get("/")
def runs(request: Request, given: Shown, state: Optional = "", before: Optional = "") -> Response:
    """Runs, newest first."""
    given.storage.expire_leases()
    found = given.storage.list_runs(_RUNS + 1, [state] if state else None, before=before or None)
    more = found[_RUNS - 1].id if len(found) > _RUNS else None
    counts = given.storage.count_states()
    return _page(request, "runs.html", rows=found[:_RUNS], more=more, state=state, states=list(RunState), counts=counts)


@router.get("/new")
def new_run(request: Request, given: Shown) -> Response:
    """The form that launches a run."""
    assert given is not None  # noqa: S101 - who may not read does not come here
    return _page(request, "new.html", results=_names())


@router.get("/runs/{run}")
def run(request: Request, run: str, given: Shown) -> Response:
    """One run."""
    given.storage.expire_leases()
    record = given.storage.get_run(run)
    course = given.storage.trace(run, _COURSE)
    return _page(
        request,
        "run.html",
        run=record,
        config=json.loads(record.config_json),
        total=record.n_walkers * record.n_steps,
        left=seconds_left(record),
        moves=course.moves,
        hiscores=given.storage.hiscores(run, 10),
        log=given.storage.log(run)[-100:],
        actions=ACTIONS.get(record.state, ()),
        final=record.state in FINAL,
    )


@router.get("/hiscores")
def hiscores(
    request: Request,
    given: Shown,
    particle: Optional = "",
    run: Optional = "",
    results: Optional = "",
    min_K: Optional = "",
    min_mass: Optional = "",
    max_mass: Optional = "",
    verdict: Optional = "",
    sort: Optional = "K",
) -> Response:
    """The best proto-models of all runs."""
    problem, found = "", []
    try:
        pids = [pid_of(name) for name in particle.replace(",", " ").split()]
        low, high, K = (float(text) if text else None for text in (min_mass, max_mass, min_K))
        judged = verdict_of(verdict) if verdict else None
        wanted = HiscoreQuery(run or None, None, pids, low, high, K, results=results or None)
        search = replace(wanted, verdict=judged, sort=sort)
        found = given.storage.hiscores(search, _HISCORES)
    except ValueError:
        problem = "smallest K and masses are numbers"
    except ProtomodelsError as error:
        problem = str(error)
    fields = {
        "particle": particle,
        "run": run,
        "results": results,
        "min_K": min_K,
        "min_mass": min_mass,
        "max_mass": max_mass,
        "verdict": verdict,
        "sort": sort,
    }
    known = [entry.name for entry in given.storage.list_results()]
    return _page(
        request,
        "hiscores.html",
        found=found,
        fields=fields,
        problem=problem,
        results=sorted(set(known)),
        verdicts=VERDICTS,
        sorts=HISCORE_SORTS,
    )


@router.get("/protomodels/{number}")
def protomodel(request: Request, number: Number, given: Shown) -> Response:
    """One proto-model: what it is, why it scores, what holds it back."""
    record = given.storage.protomodel(number)
    run = given.storage.get_run(record.run)
    return _page(
        request,
        "protomodel.html",
        model=record,
        run=run,
        sections=kinds_by_section(),
        side_by_side=IDENTITY,
        links=given.results.links(run.results_fingerprint),
        pairs=_pairs(record),
        judged=None if record.judgement is None else judgement_report(json.loads(record.judgement)),
        beside=partners_report(model_from_dict(json.loads(record.model_json))),
    )


@router.get("/compare")
def compare(
    request: Request,
    given: Shown,
    a: Annotated[int, Query(ge=1, lt=2**31)] = 0,
    b: Annotated[int, Query(ge=1, lt=2**31)] = 0,
) -> Response:
    """Two proto-models side by side."""
    if not (a and b):
        return _page(request, "compare.html", models=[], masses=[], shares=[])
    models = given.storage.protomodels([a, b])
    pids = sorted(
        {pid for model in models for pid in model.masses}, key=lambda p: -max(m.masses.get(p, 0.0) for m in models)
    )
    masses = [(PARTICLES[pid].name, *(model.masses.get(pid) for model in models)) for pid in pids]
    llr = [{c.analysis: 2.0 * c.llr for c in model.contributions} for model in models]
    names = sorted({*llr[0], *llr[1]}, key=lambda name: -max(own.get(name, 0.0) for own in llr))
    shares = [(name, *(own.get(name) for own in llr)) for name in names]
    return _page(request, "compare.html", models=models, masses=masses, shares=shares)


@router.get("/campaigns")
def campaigns(request: Request, given: Shown, run: Optional = "", model: Optional = "") -> Response:
    """Campaigns, and the forms that begin one."""
    found = given.storage.list_campaigns(100)
    return _page(request, "campaigns.html", found=found, run=run, model=model, results=_names())


@router.get("/campaigns/{campaign}")
def campaign(request: Request, campaign: str, given: Shown) -> Response:
    """A global p-value, or a closure test."""
    found = campaign_answer(given.storage, given.storage.campaign(campaign))
    states = {position: member.run for position, member in given.storage.campaign_runs(campaign).items()}
    if found.kind == PVALUE:
        others = given.storage.list_campaigns(None, judged_run=found.config["run"])
        answers = [campaign_answer(given.storage, other) for other in others if other.id != campaign]
        return _page(request, "pvalue.html", found=found, answer=found.answer, runs=states, others=answers)
    return _page(request, "closure.html", found=found, answer=found.answer, runs=states)


@router.get("/results")
def results(request: Request, given: Shown) -> Response:
    """Databases of results on this machine."""
    assert given is not None  # noqa: S101 - who may not read does not come here
    return _page(request, "results.html", known=opened_results())


@router.get("/results/{name}")
def result(request: Request, name: str, given: Shown) -> Response:
    """The analyses of a database."""
    predictor = given.results.load(name)
    found = analyses(predictor.catalog)
    return _page(request, "analyses.html", name=name, title=predictor.name, analyses=found)


def _names() -> list[str]:
    return sorted({"demo", *(info.name for info in opened_results())})


def _pairs(record: ProtomodelRecord) -> list[tuple[str, float]]:
    """Produced pairs and their multipliers, the largest first."""
    kappas: dict[str, float] = json.loads(record.model_json).get("ssmultipliers", {})
    named = [
        (" ".join(_named(int(pid)) for pid in pair.split(",")), kappa) for pair, kappa in kappas.items() if kappa > 0.0
    ]
    return sorted(named, key=lambda item: -item[1])


def _named(pid: int) -> str:
    return ("anti-" if pid < 0 else "") + PARTICLES[abs(pid)].name


@router.get("/login")
def login(request: Request) -> Response:
    """Asks for a token."""
    return _page(request, "login.html")
