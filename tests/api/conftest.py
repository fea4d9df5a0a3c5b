"""What tests of the service share: an application on a storage, on SQLite and on PostgreSQL."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from fastapi.testclient import TestClient

from protomodels.api.app import create_app
from protomodels.api.settings import Settings
from protomodels.database import Storage, open_storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from tests.api.asking import Serve, Service
from tests.storages import BACKENDS


@pytest.fixture(params=[b for b in BACKENDS if b != "sqlite memory"])
def url(request: pytest.FixtureRequest, new_storage: Callable[[str], str]) -> str:
    return new_storage(request.param)


@pytest.fixture
def storage(url: str) -> Iterator[Storage]:
    with open_storage(url) as opened:
        yield opened


@pytest.fixture
def service(url: str, storage: Storage, demo: object) -> Iterator[Service]:
    """service(...): a client of an application; by default one on this machine, without a token."""
    assert demo is not None and storage.url
    opened: list[TestClient] = []

    def make(token: str | None = None, address: str = "127.0.0.1", **settings: Any) -> TestClient:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        app = create_app(Settings(url, **settings))
        base = "http://127.0.0.1:8000"
        client = TestClient(app, base, client=(address, 50000), headers=headers, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(service: Service) -> TestClient:
    return service()


@pytest.fixture
def walked(storage: Storage, demo: Predictor) -> str:
    run = Run.create(storage, RunConfig("demo", 4, 2, 15), demo)
    run.execute(Execution("inline"))
    return run.id


@pytest.fixture
def serve(url: str, storage: Storage, demo: Predictor) -> Iterator[Serve]:
    """serve(...): the URL of a service on the storage, in a thread."""
    assert storage.url and demo.fingerprint
    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(host: str = "127.0.0.1") -> str:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        app = create_app(Settings(url, host))
        server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_config=None))
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.02)
        return f"http://127.0.0.1:{port}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join()
