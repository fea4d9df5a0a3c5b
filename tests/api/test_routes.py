"""The REST API: what it answers."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from protomodels.api.security.tokens import make_token
from protomodels.api.settings import PREFIX
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import RunState, Storage
from protomodels.files import model_from_dict
from protomodels.predictor import Predictor
from protomodels.predictor.general import Options
from protomodels.results.demo import COMBINABLE, HIDDEN
from protomodels.runs import Execution, Run, RunConfig
from protomodels.scoring.scorer import Scorer
from protomodels.scoring.spectrum import SpectrumScorer
from protomodels.spectrum import spectrum_of
from tests.api.asking import SMALL, Service, is_problem
from tests.slha_texts import slha

MODEL = {"masses": {"X_t1": 830, "X_Z1": 210}, "decays": {"X_t1": {"1000022,6": 1.0}}}


def test_a_run_is_queued_walked_and_read(client: TestClient, storage: Storage, demo: Predictor) -> None:
    made = client.post(f"{PREFIX}/runs", json=SMALL)
    assert made.status_code == 202 and made.json()["state"] == "queued"
    where = made.headers["location"]
    run = made.json()["id"]
    assert where == f"{PREFIX}/runs/{run}"
    Run.resume(storage, run, demo).execute(Execution("inline"))
    found = client.get(where).json()
    assert (found["state"], found["steps_done"], found["config"]["seed"]) == ("completed", 10, 3)
    assert [t["to_state"] for t in found["transitions"]] == ["queued", "running", "completed"]
    walkers = client.get(f"{where}/walkers").json()
    assert [(w["walker"], w["step"]) for w in walkers] == [(0, 5), (1, 5)]
    steps = client.get(f"{where}/steps/1").json()
    assert [s["step"] for s in steps["items"]] == [1, 2, 3, 4, 5] and steps["next"] is None
    assert [s["step"] for s in client.get(f"{where}/steps/1?every=2").json()["items"]] == [2, 4]
    assert client.get(f"{where}/log").json()["items"][0]["message"] == "queued"
    # the same as by the command
    same = RunConfig("demo", 3, 2, 5)
    assert storage.get_run(run).config_json == same.to_json()


def test_lists_have_pages(client: TestClient, storage: Storage, demo: Predictor) -> None:
    ids = [client.post(f"{PREFIX}/runs", json={**SMALL, "seed": n}).json()["id"] for n in range(5)]
    seen, cursor = [], None
    while True:
        page = client.get(f"{PREFIX}/runs", params={"limit": 2} | ({"before": cursor} if cursor else {})).json()
        seen += [run["id"] for run in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == ids[::-1]
    assert client.get(f"{PREFIX}/runs?state=running").json()["items"] == []
    is_problem(client.get(f"{PREFIX}/runs?before=r0"), 404, "run: got r0")


def test_runs_are_steered(client: TestClient, storage: Storage) -> None:
    run = client.post(f"{PREFIX}/runs", json=SMALL).json()["id"]
    lease = storage.lease("me", run=run)
    assert lease is not None
    assert client.post(f"{PREFIX}/runs/{run}/pause").json()["state"] == "paused"
    resumed = client.post(f"{PREFIX}/runs/{run}/resume")
    assert (resumed.status_code, resumed.json()["state"]) == (202, "queued")
    storage.lease("me", run=run)
    is_problem(client.delete(f"{PREFIX}/runs/{run}"), 409, "cancel it first")
    assert client.post(f"{PREFIX}/runs/{run}/cancel").json()["state"] == "cancelling"
    storage.set_state(run, RunState.CANCELLED)
    is_problem(client.post(f"{PREFIX}/runs/{run}/resume"), 409)
    assert client.delete(f"{PREFIX}/runs/{run}").status_code == 204
    is_problem(client.get(f"{PREFIX}/runs/{run}"), 404)


def test_the_same_key_gives_the_same_run(client: TestClient, service: Service, storage: Storage) -> None:
    def ask(body: dict[str, Any], by: TestClient = client) -> httpx.Response:
        return by.post(f"{PREFIX}/runs", json=body, headers={"Idempotency-Key": "once"})

    first = ask(SMALL).json()["id"]
    assert ask(SMALL).json()["id"] == first and len(storage.list_runs()) == 1
    is_problem(ask({**SMALL, "steps": 6}), 422, "Idempotency-Key")
    other = service(token=make_token(storage, "other", "write"))
    assert ask(SMALL, other).json()["id"] != first  # keys belong to those who gave them


def test_hiscores_and_proto_models(client: TestClient, storage: Storage, walked: str) -> None:
    found = client.get(f"{PREFIX}/hiscores").json()
    assert found and [h["K"] for h in found] == sorted((h["K"] for h in found), reverse=True)
    assert found[0]["K"] == storage.get_run(walked).best_K and found[0]["particles"][-1] == "X_Z1"
    assert client.get(f"{PREFIX}/hiscores?particle=X_Z1&min_mass=1e5").json() == []
    model = client.get(f"{PREFIX}/protomodels/{found[0]['id']}").json()
    assert model["K"] == found[0]["K"] and model["contributions"] and model["limits"]
    slha = client.get(f"{PREFIX}/protomodels/{found[0]['id']}/slha")
    assert slha.headers["content-type"].startswith("text/plain") and "BLOCK MASS" in slha.text.upper()
    # scored again it has the same K
    again = client.post(f"{PREFIX}/evaluate", json={"model": model["model"]}).json()
    assert again["K"] == pytest.approx(model["K"], abs=1e-9)
    verdict = model["robustness"]["verdict"]
    assert verdict == found[0]["verdict"] and model["errors"][0]["name"].startswith("m(")
    assert found[0]["K_without_strongest"] == model["robustness"]["without_strongest_analysis"]
    same = client.get(f"{PREFIX}/hiscores", params={"verdict": verdict}).json()
    assert same == [h for h in found if h["verdict"] == verdict]
    ordered = [h["K_without_strongest"] for h in client.get(f"{PREFIX}/hiscores?sort=without_strongest").json()]
    known = [K for K in ordered if K is not None]
    assert known == sorted(known, reverse=True) == ordered[: len(known)]
    is_problem(client.get(f"{PREFIX}/hiscores?verdict=good"), 422)
    is_problem(client.get(f"{PREFIX}/hiscores?particle=X_nothing"), 422, "X_nothing")
    is_problem(client.get(f"{PREFIX}/protomodels/999999"), 404)


def test_evaluate_is_what_the_command_says(client: TestClient, scorer: Scorer) -> None:
    model = json.loads(HIDDEN.read_text())
    answer = client.post(f"{PREFIX}/evaluate", json={"model": model}).json()
    assert answer["K"] > 5.0 and answer["combination"] and answer["critic"] and answer["seconds"] < 5.0
    found = scorer.evaluate(model_from_dict(model)).to_dict(details=True)
    assert answer["results"] == found["results"] != [] and answer["coverage"] == found["coverage"]
    assert answer["warnings"] == []
    alone = {"note": "nothing", "pairs": []}
    with_table = client.post(f"{PREFIX}/evaluate", json={"model": model, "combinable": alone}).json()
    assert len(with_table["combination"]) < len(answer["combination"])
    body = is_problem(client.post(f"{PREFIX}/evaluate", json={"model": {"masses": {"1000022": 5}}}), 422)
    assert (body["field"], body["value"]) == ("masses.1000022", "5.0") and "allowed" in body


def test_evaluate_takes_slha_text(client: TestClient, scorer: Scorer) -> None:
    answer = client.post(f"{PREFIX}/evaluate", json={"slha": slha()}).json()
    found = SpectrumScorer.of(scorer, Options()).evaluate(spectrum_of(slha(), "same"))
    assert answer["K"] is None and "2000002" in answer["reason"] and answer["Z"] == found.Z
    assert answer["results"] == found.to_dict()["results"] and answer["excluded"] is False
    proto = client.post(f"{PREFIX}/evaluate", json={"slha": model_from_dict(MODEL).to_slha()}).json()
    assert proto["n_particles"] == 2 and proto["results"] and "excluded_by" not in proto
    is_problem(client.post(f"{PREFIX}/evaluate", json={"slha": "BLOCK MASS\n 1000006 heavy"}), 422, "heavy")
    for body in ({}, {"slha": slha(), "model": MODEL}):
        is_problem(client.post(f"{PREFIX}/evaluate", json=body), 422, "either model or slha")


def test_tables_and_universes_come_with_the_request(client: TestClient, storage: Storage, demo: Predictor) -> None:
    table = json.loads(COMBINABLE.read_text())
    body = {**SMALL, "combinable": table, "universe": {"seed": 3, "signal": json.loads(HIDDEN.read_text())}}
    run = client.post(f"{PREFIX}/runs", json=body).json()["id"]
    assert json.loads(storage.combinability_table(run) or "") == table
    Run.resume(storage, run, demo).execute(Execution("inline"))
    assert storage.get_run(run).universe is not None
    assert client.get(f"{PREFIX}/hiscores").json() == []
    bad = {**SMALL, "universe": {"signal": {"masses": {"1000022": 5}}}}
    assert is_problem(client.post(f"{PREFIX}/runs", json=bad), 422)["field"] == "masses.1000022"


def test_results_and_meta(client: TestClient) -> None:
    known = client.get(f"{PREFIX}/results").json()
    demo = next(r for r in known if r["name"] == "demo")
    analyses = client.get(f"{PREFIX}/results/demo/analyses").json()
    assert len(analyses) == demo["n_analyses"] and {a["experiment"] for a in analyses} == {"ATLAS", "CMS"}
    assert client.get(f"{PREFIX}/results/{demo['fingerprint']}/analyses").json() == analyses
    for name in ("nothing", "..%2F..%2Fetc", demo["fingerprint"][:10]):
        is_problem(client.get(f"{PREFIX}/results/{name}/analyses"), 404 if "%2F" in name else 422)
    meta = client.get(f"{PREFIX}/meta").json()
    assert (meta["schema_revision"] and "numpy" in meta["versions"] and "***" in meta["storage"]) or "sqlite" in meta[
        "storage"
    ]
    assert client.get("/healthz").json() == client.get("/readyz").json() == {"status": "ok"}


def test_campaigns_with_their_answers(client: TestClient, storage: Storage, walked: str, demo: Predictor) -> None:
    campaign = PValueCampaign.create(storage, PValueConfig.of_run(storage, walked, universes=3), demo)
    empty_answer = client.get(f"{PREFIX}/campaigns/{campaign.id}").json()["answer"]
    assert (empty_answer["universes"], empty_answer["p"]) == (0, None)
    answer = campaign.walk(Execution("inline"))
    listed = client.get(f"{PREFIX}/campaigns").json()[0]
    assert listed["id"] == campaign.id and len(listed["runs"]) == 3
    found = client.get(f"{PREFIX}/campaigns/{campaign.id}").json()
    assert found["finished"] == 3
    assert found["answer"]["p"] == answer.p and found["answer"]["reaching"] == answer.reaching
    is_problem(client.get(f"{PREFIX}/campaigns/c0"), 404)
    run = next(iter(found["runs"].values()))
    is_problem(client.delete(f"{PREFIX}/runs/{run}"), 409, "part of a campaign")


def test_events_tell_what_happens_until_the_end(
    client: TestClient, storage: Storage, demo: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("protomodels.api.routes.events.POLL_SECONDS", 0.05)
    run = client.post(f"{PREFIX}/runs", json=SMALL).json()["id"]
    walk = threading.Thread(target=lambda: Run.resume(storage, run, demo).execute(Execution("inline", chunk=1)))
    walk.start()
    text = client.get(f"{PREFIX}/runs/{run}/events").text
    walk.join()
    said = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    logs = [json.loads(e["data"])["message"] for e in said if e["event"] == "log"]
    assert logs == [e.message for _, e in storage.log(run)] and logs[-1] == "completed"
    progress = [json.loads(e["data"]) for e in said if e["event"] == "progress"]
    assert progress[-1] == {"state": "completed", "steps": 10, "total": 10, "best_K": storage.get_run(run).best_K}
    assert [p["steps"] for p in progress] == sorted(p["steps"] for p in progress)
    # coming back, with what was heard last
    heard = [e["id"] for e in said if e["event"] == "log"]
    again = client.get(f"{PREFIX}/runs/{run}/events", headers={"Last-Event-ID": heard[-2]}).text
    assert again.count("event: log") == 1 and again.count("event: progress") == 1
    is_problem(client.get(f"{PREFIX}/runs/r0/events"), 404)
    waiting = client.post(f"{PREFIX}/runs", json=SMALL).json()["id"]
    assert client.get(f"{PREFIX}/runs/{waiting}/events?seconds=0").text.count("event: progress") == 1


def test_many_at_once_are_answered_alike(client: TestClient) -> None:
    """Predictors remember what they did last: threads must not disturb each other."""
    models = [json.loads(HIDDEN.read_text()) for _ in range(6)]
    for number, model in enumerate(models):
        model["masses"] = {
            pid: mass + (5.0 * number if pid != "1000022" else 0.0) for pid, mass in model["masses"].items()
        }

    def ask(model: dict[str, Any]) -> float | None:
        K: float | None = client.post(f"{PREFIX}/evaluate", json={"model": model}).json()["K"]
        return K

    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(ask, 5 * models))
    assert together == 5 * [ask(model) for model in models]
