"""What a service says of campaigns and posteriors is what commands here make of stored ones."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from protomodels.api.requests import ClosureIn, PosteriorIn
from protomodels.api.responses.campaigns import pvalue_values
from protomodels.campaign.closure_answer import ClosureAnswer
from protomodels.campaign.closure_result import ClosureResult
from protomodels.campaign.global_p_value import GlobalPValue
from protomodels.cli.judge import remote_campaigns
from protomodels.cli.judge.remote_campaigns import closure_of, closure_settings, pvalue_of, refuse, waited
from protomodels.cli.search.remote_posteriors import answer_of, settings_of
from protomodels.client import Campaign, PosteriorDetail, PosteriorInfo
from protomodels.errors import ConfigError, NotFoundError
from protomodels.files import load_model
from protomodels.results.demo import HIDDEN
from protomodels.runs.new import new_config
from protomodels.runs.posterior.front import new_config as new_posterior
from protomodels.universes import Universe
from tests.posteriors import ANSWER


def campaign(kind: str, answer: dict[str, Any], finished: int = 0, **changes: Any) -> Campaign:
    """As it comes over HTTP."""
    values = {"id": "c1", "kind": kind, "created_at": datetime.now(UTC), "config": {}, "runs": {}, "answer": answer}
    sent = Campaign.model_validate(values | {"finished": finished} | changes)
    return Campaign.model_validate_json(sent.model_dump_json())


def test_a_p_value_is_the_same() -> None:
    own = GlobalPValue(6.5, (7.0, 2.0, -math.inf), (6.9,), 50, "c1", 0.65)
    found = pvalue_of(campaign("pvalue", pvalue_values(own)))
    assert found == own and found.to_dict() == own.to_dict()
    with pytest.raises(ConfigError, match="campaign: got c1 \\(pvalue\\); allowed: a campaign of kind closure"):
        closure_of(campaign("pvalue", pvalue_values(own)))


def test_a_closure_test_is_the_same() -> None:
    injected = {1000022: 100.0, 1000006: 700.0}
    results = (
        ClosureResult("r1", 5.5, {1000022: 90.0}, {1000022: 90.0, 1000006: None}),
        ClosureResult("r2", None, {}, {1000022: None, 1000006: None}),
    )
    own = ClosureAnswer(injected, results, 3, "c1")
    runs = [{"run": r.run, "K": r.K, "masses": dict(r.masses), "partner": dict(r.partner)} for r in results]
    found = closure_of(campaign("closure", {"injected": injected, "wanted": 3, "complete": 0, "runs": runs}))
    assert found == own and found.to_dict() == own.to_dict()


class Service:
    """A client whose campaign goes on by a run at each look, and loses its third."""

    url = "http://127.0.0.1:9"

    def __init__(self, wanted: int, lost: int) -> None:
        self.looks, self.wanted, self.lost = 0, wanted, lost

    def campaign(self, identity: str) -> Campaign:
        self.looks += 1
        finished = min(self.looks, self.wanted - self.lost)
        runs = {position: f"r{position}" for position in range(self.wanted)}
        return campaign("pvalue", {"wanted": self.wanted}, finished, runs=runs)

    def runs(self, state: list[str], kind: str) -> list[Any]:
        assert (state, kind) == (["failed", "cancelled"], "campaign")
        return [type("Run", (), {"id": name}) for name in ("r0", "of another campaign")[: 2 * self.lost]]


@pytest.mark.parametrize("lost", [0, 1])
def test_a_campaign_is_waited_for(
    lost: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(remote_campaigns, "_LOOK_SECONDS", 0.0)
    service = Service(3, lost)
    found = waited(service, campaign("pvalue", {"wanted": 3}), "universes")  # type: ignore[arg-type]  # all it asks
    said = capsys.readouterr().err
    assert found.finished == 3 - lost and "c1: 2 of 3 universes done" in said
    assert ("1 runs failed or were cancelled" in said) is bool(lost)


def test_requests_are_what_the_service_takes(tmp_path: Path) -> None:
    base = new_config("demo", walkers=3, steps=7, seed=0)
    own = closure_settings(base, str(HIDDEN), "there")
    asked = ClosureIn.model_validate({"kind": "closure", "closure": "physics", **own})
    assert (asked.results, asked.walkers, asked.steps) == ("there", 3, 7)
    assert asked.model == load_model(HIDDEN).as_dict()
    assert closure_settings(base, "17", "there")["protomodel"] == 17
    table = tmp_path / "table.json"
    table.write_text('{"pairs": []}')
    with pytest.raises(ConfigError, match=r"--combinable: got .* allowed: nothing beside --server"):
        closure_settings(new_config("demo", combinable=table), "17", "there")
    refuse({"--bounds": False, "--width": None})
    signal = json.dumps(load_model(HIDDEN).as_dict(), sort_keys=True)
    config = new_posterior("demo", seed=5, chains=2, combinable=table, universe=Universe(3, 0.65, signal, 2.0))
    sent = PosteriorIn.model_validate(json.loads(json.dumps(settings_of(config, "there"))))
    assert (sent.results, sent.seed, sent.chains, sent.combinable) == ("there", 5, 2, {"pairs": []})
    assert sent.universe is not None and sent.universe.signal == json.loads(signal)
    assert (sent.universe.fudge, sent.universe.strength, sent.universe.drawing) == (0.65, 2.0, config.universe.drawing)  # type: ignore[union-attr]


def test_the_answer_of_a_posterior_is_the_same() -> None:
    row = dict.fromkeys(PosteriorInfo.model_fields, 1) | {"id": "p00000001", "created_at": datetime.now(UTC)}
    row |= dict.fromkeys(("state", "reason", "results_name", "results_fingerprint"), "")
    row |= {"settings": {}, "runner": None, "heartbeat_at": None, "leased_at": None}
    sent = PosteriorDetail.model_validate(row | {"answer": json.loads(ANSWER.to_json())})
    assert answer_of(PosteriorDetail.model_validate_json(sent.model_dump_json())) == ANSWER
    with pytest.raises(NotFoundError, match="one whose chains are complete"):
        answer_of(PosteriorDetail.model_validate(row | {"answer": None}))
