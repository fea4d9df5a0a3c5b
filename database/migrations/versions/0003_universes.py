"""Universes and campaigns.

Revision 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "universes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_universes")),
        sa.UniqueConstraint("recipe", name=op.f("uq_universes_recipe")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("config_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
    )
    op.create_table(
        "campaign_runs",
        sa.Column("campaign", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("run", sa.String(16), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_campaign_runs_campaign"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name=op.f("fk_campaign_runs_run"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign", "position", name=op.f("pk_campaign_runs")),
    )
    op.create_table(
        "campaign_bounds",
        sa.Column("campaign", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("K", sa.Double(), nullable=False),
        sa.Column("model_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign"], ["campaigns.id"], name=op.f("fk_campaign_bounds_campaign"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign", "position", name=op.f("pk_campaign_bounds")),
    )
    op.create_index(op.f("ix_campaign_runs_run"), "campaign_runs", ["run"])
    with op.batch_alter_table("runs") as batch:
        batch.add_column(sa.Column("universe", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_runs_universe"), "universes", ["universe"], ["id"])
        batch.create_index(op.f("ix_runs_universe"), ["universe"])


def downgrade() -> None:
    """Take back; what was walked in other universes, and campaigns, are lost."""
    op.execute("DELETE FROM runs WHERE universe IS NOT NULL")
    with op.batch_alter_table("runs") as batch:
        batch.drop_index(op.f("ix_runs_universe"))
        batch.drop_constraint(op.f("fk_runs_universe"), type_="foreignkey")
        batch.drop_column("universe")
    for name in ("campaign_bounds", "campaign_runs", "campaigns", "universes"):
        op.drop_table(name)
