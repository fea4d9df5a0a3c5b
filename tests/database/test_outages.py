"""Storages that go away and come back: a server that dies, a disk that is full, many writers."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from protomodels.database import UnavailableError, open_storage, with_retries
from protomodels.database.errors import FullError
from protomodels.errors import StorageError
from tests.storages import a_chunk, commit, contents, started


def kill(server: Any) -> None:
    """The server is gone without a word."""
    process = psutil.Process(server.get_pid())
    process.kill()
    process.wait(10)


def start(server: Any) -> None:
    """Let it come back; the first calls may find it recovering."""
    deadline = time.monotonic() + 120
    while True:
        try:
            with contextlib.suppress(subprocess.SubprocessError):  # it waits for ten seconds only
                server.ensure_postgres_running()
            with open_storage(server.get_uri().replace("postgresql:", "postgresql+psycopg:"), create=False):
                pass
        except UnavailableError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        except StorageError:
            return  # it is up: the database by that name is no storage of ours
        else:
            return


def test_a_server_dies_and_comes_back(postgresql: Any, new_database: Callable[[], str]) -> None:
    with open_storage(new_database()) as storage:
        run = started(storage)
        commit(storage, run, 0, a_chunk(1))
        before = contents(storage, run)
        kill(postgresql)
        for call in (lambda: storage.get_run(run), lambda: storage.commit_chunks(run, {0: a_chunk(3)}, 1)):
            with pytest.raises(UnavailableError):
                call()
        with pytest.raises(UnavailableError):
            with_retries(lambda: storage.get_run(run), patience=0.3)
        back = threading.Timer(0.5, start, [postgresql])
        back.start()
        assert with_retries(lambda: contents(storage, run), patience=120.0) == before
        back.join()
        storage.commit_chunks(run, {0: a_chunk(3)}, 1)
        assert [step.step for step in storage.steps(run, 0)] == [1, 2, 3, 4]


def test_no_server_gives_one_clear_error_without_the_password() -> None:
    with pytest.raises(UnavailableError, match="could not be read: connection failed") as caught:
        open_storage("postgresql://me:secret@127.0.0.1:1/runs")
    assert "secret" not in str(caught.value) and "127.0.0.1" in str(caught.value)


def test_the_database_of_another_program_on_a_server(postgresql: Any, new_database: Callable[[], str]) -> None:
    import psycopg

    url = new_database()
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE theirs (a int)")
    with pytest.raises(StorageError, match="made by another program"):
        open_storage(url)


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A folder on a file system of 4 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True)  # noqa: S603, S607
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)  # noqa: S603, S607


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    with open_storage(f"sqlite:///{small_disk / 'runs.db'}") as storage:
        run = started(storage)
        commit(storage, run, 0, a_chunk(1))
        before = contents(storage, run)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as handle, pytest.raises(OSError, match="No space"):
            while True:
                handle.write(bytes(4096))
        with pytest.raises(FullError, match="full"):
            for first in range(3, 900, 100):  # what is free in pages that exist already is used up first
                commit(storage, run, 0, a_chunk(first, 100))
                before = contents(storage, run)
        assert contents(storage, run) == before
        filler.unlink()
        last = len(storage.steps(run, 0))
        commit(storage, run, 0, a_chunk(last + 1, 1000 - last))
        assert [step.step for step in storage.steps(run, 0)] == list(range(1, 1001))


def test_only_what_passes_is_repeated() -> None:
    calls: list[float] = []

    def broken() -> None:
        calls.append(0.0)
        raise StorageError("for good")

    with pytest.raises(StorageError, match="for good"):
        with_retries(broken)
    assert len(calls) == 1
    waits: list[float] = []

    def away() -> int:
        if len(waits) < 3:
            raise UnavailableError("away")
        return 5

    assert with_retries(away, 60.0, waits.append) == 5 and waits == [0.1, 0.2, 0.4]


def test_a_full_disk_is_not_waited_for_long() -> None:
    waits: list[float] = []

    def full() -> None:
        raise FullError("no room")

    with pytest.raises(FullError, match="no room"):
        with_retries(full, 600.0, waits.append)
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2]  # the next one, 5 s, would be too long
