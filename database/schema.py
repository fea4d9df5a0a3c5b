"""The schema's revision: is a storage ours, is it the one this program knows, and how it becomes so.

Alembic is imported only when there is something to migrate or to explain: opening a storage stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from protomodels.errors import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

HEAD: Final = "0011"
"""The revision that this version of the program reads and writes; a test compares it with the migrations."""

OUR_TABLES: Final = frozenset({"alembic_version", "runs"})
"""Tables that tell a storage of ours from the database of another program."""

COMMAND: Final = "protomodels db upgrade"
SCRIPTS: Final = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str | None:
    """The stored revision, None for an empty database.

    Raises
    ------
    StorageError: where the database belongs to something else.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    found = None
    if tables >= OUR_TABLES:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is None:
        raise StorageError("this database was made by another program: choose another --storage")
    return str(found)


def bring_to_head(connection: Connection, *, create: bool, upgrade: bool) -> None:
    """Migrate an empty database (``create``) or one of an older version (``upgrade``) inside the transaction.

    Raises
    ------
    StorageError: where that was not allowed, or the revision is unknown.
    """
    found = revision_of(connection)
    if found == HEAD:
        return
    if found is None and not (create or upgrade):
        raise StorageError(f"the storage is empty; create its tables with `{COMMAND}`")
    if found is not None and found not in known_revisions():
        raise StorageError(
            f"the storage has the unknown schema revision {found} (this program knows {HEAD}): a newer version "
            f"made it. Install that version, or use another --storage; then `{COMMAND}` finds nothing to do"
        )
    if found is not None and not upgrade:
        raise StorageError(f"the storage has the older schema revision {found}, not {HEAD}: run `{COMMAND}` first")
    _upgrade(connection)


def known_revisions() -> frozenset[str]:
    """All revisions that this program can migrate from."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(configuration())
    return frozenset(script.revision for script in scripts.walk_revisions())


def configuration() -> Config:
    """Alembic's settings for the migrations of the installed package."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    settings = configuration()
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, HEAD)
    except CommandError as error:
        raise StorageError(f"the storage could not be migrated to revision {HEAD}: {error}") from error
