"""The client, against a service that runs: what it gives, what it raises, and that commands say the same with it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from protomodels.api.security.tokens import make_token
from protomodels.cli.remote import RemoteStorage
from protomodels.client import Client
from protomodels.client.schemas import Evaluation, SpectrumEvaluation
from protomodels.client.transport import Transport
from protomodels.database import HiscoreQuery, Storage
from protomodels.errors import ConfigError, NotFoundError, ServiceError
from protomodels.predictor import Predictor
from protomodels.results.demo import HIDDEN
from protomodels.runs import Execution, Run
from tests.api.asking import Serve
from tests.command_line import Cli
from tests.slha_texts import slha


@pytest.fixture
def client(serve: Serve) -> Iterator[Client]:
    with Client(serve()) as opened:
        yield opened


def test_a_list_of_whole_protomodels_is_one_request(
    client: Client, storage: Storage, walked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[str] = []
    send = Transport.send

    def counted(self: Transport, method: str, path: str, **given: Any) -> httpx.Response:
        paths.append(path)
        return send(self, method, path, **given)

    monkeypatch.setattr(Transport, "send", counted)
    wanted = HiscoreQuery(run=walked, distinct=False)
    found = RemoteStorage(client).best_protomodels(wanted, 6)
    assert paths == ["/protomodels"]
    own = storage.best_protomodels(wanted, 6)
    assert len(own) >= 2 and all(model.contributions for model in own[:2])
    assert [json.loads(model.model_json) for model in found] == [json.loads(model.model_json) for model in own]
    assert [replace(model, model_json="") for model in found] == [replace(model, model_json="") for model in own]


def test_runs(client: Client, storage: Storage, demo: Predictor) -> None:
    made = client.create_run(results="demo", walkers=2, steps=5, seed=3)
    assert (made.state, made.n_walkers, made.config["seed"]) == ("queued", 2, 3)
    assert client.pause.__doc__ and client.cancel(client.create_run(steps=1).id).state == "cancelled"
    walk = threading.Thread(target=lambda: Run.resume(storage, made.id, demo).execute(Execution("inline", chunk=1)))
    walk.start()
    events = list(client.events(made.id))
    walk.join()
    assert [e.values["message"] for e in events if e.kind == "log"] == [e.message for e in client.log(made.id)]
    assert events[-1].kind == "progress" and events[-1].values["steps"] == 10
    found = client.run(made.id)
    assert (found.state, found.steps_done) == ("completed", 10) and found.best_K == storage.get_run(made.id).best_K
    assert [t.to_state for t in found.transitions] == ["queued", "running", "completed"]
    assert [(w.walker, w.step) for w in client.walkers(made.id)] == [(0, 5), (1, 5)]
    assert [e.number for e in client.log(made.id, after=1)] == [n for n, _ in storage.log(made.id, after=1)]
    client.delete(made.id)
    with pytest.raises(NotFoundError, match=f"run: got {made.id}; allowed: the id of a stored run"):
        client.run(made.id)


def test_lists_are_followed_to_their_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [client.create_run(walkers=1, steps=1, seed=n).id for n in range(5)]
    monkeypatch.setattr("protomodels.client.runs._PAGE", 2)
    assert [run.id for run in client.runs()] == ids[::-1]
    assert [run.id for run in client.runs(["queued"], limit=3)] == ids[:1:-1]
    assert list(client.runs(["running"])) == [] and client.run(ids[0]).config["walkers"] == 1


def test_protomodels(client: Client, storage: Storage, walked: str) -> None:
    best = client.hiscores(1, run=walked)[0]
    record = storage.hiscores(walked, 1)[0]
    assert (best.id, best.K, best.masses) == (record.id, record.K, dict(record.masses))
    full = client.protomodel(best.id)
    assert len(full.contributions) == len(storage.protomodel(best.id).contributions)
    again = client.evaluate(full.model)
    assert again.K == pytest.approx(full.K, abs=1e-9) and again.combination
    assert again.results[0].topologies and again.coverage is not None and again.coverage["share_seen"] > 0.0
    other = client.evaluate_slha(slha())
    assert isinstance(other, SpectrumEvaluation) and other.K is None and other.results[0].cls_exp is not None
    assert isinstance(client.evaluate_slha(client.slha(best.id)), Evaluation)
    fewer = client.evaluate_slha(slha(), options={"sigmacut": 100.0, "doCompress": False})
    assert isinstance(fewer, SpectrumEvaluation) and len(fewer.results) < len(other.results)
    with pytest.raises(ConfigError, match="promptWidth"):
        client.evaluate_slha(slha(), options={"promptWidth": 1e-20, "stableWidth": 1e-10})
    invalid = slha() + "BLOCK SPINFO\n 4 point without electroweak symmetry breaking\n"
    with pytest.raises(ConfigError, match="SPINFO"):
        client.evaluate_slha(invalid)
    assert client.evaluate_slha(invalid, allow_invalid=True).results
    assert client.slha(best.id).startswith("#") or "BLOCK" in client.slha(best.id).upper()
    assert client.explanation(best.id).K == pytest.approx(full.K, abs=1e-9)
    assert {c.analysis for c in full.contributions} <= {p.analysis for p in client.predictions(best.id)}
    assert client.plot(best.id, "spectrum").startswith(b"<?xml")
    assert client.plot(best.id, "spectrum", "png").startswith(b"\x89PNG")
    assert "version" in client.meta()
    (demo,) = [results for results in client.results() if results.name == "demo"]
    assert demo.n_general_maps is not None and demo.n_general_maps >= demo.n_maps > 0 and demo.not_compiled == {}
    heaviest = max(best.masses.values())
    wanted = {"particle": best.particles, "min_mass": heaviest - 1.0, "max_mass": heaviest + 1.0, "min_K": best.K}
    assert [m.id for m in client.hiscores(5, **wanted)] == [best.id]  # type: ignore[arg-type]


def test_campaigns(client: Client, walked: str) -> None:
    made = client.begin_pvalue(walked, universes=2)
    closure = client.begin_closure("technical", model=json.loads(HIDDEN.read_text()), runs=1, walkers=2, steps=5)
    assert [c.id for c in client.campaigns()] == [closure.id, made.id]
    until = time.monotonic() + 60.0
    while len(client.campaign(made.id).runs) < 2:  # queued after the answer
        assert time.monotonic() < until
        time.sleep(0.05)
    answer = client.campaign(made.id).answer
    assert answer is not None and (answer["wanted"], answer["p"]) == (2, None)


def test_what_is_wrong_is_said_as_the_program_says_it(client: Client) -> None:
    with pytest.raises(ConfigError, match=r"body\.walkers: got 0") as wrong:
        client.create_run(walkers=0)
    assert (wrong.value.field, wrong.value.value) == ("body.walkers", "0")
    with pytest.raises(ConfigError, match="X_q"):
        client.hiscores(particle=["X_q"])
    with pytest.raises(NotFoundError, match="protomodel: got 99"):
        client.protomodel(99)
    run = client.create_run(walkers=1, steps=1).id
    client.cancel(run)
    with pytest.raises(ServiceError, match="HTTP 409"):
        client.resume(run)
    with pytest.raises(ConfigError, match="server: got ftp://x"):
        Client("ftp://x")


def test_tokens(serve: Serve, storage: Storage) -> None:
    bound = serve("192.0.2.1")
    for token in (None, "pm_1_x"):
        with Client(bound, token) as stranger, pytest.raises(ServiceError, match="HTTP 401"):
            stranger.meta()
    with Client(bound, make_token(storage, "reader", "read")) as reader:
        assert reader.meta()
        with pytest.raises(ServiceError, match="HTTP 403"):
            reader.create_run()


class Unreliable(BaseHTTPRequestHandler):
    """Keeps what was asked of it; answers what is in line, and then cuts connections."""

    seen: list[tuple[str, str | None]]
    answers: list[tuple[int, bytes]]

    def do_POST(self) -> None:
        self.seen.append((self.path, self.headers.get("Idempotency-Key")))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.answers:
            self.connection.close()
            return
        status, body = self.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing: tests look at what was seen."""


@pytest.fixture
def unreliable(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, type[Unreliable]]]:
    monkeypatch.setattr("protomodels.client.transport._FIRST_WAIT", 0.001)
    handler = type("Handler", (Unreliable,), {"seen": [], "answers": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler
        server.shutdown()
        thread.join()


def test_what_may_be_repeated_is(unreliable: tuple[str, type[Unreliable]]) -> None:
    url, service = unreliable
    with Client(url) as client:
        with pytest.raises(ServiceError, match="does not answer"):
            client.create_run()
        keys = {key for _, key in service.seen}
        assert len(service.seen) == 4 and len(keys) == 1 and None not in keys, "one run, however often it is asked for"
        service.seen.clear()
        with pytest.raises(ServiceError, match="does not answer"):
            client.cancel("r1")
        assert len(service.seen) == 1
        service.answers.extend([(503, b""), (503, b""), (200, b"{}")])
        assert client.meta() == {}
        service.answers.append((200, b'{"id": 7}'))
        with pytest.raises(ServiceError, match="same version"):
            client.run("r1")
        service.answers.append((404, b"<html>"))
        with pytest.raises(ServiceError, match="no service of protomodels"):
            client.run("r1")


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_commands_say_the_same(serve: Serve, url: str, storage: Storage, walked: str, tmp_path: Path) -> None:
    server = ["--server", serve()]
    local = ["--storage", url]
    cli = Cli(tmp_path)
    number = str(storage.hiscores(walked, 1)[0].id)
    for command in (["list"], ["status", walked], ["hiscores"], ["show", number], ["logs", walked]):
        answers = [cli(*command, "--format", "json", *where).stdout for where in (server, local)]
        assert answers[0] == answers[1] != "", command
        tables = [cli(*command, *where).stdout for where in (server, local)]
        assert tables[0] == tables[1], command
    model = str(HIDDEN)
    here, there = (json.loads(cli("evaluate", model, "--format", "json", *where).stdout) for where in ([], server))
    assert here.pop("seconds") > 0.0 and there.pop("seconds") > 0.0 and here == there
    assert cli("evaluate", model).stdout.splitlines()[0] == cli("evaluate", model, *server).stdout.splitlines()[0]
    begun = json.loads(cli("run", "--steps", "2", "--detach", "--format", "json", *server).stdout)["run"]
    assert storage.lease("me", run=begun) is not None
    assert "paused" in cli("pause", begun, *server).stdout
    assert json.loads(cli("resume", begun, "--detach", "--format", "json", *server).stdout)["state"] == "queued"
    assert "cancelled" in cli("cancel", begun, *server).stdout
    assert "either --storage or --server" in cli("list", *server, *local, code=2).stderr
    assert "does not answer" in cli("list", "--server", "http://127.0.0.1:9", code=5).stderr
