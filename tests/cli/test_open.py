"""``protomodels open``: the right page, and clear words where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from protomodels.cli.serve import open as opening
from protomodels.database import Labels, open_storage
from protomodels.errors import NotFoundError, ServiceError
from tests.storages import new_run


class Pages(BaseHTTPRequestHandler):
    """A service with the pages of runs, and the first one."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/" or self.path.startswith("/runs/") else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(opening, "DEFAULT_SERVER", url)
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a browser was asked to show; there is none."""
    addresses: list[str] = []

    def show(address: str) -> bool:
        addresses.append(address)
        return False

    monkeypatch.setattr("webbrowser.open", show)
    return addresses


def test_pages_are_opened_and_their_addresses_printed(
    service: str, seen: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    with open_storage(url) as storage:
        run = storage.create_run(new_run(labels=Labels("mine")))
    for what in (run, "mine", "latest"):
        opening.open_page(what, url)
    opening.open_page()
    page = f"{service}/runs/{run}"
    assert seen == [page, page, page, f"{service}/"]
    said = capsys.readouterr()
    assert said.out.splitlines() == seen and "no browser was found" in said.err
    with pytest.raises(NotFoundError, match=r"page: got 7; allowed: what the service at .* has"):
        opening.open_page("7", url)
    with pytest.raises(NotFoundError, match="run: got yours"):
        opening.open_page("yours", url)
    assert len(seen) == 4


def test_without_a_service(seen: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "DEFAULT_SERVER", "http://127.0.0.1:9")
    with pytest.raises(ServiceError, match=r"no service answers at http://127.0.0.1:9/: `protomodels serve`"):
        opening.open_page()
    assert seen == []
