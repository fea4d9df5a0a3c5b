"""Transactions of one process, and several processes on one file."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from protomodels.database import NewRun, open_storage
from protomodels.database.engine import make_engine, migrating, reading, writing
from protomodels.database.sqlite import _use_wal
from protomodels.database.urls import parse_url
from protomodels.errors import StorageError
from tests.database.files import RESULTS, execute, url_of


def test_foreign_keys_are_enforced(made: Path) -> None:
    engine = make_engine(parse_url(url_of(made)))
    orphan = "INSERT INTO walkers VALUES ('nobody', 0, 1, '{}', '{}', NULL)"
    try:
        with pytest.raises(StorageError, match="FOREIGN KEY constraint failed"), writing(engine) as connection:
            connection.exec_driver_sql(orphan)
        with migrating(engine) as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 0
        with writing(engine) as connection:  # the pool gives the same connection again
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        with pytest.raises(StorageError, match="FOREIGN KEY"), writing(engine) as connection:
            connection.exec_driver_sql("DELETE FROM results")
    finally:
        engine.dispose()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_waits_for_the_end_of_a_transaction(made: Path, number: signal.Signals) -> None:
    engine = make_engine(parse_url(url_of(made)))
    said: list[str] = []
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
            connection.exec_driver_sql("CREATE TABLE kept (n INTEGER)")
            signal.raise_signal(number)
            said.append("reached")
        assert said == ["reached"]
        with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO kept VALUES (1)")
            signal.raise_signal(number)
            signal.raise_signal(number)  # a second one does not wait: undone
            said.append("not reached")
        assert said == ["reached"] and signal.getsignal(number) is signal.default_int_handler
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM kept").scalar() == 0
    finally:
        signal.signal(number, before)
        engine.dispose()


def test_other_handlers_of_signals_are_left_alone(made: Path) -> None:
    engine = make_engine(parse_url(url_of(made)))
    arrived: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: arrived.append(number))
    try:
        with writing(engine):
            signal.raise_signal(signal.SIGINT)
            assert arrived == [signal.SIGINT]
    finally:
        signal.signal(signal.SIGINT, before)
        engine.dispose()


def test_readers_see_one_moment_and_do_not_block(made: Path) -> None:
    engine = make_engine(parse_url(url_of(made)))
    count = "SELECT count(*) FROM runs"
    try:
        with reading(engine) as reader:
            assert reader.exec_driver_sql(count).scalar() == 1
            with open_storage(url_of(made)) as storage:
                storage.create_run(NewRun("{}", RESULTS, 1, 1, 1))
            assert reader.exec_driver_sql(count).scalar() == 1
        with reading(engine) as reader:
            assert reader.exec_driver_sql(count).scalar() == 2
    finally:
        engine.dispose()


def test_the_switch_to_wal_is_tried_again(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when two processes switch a new file: SQLite fails at once. The other is done when we would have slept."""
    assert execute(made, "PRAGMA journal_mode = DELETE") == [("delete",)]
    waits: list[float] = []
    with closing(sqlite3.connect(made)) as other, closing(sqlite3.connect(made, timeout=0)) as raw:
        other.execute("BEGIN IMMEDIATE")

        def slept(seconds: float) -> None:
            waits.append(seconds)
            other.rollback()

        monkeypatch.setattr("protomodels.database.sqlite.time.sleep", slept)
        _use_wal(raw)
    assert len(waits) == 1
    assert execute(made, "PRAGMA journal_mode") == [("wal",)]


def test_an_interrupt_undoes_the_transaction(made: Path) -> None:
    engine = make_engine(parse_url(url_of(made)))
    try:
        with pytest.raises(KeyboardInterrupt), writing(engine) as connection:
            connection.exec_driver_sql("DELETE FROM transitions")
            raise KeyboardInterrupt
        with reading(engine) as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM transitions").scalar() == 1
    finally:
        engine.dispose()


WRITER = """
import sys
from protomodels.database import ChunkRecord, HiscoreRecord, NewRun, ResultsRecord, StepRecord, open_storage

url, walker = sys.argv[1], int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
with open_storage(url) as storage:
    print(storage.create_run(NewRun("{}", ResultsRecord("f" * 64, "demo", "1.0", 40), 1, 2, 1000)), flush=True)
    run = sys.stdin.readline().strip()
    for first in range(1, 41, 2):
        K = first + walker / 2
        steps = [StepRecord(n, K, 1.0, True, "mass", 2, 1.0, 2.0) for n in (first, first + 1)]
        model = HiscoreRecord(first, K, 1.0, 1.0, None, 1, 0, 0.5, "{}", "f", f"{walker} {first}", {1000022: K})
        storage.commit_chunks(run, {walker: ChunkRecord(first, steps, "{}", "{}", [model])}, 1, keep=5)
"""


def heard(writer: subprocess.Popen[str]) -> str:
    assert writer.stdout is not None
    return writer.stdout.readline().strip()


def tell(writers: list[subprocess.Popen[str]], line: str) -> None:
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(f"{line}\n")
        writer.stdin.flush()


def test_two_processes_write_to_one_file(tmp_path: Path) -> None:
    """Both make the file at the same moment; then each commits 20 chunks of a walker of the same run."""
    url = url_of(tmp_path / "runs.db")
    root = str(Path(__file__).parent.parent)
    writers = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "error", "-c", WRITER, url, str(walker)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": root},
        )
        for walker in range(2)
    ]
    try:
        assert [heard(writer) for writer in writers] == ["ready", "ready"]
        tell(writers, "go")
        ids = [heard(writer) for writer in writers]
        with open_storage(url, create=False) as storage:
            assert sorted(ids) == sorted(run.id for run in storage.list_runs())
            storage.set_state(ids[0], "running")
        tell(writers, run := ids[0])
        for writer in writers:
            _, errors = writer.communicate(timeout=60)
            assert (writer.returncode, errors) == (0, "")
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    with open_storage(url, create=False) as storage:
        assert storage.progress(run).steps_done == 80
        for walker in range(2):
            assert [step.step for step in storage.steps(run, walker)] == list(range(1, 41))
        assert [model.K for model in storage.hiscores(run)] == [k / 2 for k in range(79, 59, -1) if k % 4 in (2, 3)]


def test_a_database_that_is_not_utf8_is_one_clear_error(postgresql: Any) -> None:
    with psycopg.connect(postgresql.get_uri(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0")
    url = postgresql.get_uri("latin").replace("postgresql://", "postgresql+psycopg://", 1)
    with pytest.raises(StorageError, match="the database latin has the encoding SQL_ASCII, and storages need UTF8"):
        open_storage(url).__enter__()
