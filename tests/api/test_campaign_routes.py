"""Campaigns begun over HTTP: their runs are queued, and the answer is that of the same campaign in Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.api.settings import PREFIX
from protomodels.campaign.pvalue import PValueCampaign
from protomodels.campaign.pvalue_config import PValueConfig
from protomodels.database import RunState, Storage
from protomodels.predictor import Predictor
from protomodels.results.demo import HIDDEN
from protomodels.runs import Execution, Run
from tests.api.asking import is_problem

CAMPAIGNS = f"{PREFIX}/campaigns"


def walk_all(storage: Storage, demo: Predictor) -> int:
    """What `protomodels runner` does with queued runs."""
    waiting = storage.list_runs(100, ["queued"])
    for record in waiting:
        Run.resume(storage, record.id, demo).execute(Execution("inline"))
    return len(waiting)


def begun(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post(CAMPAIGNS, json=body)
    assert answer.status_code == 202, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{CAMPAIGNS}/{made['id']}"
    return made


def test_a_global_p_value(client: TestClient, storage: Storage, demo: Predictor, walked: str) -> None:
    made = begun(client, kind="pvalue", run=walked, universes=3)
    assert made["answer"]["p"] is None and made["answer"]["wanted"] == 3
    assert walk_all(storage, demo) == 3
    answer = client.get(f"{CAMPAIGNS}/{made['id']}").json()["answer"]
    own = PValueCampaign(storage, made["id"], demo).answer()
    own_runs = storage.campaign(made["id"]).runs
    assert (answer["p"], answer["universes"], answer["reaching"]) == (own.p, 3, own.reaching)
    assert answer["interval_95"] == [own.interval().low, own.interval().high]
    assert sorted(answer["K_fake"]) == sorted(own.K_fake) and answer["K"] == storage.get_run(walked).best_K
    listed = client.get(CAMPAIGNS).json()
    assert [c["id"] for c in listed] == [made["id"]] and listed[0]["answer"] is None
    page = client.get(f"/campaigns/{made['id']}").text
    assert (
        f"= (1 + {own.reaching}) / (1 + 3) = {own.p:.3f}: " in page
        and "none: 3 universes: at least 100 are needed" in page
    )
    assert answer["fudge"] == 1.0 and answer["tail"]["reason"] == own.tail.reason and "judged by other" not in page
    assert client.get(f"{CAMPAIGNS}/{made['id']}/plots/answer").json()["alt"]
    other = begun(client, kind="pvalue", run=walked, universes=2, fudge=0.65)
    assert walk_all(storage, demo) == 2
    page = client.get(f"/campaigns/{made['id']}").text
    assert "judged by other universes" in page and f'href="/campaigns/{other["id"]}"' in page
    # a universe that was walked with the same search is not walked again
    config = PValueConfig.of_run(storage, walked, universes=3, seed=1, fudge=1.0)
    again = PValueCampaign.create(storage, config, demo)
    assert again.ensemble.queue_all() == list(own_runs.values())
    assert walk_all(storage, demo) == 0


def test_what_was_cancelled_is_queued_again(client: TestClient, storage: Storage, demo: Predictor, walked: str) -> None:
    made = begun(client, kind="pvalue", run=walked, universes=2)
    for record in storage.list_runs(10, ["queued"]):
        client.post(f"{PREFIX}/runs/{record.id}/cancel")
    assert client.post(f"{CAMPAIGNS}/{made['id']}/queue").status_code == 202
    assert walk_all(storage, demo) == 2
    assert client.get(f"{CAMPAIGNS}/{made['id']}").json()["finished"] == 2


def test_closure_and_power(client: TestClient, storage: Storage, demo: Predictor, walked: str) -> None:
    small = {"kind": "closure", "closure": "technical", "runs": 2, "walkers": 2, "steps": 10}
    given = begun(client, **small, model=json.loads(HIDDEN.read_text()))
    best = storage.hiscores(walked, 1)[0]
    stored = begun(client, **small, protomodel=best.id, strength=2.0)
    assert walk_all(storage, demo) == 4
    answer = client.get(f"{CAMPAIGNS}/{stored['id']}").json()["answer"]
    assert {int(pid): mass for pid, mass in answer["injected"].items()} == dict(best.masses)
    states = {storage.get_run(run["run"]).state for run in answer["runs"]}
    assert states == {RunState.COMPLETED} and len(answer["runs"]) == 2
    assert "injected" in client.get(f"/campaigns/{given['id']}").text
    assert client.get(f"{CAMPAIGNS}/{given['id']}/plots/answer").json()["alt"]
    curve = client.get(f"{CAMPAIGNS}/power", params={"campaign": [stored["id"], given["id"]], "K": -5.0}).json()
    assert [(p["strength"], p["n"], p["reaching"]) for p in curve] == [(1.0, 2, 2), (2.0, 2, 2)]
    none = client.get(f"{CAMPAIGNS}/power", params={"campaign": [given["id"]], "K": 1e6}).json()
    assert none[0]["reaching"] == 0 and none[0]["interval_95"][0] == 0.0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "pvalue", "run": "r0"}, ""),
        ({"kind": "pvalue"}, "run"),
        ({"kind": "pvalue", "run": "r0", "universes": 0}, "universes"),
        ({"kind": "closure", "closure": "technical"}, "model"),
        ({"kind": "closure", "closure": "technical", "model": {}, "protomodel": 1}, "model"),
        ({"kind": "closure", "closure": "technical", "model": {"masses": {"7": 1.0}}}, "particle"),
        ({"kind": "closure", "closure": "odd", "model": {}}, "closure"),
        ({"kind": "luck"}, "body"),
    ],
)
def test_bad_campaigns_name_the_field(client: TestClient, storage: Storage, body: dict[str, Any], field: str) -> None:
    answer = client.post(CAMPAIGNS, json=body)
    found = is_problem(answer, 422 if field else 404)
    assert field in found.get("field", "")
    assert storage.list_campaigns(10) == [] and storage.list_runs(10) == []
