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
from protomodels.results import releases
from protomodels.results.demo import ARCHIVE
from protomodels.results.releases import RELEASES, addresses, fetch, fetched, fingerprint_of_release, is_release
from protomodels.results.store import open_results
from tests.command_line import Cli


class Shelf(BaseHTTPRequestHandler):
    """Gives what lies there: content by path."""

    content: dict[str, bytes]

    def do_GET(self) -> None:
        if self.path not in self.content:
            self.send_error(404)
            return
        body = self.content[self.path]
        self.send_response(200)
        self.send_header("Content-Length", str(len(body) + (100 if body == b"short" else 0)))
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


TESTED = fingerprint_of_release(ARCHIVE)
PATH = "/SModelS/smodels-database-release/archive/refs/tags"


@pytest.fixture
def published(
    shelf: tuple[str, dict[str, bytes]], here: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, bytes], None]:
    """published(tag, archive): put an archive where GitHub has those of a tag."""
    url, content = shelf
    base = releases.ARCHIVES
    assert base == f"https://github.com{PATH}"
    monkeypatch.setattr(releases, "ARCHIVES", url + PATH)
    monkeypatch.setitem(RELEASES, "smodels-1.2.4", TESTED)
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", TESTED)

    def put(tag: str, archive: bytes) -> None:
        content.clear()
        content[f"{PATH}/{tag}.tar.gz"] = archive

    return put


Published = Callable[[str, bytes], None]


def test_a_release_comes_once(published: Published, as_gzip: bytes, here: Path) -> None:
    published("3.0.0", as_gzip)
    said: list[tuple[int, int | None]] = []
    archive = fetch("official", lambda done, total: said.append((done, total)))
    assert archive == here / "smodels-3.0.0.tar.gz" and fingerprint_of_release(archive) == TESTED
    assert said[-1] == (len(as_gzip), len(as_gzip))
    published("other", b"")
    assert fetch("smodels-3.0.0", nothing) == fetched("smodels-3.0.0") == archive
    assert fetched("smodels-1.2.4") is None


@pytest.mark.parametrize("tag", ["v1.2.4", "1.2.4"])
def test_both_spellings_of_a_tag_are_found(tag: str, published: Published, as_gzip: bytes) -> None:
    published(tag, as_gzip)
    assert fetch("smodels-1.2.4", nothing).exists()


def test_tags_begin_with_v_up_to_two() -> None:
    first = [addresses(name)[0].rpartition("/")[2] for name in ("smodels-1.1.1", "smodels-2.0.0", "smodels-2.1.0")]
    assert first == ["v1.1.1.tar.gz", "v2.0.0.tar.gz", "2.1.0.tar.gz"]
    assert list(RELEASES) == sorted(RELEASES) and all(is_release(name) for name in RELEASES)


def test_a_fetched_release_is_used_by_its_name(published: Published, as_gzip: bytes, tmp_path: Path) -> None:
    """From the download to the list of results, by the name alone, though nobody compiled it."""
    published("v1.2.4", as_gzip)
    cli = Cli(tmp_path)
    with pytest.raises(ResultsError, match=r"`protomodels results fetch smodels-1\.2\.4` gets it"):
        open_results("smodels-1.2.4")
    archive = fetch("smodels-1.2.4", nothing)
    info = open_results("smodels-1.2.4")
    assert info.name == "smodels-1.2.4" and info.source == str(archive)
    rows = cli.json("results", "list")
    assert isinstance(rows, list)
    states = {row["name"]: (row["compiled"], row["fetched"]) for row in rows}
    assert states == dict.fromkeys(("demo", *RELEASES), (False, False)) | {"smodels-1.2.4": (True, True)}
    table = cli("results", "list").stdout
    assert "fetched, compiled" in table and "protomodels results fetch smodels-3.0.0" in table
    told = cli.json("results", "fetch", "smodels-1.2.4")
    assert isinstance(told, dict) and told["fingerprint"] == info.fingerprint


def test_what_was_compiled_goes_by_its_name_and_gives_way_where_two_have_it(
    published: Published, as_gzip: bytes, tmp_path: Path, extract: Callable[..., Path]
) -> None:
    folder = extract(ARCHIVE, tmp_path / "text").rename(tmp_path / "smodels-1.2.4")
    extra = next(folder.rglob("globalInfo.txt"))
    extra.write_text(extra.read_text() + "comment: changed\n")
    changed = open_results(str(folder))
    published("v1.2.4", as_gzip)
    archive = fetch("smodels-1.2.4", nothing)
    assert open_results("smodels-1.2.4") == changed
    given = open_results(str(archive))
    assert given.fingerprint != changed.fingerprint and open_results("smodels-1.2.4") == given


def test_other_text_is_refused_unless_asked_for(
    published: Published, as_gzip: bytes, here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    published("3.0.0", as_gzip)
    monkeypatch.setitem(RELEASES, "smodels-3.0.0", "0" * 64)
    with pytest.raises(ResultsError, match=r"fingerprint of .*3\.0\.0\.tar\.gz: got .*; allowed: 0000"):
        fetch("official", nothing)
    assert list(here.iterdir()) == [] and not caplog.records
    assert fetch("official", nothing, any_content=True).exists()
    assert f"not the tested one: fingerprint {TESTED}" in caplog.text


@pytest.mark.parametrize("version", ["3.1.0", "9.9.9"])
def test_a_release_that_nobody_tested_comes_with_a_warning(
    version: str, published: Published, as_gzip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    published(version, as_gzip)
    assert fetch(f"smodels-{version}", nothing).exists()
    assert f"smodels-{version} was never tested with this program; its text has the fingerprint {TESTED}" in caplog.text


def test_what_goes_wrong_on_the_way_leaves_nothing(published: Published, as_gzip: bytes, here: Path) -> None:
    with pytest.raises(ResultsError, match=r"not at http.*/1\.2\.4\.tar\.gz\); allowed: one that is published"):
        fetch("smodels-1.2.4", nothing)
    published("3.0.0", b"short")  # less than the server has announced
    with pytest.raises(ResultsError, match="download: got http"):
        fetch("official", nothing)
    published("3.0.0", as_gzip[:5000])
    with pytest.raises(ResultsError, match="complete and undamaged"):
        fetch("official", nothing)
    assert list(here.iterdir()) == []
    published("3.0.0", as_gzip)
    assert fetch("official", nothing).exists()


def test_absence_is_said_in_words(published: Published, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "ARCHIVES", "http://127.0.0.1:9")
    with pytest.raises(ResultsError, match="a network that reaches it"):
        fetch("official", nothing)
    for name in ("newest", "smodels-3.0", "smodels-3.0.0/../x", "3.0.0"):
        with pytest.raises(ResultsError, match=f"release: got {name}; allowed: one of official, smodels-1"):
            fetch(name, nothing)
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


@pytest.mark.parametrize("name", [name for name, fingerprint in RELEASES.items() if fingerprint])
def test_releases_are_the_tested_ones(name: str, real: Callable[[str], Path]) -> None:
    assert fingerprint_of_release(real(f"{name}.tar.xz")) == RELEASES[name]
