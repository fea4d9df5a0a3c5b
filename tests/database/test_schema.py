"""The schema and its migrations; storages of other versions, of other programs, and no storages at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateTable

from protomodels.database import default_url, open_storage, schema
from protomodels.database.engine import make_engine, migrating
from protomodels.database.tables import metadata
from protomodels.database.urls import parse_url
from protomodels.errors import StorageError
from tests.database.files import RESULTS, execute, url_of


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
