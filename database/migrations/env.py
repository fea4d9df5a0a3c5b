"""Alembic's entry point: runs the migrations in the connection it is given.

Called from the ``alembic`` command, where nobody gives one, it opens the default storage.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from protomodels.database.engine import make_engine, migrating
from protomodels.database.tables import metadata
from protomodels.database.urls import default_url, parse_url


def run(connection: Connection) -> None:
    """Migrate inside the transaction that the connection is in."""
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(parse_url(default_url()))
    try:
        with migrating(engine) as opened:
            run(opened)
    finally:
        engine.dispose()
