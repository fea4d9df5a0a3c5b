"""Where a storage may be: paths, URLs, and what is refused."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from protomodels.database import NewRun, default_url, open_storage
from protomodels.database.urls import parse_url
from protomodels.errors import ConfigError, StorageError
from tests.database.files import RESULTS, url_of


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="is a directory, not a file"):
        open_storage(url_of(tmp_path))


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="its directory cannot be used"):
        open_storage(url_of(tmp_path / "file" / "runs.db"))


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="no /proc, where nobody may create files")
def test_a_directory_where_nothing_can_be_written() -> None:
    with pytest.raises(StorageError, match=r"sqlite:////proc/runs\.db could not be read: unable to open"):
        open_storage("sqlite:////proc/runs.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="unable to open"):
        open_storage(url_of(tmp_path / "runs.db"))


def test_missing_directories_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_storage("sqlite:///a/b/../c/runs.db") as storage:
        assert storage.url == url_of(tmp_path.resolve() / "a" / "c" / "runs.db")
    assert (tmp_path / "a" / "c" / "runs.db").is_file()


def test_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert parse_url("sqlite:///~/runs.db").database == str(tmp_path.resolve() / "runs.db")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_is_a_file(kind: Callable[[str], str | Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, path in (
        ("runs.db", tmp_path / "runs.db"),
        ("some where/100%?.db", tmp_path / "some where" / "100%?.db"),
        ("~/runs.db", tmp_path / "home" / "runs.db"),
        (str(tmp_path / "else.db"), tmp_path / "else.db"),
    ):
        with open_storage(kind(name)) as storage:
            storage.create_run(NewRun("{}", RESULTS, 1, 1, 1))
        assert path.is_file()
        with open_storage(parse_url(kind(name)).render_as_string(), create=False) as storage:
            assert len(storage.list_runs()) == 1
    with open_storage(":memory:") as storage:
        assert storage.url == "sqlite:///:memory:"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sqlite:runs.db",
        "postgresql:/localhost/runs",
        "mysql://localhost/runs",
        "oracle:///runs.db",
        "nonsense:///runs.db",
        "sqlite+pysqlcipher:///runs.db",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/runs.db",
        "sqlite:///runs.db?mode=ro",
        "sqlite:///~no-such-user-here/runs.db",
        "sqlite:///a\0b",
        "http://[/",
    ],
)
def test_other_urls_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"allowed: PATH \(a SQLite file\), sqlite:///PATH") as caught:
        open_storage(text)
    assert caught.value.field == "--storage"


def test_a_refused_url_shows_no_password() -> None:
    with pytest.raises(ConfigError) as caught:
        open_storage("mysql://me:secret@localhost/runs")
    assert "secret" not in str(caught.value) and "localhost" in str(caught.value)


def test_default_url(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROTOMODELS_STORAGE", "sqlite:///elsewhere.db")
    assert default_url() == "sqlite:///elsewhere.db"
    monkeypatch.setenv("PROTOMODELS_STORAGE", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert parse_url(default_url()).database is not None
    assert default_url().endswith("protomodels.db")
