"""What tests of the service share: an application on a storage, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from protomodels.api.app import create_app
from protomodels.api.settings import Settings
from protomodels.database import Storage, open_storage
from protomodels.predictor import Predictor
from protomodels.runs import Execution, Run, RunConfig
from tests.api.asking import Service
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
