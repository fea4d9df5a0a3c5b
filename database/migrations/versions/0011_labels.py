"""What people call runs: names, notes and tags. And by which request a posterior came.

Revision 0011, after 0010.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_REQUEST = (("owner", 64), ("key", 255), ("request_sha256", 64))


def upgrade() -> None:
    """Apply."""
    # SQLite's tables are made again: so their words are those of a new storage
    recreate: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("runs", recreate=recreate) as batch:
        batch.add_column(sa.Column("name", sa.String(64), nullable=True))
        batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch.create_unique_constraint(op.f("uq_runs_name"), ["name"])
    with op.batch_alter_table("runs") as batch:
        batch.alter_column("note", existing_type=sa.Text(), server_default=None)
    op.create_table(
        "run_tags",
        sa.Column("run", sa.String(16), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_run_tags_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "tag", name=op.f("pk_run_tags")),
    )
    op.create_index(op.f("ix_run_tags_tag"), "run_tags", ["tag"])
    with op.batch_alter_table("posteriors", recreate=recreate) as batch:
        for name, length in _REQUEST:
            batch.add_column(sa.Column(name, sa.String(length), nullable=True))
        batch.create_unique_constraint(op.f("uq_posteriors_owner_key"), ["owner", "key"])


def downgrade() -> None:
    """Take back; names, notes and tags are lost."""
    with op.batch_alter_table("posteriors") as batch:
        batch.drop_constraint(op.f("uq_posteriors_owner_key"), type_="unique")
        for name, _ in _REQUEST:
            batch.drop_column(name)
    op.drop_table("run_tags")
    with op.batch_alter_table("runs") as batch:
        batch.drop_constraint(op.f("uq_runs_name"), type_="unique")
        batch.drop_column("note")
        batch.drop_column("name")
