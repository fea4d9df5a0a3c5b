"""Who may ask, how much, and how a service that strangers reach is started."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from protomodels.api.security.limits import Bucket
from protomodels.api.security.tokens import check_token, make_token
from protomodels.api.settings import PREFIX
from protomodels.database import Storage
from protomodels.errors import ConfigError, NotFoundError
from tests.api.asking import SMALL, Service, is_problem
from tests.command_line import COMMAND, Cli


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
