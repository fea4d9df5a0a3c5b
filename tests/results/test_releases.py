"""Fetching a release: from a server of our own, with what may go wrong on the way."""

from __future__ import annotations

import io
import tarfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from protomodels.errors import ResultsError
from protomodels.results.demo import ARCHIVE
from protomodels.results.releases import OFFICIAL, RELEASES, Release, fetch, fingerprint_of_release
from protomodels.results.store import open_results


class Shelf(BaseHTTPRequestHandler):
    """Gives what lies there: content by path."""

    content: dict[str, bytes]

    def do_GET(self) -> None:
        if self.path not in self.content:
            self.send_error(404)
            return
        body = self.content[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (100 if "short" in self.path else 0)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def shelf() -> Iterator[tuple[str, dict[str, bytes]]]:
    handler = type("Handler", (Shelf,), {"content": {}})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", handler.content
        server.shutdown()
        thread.join()


@pytest.fixture
def as_gzip() -> bytes:
    """The demo as GitHub packs it."""
    out = io.BytesIO()
    with tarfile.open(ARCHIVE) as demo, tarfile.open(fileobj=out, mode="w:gz") as packed:
        for member in demo:
            packed.addfile(member, demo.extractfile(member) if member.isfile() else None)
    return out.getvalue()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("PROTOMODELS_CACHE", str(tmp_path))
    return tmp_path / "downloads"


def nothing(done: int, total: int | None) -> None:
    """No progress is shown."""


def test_a_release_comes_once(
    shelf: tuple[str, dict[str, bytes]], as_gzip: bytes, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, content = shelf
    content["/3.0.0.tar.gz"] = as_gzip
    tested = fingerprint_of_release(ARCHIVE)
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", Release(f"{url}/3.0.0.tar.gz", tested))
    said: list[tuple[int, int | None]] = []
    archive = fetch("official", lambda done, total: said.append((done, total)))
    assert archive == here / "smodels-3.0.0.tar.gz" and fingerprint_of_release(archive) == tested
    assert said[-1] == (len(as_gzip), len(as_gzip))
    content.clear()
    assert fetch("smodels-3.0.0", nothing) == archive


def test_other_text_is_refused_unless_asked_for(
    shelf: tuple[str, dict[str, bytes]], as_gzip: bytes, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, content = shelf
    content["/x.tar.gz"] = as_gzip
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", Release(f"{url}/x.tar.gz", "0" * 64))
    with pytest.raises(ResultsError, match=r"fingerprint of .*x\.tar\.gz: got .*; allowed: 0000"):
        fetch("official", nothing)
    assert list(here.iterdir()) == []
    assert fetch("official", nothing, any_content=True).exists()


@pytest.mark.parametrize("path", ["/missing.tar.gz", "/short.tar.gz"])
def test_what_goes_wrong_on_the_way_leaves_nothing(
    path: str, shelf: tuple[str, dict[str, bytes]], as_gzip: bytes, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, content = shelf
    content["/short.tar.gz"] = as_gzip[:1000]
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", Release(url + path, "0" * 64))
    with pytest.raises(ResultsError, match="download: got http"):
        fetch("official", nothing)
    assert list(here.iterdir()) == []


def test_damage_and_absence_are_said_in_words(
    shelf: tuple[str, dict[str, bytes]], as_gzip: bytes, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, content = shelf
    content["/damaged.tar.gz"] = as_gzip[:5000]
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", Release(f"{url}/damaged.tar.gz", "0" * 64))
    with pytest.raises(ResultsError, match="complete, undamaged"):
        fetch("official", nothing)
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", Release("http://127.0.0.1:9/3.0.0.tar.gz", "0" * 64))
    with pytest.raises(ResultsError, match="a network that reaches it"):
        fetch("official", nothing)
    with pytest.raises(ResultsError, match="release: got newest; allowed: one of official"):
        fetch("newest", nothing)
    with pytest.raises(ResultsError, match=r"protomodels results fetch smodels-3\.0\.0"):
        open_results("official")
    assert list(here.iterdir()) == []


def test_a_release_is_known_without_its_json_likelihoods(as_gzip: bytes, tmp_path: Path) -> None:
    """Some copies lack large ones; one with another number in a map is another release."""
    found = []
    for name, changed in (("whole", None), ("with a JSON", "extra.json"), ("with another map", "extra.txt")):
        path = tmp_path / f"{name}.tar.gz"
        with tarfile.open(fileobj=io.BytesIO(as_gzip)) as given, tarfile.open(path, "w:gz") as packed:
            members = given.getmembers()
            for member in members:
                packed.addfile(member, given.extractfile(member) if member.isfile() else None)
            if changed is not None:
                folder = next(m.name for m in members if m.name.endswith("dataInfo.txt")).rpartition("/")[0]
                extra = tarfile.TarInfo(f"{folder}/{changed}")
                extra.size = len(b"[1, 2]")
                packed.addfile(extra, io.BytesIO(b"[1, 2]"))
        found.append(fingerprint_of_release(path))
    assert found[0] == found[1] != found[2]


def test_the_official_release_is_the_tested_one(real: Callable[[str], Path]) -> None:
    assert fingerprint_of_release(real(f"{OFFICIAL}.tar.xz")) == RELEASES[OFFICIAL].fingerprint
