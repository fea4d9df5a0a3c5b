"""Posteriors: chains of a sampler.

Revision 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "posteriors",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("config_json", sa.Text(), nullable=False),
        sa.Column("results_name", sa.Text(), nullable=False),
        sa.Column("results_fingerprint", sa.String(128), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("table_sha256", sa.String(64), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("n_chains", sa.Integer(), nullable=False),
        sa.Column("n_sweeps", sa.Integer(), nullable=False),
        sa.Column("sweeps_done", sa.BigInteger(), nullable=False),
        sa.Column("answer_json", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("runner", sa.Text(), nullable=True),
        sa.Column("heartbeat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_sweeps", sa.BigInteger(), nullable=False),
        sa.Column("stalled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["results_fingerprint"], ["results.fingerprint"], name=op.f("fk_posteriors_results_fingerprint")
        ),
        sa.ForeignKeyConstraint(
            ["table_sha256"], ["combinability_tables.sha256"], name=op.f("fk_posteriors_table_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posteriors")),
    )
    op.create_index(op.f("ix_posteriors_results_fingerprint"), "posteriors", ["results_fingerprint"])
    op.create_index(op.f("ix_posteriors_state_id"), "posteriors", ["state", "id"])
    op.create_table(
        "posterior_chains",
        sa.Column("posterior", sa.String(16), nullable=False),
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("state_json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posterior"], ["posteriors.id"], name=op.f("fk_posterior_chains_posterior"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("posterior", "chain", name=op.f("pk_posterior_chains")),
    )
    op.create_table(
        "posterior_sweeps",
        sa.Column("posterior", sa.String(16), nullable=False),
        sa.Column("chain", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_sweep", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n_sweeps", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["posterior", "chain"],
            ["posterior_chains.posterior", "posterior_chains.chain"],
            name=op.f("fk_posterior_sweeps_posterior"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("posterior", "chain", "first_sweep", name=op.f("pk_posterior_sweeps")),
    )


def downgrade() -> None:
    """Take back; posteriors are lost."""
    op.drop_table("posterior_sweeps")
    op.drop_table("posterior_chains")
    op.drop_table("posteriors")
