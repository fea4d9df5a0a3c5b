"""The REST API: what it answers, whom it refuses, and that every error is a problem."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from protomodels.api.security.limits import Bucket
from protomodels.api.security.tokens import check_token, make_token
from protomodels.api.settings import PREFIX
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import RunState, Storage
from protomodels.errors import ConfigError, NotFoundError
from protomodels.predictor import Predictor
from protomodels.results.demo import COMBINABLE, HIDDEN
from protomodels.runs import Execution, Run, RunConfig
from protomodels.scoring.scorer import Scorer
from tests.api.asking import SMALL, Service, is_problem
from tests.test_cli import COMMAND, Cli


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
    is_problem(client.get(f"{PREFIX}/hiscores?particle=X_nothing"), 422, "X_nothing")
    is_problem(client.get(f"{PREFIX}/protomodels/999999"), 404)


def test_evaluate_is_what_the_command_says(client: TestClient, scorer: Scorer) -> None:
    model = json.loads(HIDDEN.read_text())
    answer = client.post(f"{PREFIX}/evaluate", json={"model": model}).json()
    assert answer["K"] > 5.0 and answer["combination"] and answer["critic"] and answer["seconds"] < 5.0
    alone = {"note": "nothing", "pairs": []}
    with_table = client.post(f"{PREFIX}/evaluate", json={"model": model, "combinable": alone}).json()
    assert len(with_table["combination"]) < len(answer["combination"])
    body = is_problem(client.post(f"{PREFIX}/evaluate", json={"model": {"masses": {"1000022": 5}}}), 422)
    assert (body["field"], body["value"]) == ("masses.1000022", "5.0") and "allowed" in body


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


# who may ask


def test_others_need_a_token(service: Service, storage: Storage) -> None:
    bound = service(host="0.0.0.0")  # noqa: S104 - that is the case
    wrong = ("-", "pm_1_x", "pm_x_y", "pm_99999999999999999999_y", "pm_1", "\u00e9".encode().hex())
    mistaken = [service(token=token) for token in wrong]
    strangers = (bound, service(address="10.0.0.7"))
    for path in ("/runs", "/hiscores", "/meta", "/results", "/campaigns", "/protomodels/1"):
        for client in strangers:
            answer = client.get(PREFIX + path)
            is_problem(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"
        for client in mistaken:
            is_problem(client.get(PREFIX + path), 401)
    assert bound.get("/healthz").status_code == 200


def test_scopes_expiry_and_revocation(service: Service, storage: Storage) -> None:
    reader = make_token(storage, "reader", "read")
    client = service(token=reader, address="10.0.0.7", host="0.0.0.0")  # noqa: S104
    assert client.get(f"{PREFIX}/runs").status_code == 200
    is_problem(client.post(f"{PREFIX}/runs", json=SMALL), 403)
    for call in ("cancel", "pause", "resume"):
        is_problem(client.post(f"{PREFIX}/runs/r1/{call}"), 403)
    is_problem(client.delete(f"{PREFIX}/runs/r1"), 403)
    writer = service(token=make_token(storage, "writer", "write"), address="10.0.0.7", host="0.0.0.0")  # noqa: S104
    assert writer.post(f"{PREFIX}/runs", json=SMALL).status_code == 202
    number = int(reader.split("_")[1])
    storage.revoke_token(number)
    is_problem(client.get(f"{PREFIX}/runs"), 401)
    gone = make_token(storage, "short", "read", days=1e-9)
    assert check_token(storage, gone) is None
    stored = storage.list_tokens()
    assert [t.name for t in stored] == ["reader", "writer", "short"]
    assert all(secret.split("_", 2)[2] not in str(stored) for secret in (reader, gone))
    for bad in ({"name": ""}, {"scope": "all"}, {"days": 0.0}):
        with pytest.raises(ConfigError):
            make_token(storage, **{"name": "x", "scope": "read", "days": 1.0, **bad})  # type: ignore[arg-type]
    with pytest.raises(NotFoundError):
        storage.revoke_token(99)


def test_too_much_is_refused(service: Service) -> None:
    client = service(rate=5, max_body=1000)
    is_problem(client.post(f"{PREFIX}/evaluate", content=b"x" * 1001), 413)
    answers = [client.get(f"{PREFIX}/runs").status_code for _ in range(8)]
    assert answers.count(200) == 5 and answers[-1] == 429
    bucket = Bucket(60)
    assert all(bucket.take("a", 0.0) for _ in range(60)) and not bucket.take("a", 0.0)
    assert bucket.take("b", 0.0) and bucket.take("a", 1.0) and not bucket.take("a", 1.0)


def test_every_error_is_a_problem(client: TestClient) -> None:
    is_problem(client.get("/nowhere"), 404)
    is_problem(client.put(f"{PREFIX}/runs"), 405)
    is_problem(client.post(f"{PREFIX}/runs", content=b"{"), 422)
    body = is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "walkers": 0}), 422)
    assert body["field"] == "body.walkers" and body["value"] == "0"
    is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "colour": 1}), 422, "colour")
    is_problem(client.post(f"{PREFIX}/runs", json={**SMALL, "results": "/etc/passwd"}), 422, "results")
    is_problem(client.get(f"{PREFIX}/runs?limit=0"), 422, "limit")
    body = is_problem(client.get(f"{PREFIX}/runs?limti=7"), 422, "query.limti: got 7; allowed: one of before, limit")
    assert body["field"] == "query.limti"
    is_problem(client.get(f"{PREFIX}/meta?x="), 422, "query.x")
    answer = client.get(f"{PREFIX}/runs")
    assert answer.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in answer.headers
    assert "server" not in answer.headers


def test_a_nul_is_refused_wherever_it_is(client: TestClient) -> None:
    """PostgreSQL has no text with one."""
    for path in (
        "/runs/%00",
        "/runs?before=%00",
        "/runs?results=%00",
        "/hiscores?run=%00",
        "/campaigns/power?campaign=%00&K=1",
    ):
        is_problem(client.get(PREFIX + path), 422, "NUL")
    is_problem(client.post(f"{PREFIX}/campaigns", json={"kind": "pvalue", "run": "r\0"}), 422, "NUL")


def test_a_storage_that_is_away_is_no_fault_of_the_caller(
    service: Service, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from protomodels.database import UnavailableError

    client = service()

    def away(*_: object, **__: object) -> None:
        raise UnavailableError("the server is away")

    monkeypatch.setattr(Storage, "latest_run", away)
    answer = client.get("/readyz")
    is_problem(answer, 503)
    assert answer.headers["retry-after"] == "1"
    monkeypatch.setattr(Storage, "latest_run", lambda *_: 1 / 0)
    body = is_problem(client.get("/readyz"), 500)
    assert "division" not in body["detail"]


def test_the_command_serves_and_makes_tokens(tmp_path: Path, demo: object) -> None:
    assert demo is not None
    cli = Cli(tmp_path)
    secret = cli("token", "create", "me", "--scope", "write").stdout.strip()
    assert cli.json("token", "list")[0]["name"] == "me"  # type: ignore[index]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [COMMAND, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=cli.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:  # noqa: S603
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(300):
                try:
                    assert httpx.get(f"{base}/healthz").json() == {"status": "ok"}
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            made = httpx.post(f"{base}{PREFIX}/runs", json=SMALL, headers={"Authorization": f"Bearer {secret}"})
            assert made.status_code == 202 and made.json()["id"] in cli("list").stdout
            assert httpx.get(f"{base}{PREFIX}/runs", headers={"Authorization": "Bearer pm_1_x"}).status_code == 401
        finally:
            server.send_signal(signal.SIGINT)
    assert "revoke" in cli("token", "--help").stdout
    cli("token", "revoke", "1")
    assert "token: got 7" in cli("token", "revoke", "7", code=2).stderr
    assert "host: got example.org" in cli("serve", "--host", "example.org", code=2).stderr


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
