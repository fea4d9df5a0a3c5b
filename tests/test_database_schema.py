"""The schema, its migrations, the files that are no storages of ours, and several processes on one file."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateTable

from protomodels.database import NewRun, ResultsRecord, default_url, open_storage, schema
from protomodels.database.engine import make_engine, migrating, reading, writing
from protomodels.database.sqlite import _use_wal
from protomodels.database.tables import metadata
from protomodels.database.urls import parse_url
from protomodels.errors import ConfigError, StorageError

RESULTS = ResultsRecord("f" * 64, "demo", "1.0", 40)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def execute(path: Path, *statements: str) -> list[Any]:
    """What plain SQLite answers to the last of the statements."""
    with closing(sqlite3.connect(path)) as raw, raw:
        return [raw.execute(statement).fetchall() for statement in statements][-1]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """The file of a storage with one run, closed."""
    path = tmp_path / "runs.db"
    with open_storage(url_of(path)) as storage:
        storage.create_run(NewRun("{}", RESULTS, 1, 2, 1000))
    return path


@pytest.fixture(params=("sqlite", "postgresql"))
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Inside a transaction that migrates an empty database."""
    url = "sqlite:///:memory:" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    engine = make_engine(parse_url(url))
    try:
        with migrating(engine) as opened:
            yield opened
    finally:
        engine.dispose()


# models and migrations


def test_the_migrations_make_the_tables_of_the_program(connection: Connection) -> None:
    schema.bring_to_head(connection, create=True, upgrade=False)
    options = {"compare_type": True, "compare_server_default": True}
    context = MigrationContext.configure(connection, opts=options)
    assert compare_metadata(context, metadata) == []
    assert context.get_current_revision() == schema.HEAD


def test_what_the_comparison_does_not_see(connection: Connection) -> None:
    """Names of constraints, ON DELETE, AUTOINCREMENT: the very words in the database (SQLite) agree."""
    if connection.dialect.name != "sqlite":
        return  # names and rules of foreign keys are compared by the words that made them; here they are gone
    schema.bring_to_head(connection, create=True, upgrade=False)

    def words(text: str) -> list[str]:
        """The parts of a CREATE TABLE in any order."""
        return sorted(line.strip(" \t,").replace('"', "") for line in text.strip().splitlines())

    query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
    migrated = {name: words(text) for name, text in connection.exec_driver_sql(query)}
    for table in metadata.sorted_tables:
        assert migrated[table.name] == words(str(CreateTable(table).compile(connection))), table.name


def test_the_head_is_the_last_migration() -> None:
    scripts = ScriptDirectory.from_config(schema.configuration())
    assert scripts.get_heads() == [schema.HEAD]
    assert schema.HEAD in schema.known_revisions()


def test_downgrade_leaves_nothing(connection: Connection) -> None:
    schema.bring_to_head(connection, create=True, upgrade=False)
    assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}
    settings = schema.configuration()
    settings.attributes["connection"] = connection
    command.downgrade(settings, "base")
    assert inspect(connection).get_table_names() == ["alembic_version"]


def test_a_failed_migration_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "runs.db"
    monkeypatch.setattr(schema, "HEAD", "9999")  # the migrations do not reach it
    with pytest.raises(StorageError, match="could not be migrated to revision 9999"):
        open_storage(url_of(path))
    assert execute(path, "SELECT * FROM sqlite_master") == []
    monkeypatch.undo()
    with open_storage(url_of(path)) as storage:
        assert storage.list_runs() == []


def test_a_migration_that_orphans_rows_is_undone(made: Path) -> None:
    engine = make_engine(parse_url(url_of(made)))
    try:
        with pytest.raises(StorageError, match="rows without their parents"), migrating(engine) as connection:
            connection.exec_driver_sql("DELETE FROM results")
    finally:
        engine.dispose()
    with open_storage(url_of(made)) as storage:
        assert storage.list_results() == [RESULTS]


def test_the_alembic_command_migrates_the_default_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "default.db"
    monkeypatch.setenv("PROTOMODELS_STORAGE", url_of(path))
    command.upgrade(schema.configuration(), "head")
    with open_storage(default_url(), create=False) as storage:
        assert storage.url == url_of(path)


# storages of other versions, of others, and no storages at all


@pytest.mark.parametrize("upgrade", [False, True])
def test_an_unknown_revision_is_refused(made: Path, upgrade: bool) -> None:
    execute(made, "UPDATE alembic_version SET version_num = 'f00d'")
    with pytest.raises(StorageError, match="unknown schema revision f00d") as caught:
        open_storage(url_of(made), upgrade=upgrade)
    assert [file.name for file in made.parent.iterdir()] == ["runs.db"]  # all connections are closed
    assert "`protomodels db upgrade`" in str(caught.value) and str(made) in str(caught.value)
    assert f"this program knows {schema.HEAD}" in str(caught.value)
    assert execute(made, "SELECT count(*) FROM runs") == [(1,)]


def test_an_older_revision_names_the_command(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As seen by a later version of the program, which knows a revision more."""
    now = schema.HEAD
    monkeypatch.setattr(schema, "HEAD", "9999")
    upgrades: list[bool] = []
    monkeypatch.setattr(schema, "_upgrade", lambda connection: upgrades.append(connection.in_transaction()))
    with pytest.raises(StorageError, match=f"older schema revision {now}, not 9999: run `protomodels db upgrade`"):
        open_storage(url_of(made))
    assert upgrades == []
    with open_storage(url_of(made), upgrade=True) as storage:
        assert len(storage.list_runs()) == 1
    assert upgrades == [True]


def test_opening_again_changes_nothing(made: Path) -> None:
    for create, upgrade in ((True, False), (False, False), (False, True)):
        with open_storage(url_of(made), create=create, upgrade=upgrade) as storage:
            assert len(storage.list_runs()) == 1


def test_without_create_nothing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "new" / "runs.db"
    with pytest.raises(StorageError, match="there is no such file; `protomodels db upgrade` creates it"):
        open_storage(url_of(path), create=False)
    assert not path.parent.exists()
    with pytest.raises(StorageError, match="storage is empty; create its tables with `protomodels db upgrade`"):
        open_storage("sqlite:///:memory:", create=False)
    with open_storage(url_of(path), create=False, upgrade=True) as storage:  # as the command does
        assert storage.list_runs() == []


@pytest.mark.parametrize("content", [b"no database at all\n" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="could not be read: file is not a database") as caught:
        open_storage(url_of(path))
    assert url_of(path) in str(caught.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize("table", ["runs", "alembic_version", "songs"])
@pytest.mark.parametrize("upgrade", [False, True])
def test_the_database_of_another_program(tmp_path: Path, table: str, upgrade: bool) -> None:
    path = tmp_path / "others.db"
    execute(path, f"CREATE TABLE {table} (version_num TEXT)", f"INSERT INTO {table} VALUES ('0001')")  # noqa: S608
    before = path.read_bytes()
    with pytest.raises(StorageError, match="made by another program") as caught:
        open_storage(url_of(path), upgrade=upgrade)
    assert url_of(path) in str(caught.value) and "--storage" in str(caught.value)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["others.db"]


def test_a_damaged_storage(made: Path) -> None:
    execute(made, "DROP TABLE chunks")
    with open_storage(url_of(made)) as storage:
        run = storage.list_runs()[0].id
        with pytest.raises(StorageError, match="could not be read: no such table: chunks") as caught:
            storage.steps(run, 0)
        assert storage.url in str(caught.value)


# places


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


# connections


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


# processes

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
